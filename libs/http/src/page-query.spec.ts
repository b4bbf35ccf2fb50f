import { describe, expect, test } from '@jest/globals';
import type { Cursor, PageRequest } from '#kernel';
import {
  PageQuery,
  toListResponse,
  toPageRequest,
  toWholeListResponse,
  type CursorShape,
} from './page-query.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

const ROW: Cursor = ['2026-01-31T12:00:00.123Z', 'pos_01jd8x3fqje3wve2q1q9n8h2kz'];

/** The cursor that a list gives out behind a row. */
function cursorOf(next: Cursor): string {
  const { nextCursor } = toListResponse({ items: [1], next }, { limit: 1, order: 'asc' }, String).page;
  if (nextCursor === null) throw new Error('There is no cursor.');
  return nextCursor;
}

/** Text as somebody could make it up, in the form that cursors have. */
const forged = (content: unknown): string =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');

describe('the parameters of a list', () => {
  const pipe = new RequestValidationPipe();
  const read = async (query: Record<string, unknown>): Promise<PageRequest> =>
    toPageRequest((await pipe.transform(query, { type: 'query', metatype: PageQuery })) as PageQuery, 'pos');

  test('are fifty rows, oldest first, unless told', async () => {
    expect(await read({})).toEqual({ limit: 50, order: 'asc' });
  });

  test('may be told', async () => {
    const cursor = cursorOf(ROW);
    expect(await read({ limit: '1', order: 'desc', cursor })).toEqual({
      limit: 1,
      order: 'desc',
      after: ROW,
    });
    expect(await read({ limit: '200', order: 'asc' })).toEqual({ limit: 200, order: 'asc' });
    expect(await read({ include: 'total' })).toEqual({ limit: 50, order: 'asc', withTotal: true });
  });

  test.each(['0', '201', '-1', '1.5', '1e2', '0x10', ' 5', '', 'ten', '9999999999', ['1', '2'], { a: '1' }])(
    'are refused when the limit is %j',
    async (limit) => {
      await expect(read({ limit })).rejects.toMatchObject({
        fault: { code: 'request.invalid' },
        errors: [{ pointer: '/limit', code: 'field.not_allowed' }],
      });
    },
  );

  test.each(['ASC', 'newest', '', ['asc', 'desc']])('are refused when the order is %j', async (order) => {
    await expect(read({ order })).rejects.toMatchObject({ errors: [{ pointer: '/order' }] });
  });

  test.each(['', 'Total', 'totals', 'total,', ['total', 'total']])(
    'are refused when they include %j',
    async (include) => {
      await expect(read({ include })).rejects.toMatchObject({ errors: [{ pointer: '/include' }] });
    },
  );

  test('are refused when there are others', async () => {
    await expect(read({ offset: '10', 'a/b~': '' })).rejects.toMatchObject({
      errors: [
        { pointer: '/offset', code: 'field.unknown' },
        { pointer: '/a~1b~0', code: 'field.unknown' },
      ],
    });
  });

  test.each(['', 'x'.repeat(501), ['a', 'b'], 'a\0'])('are refused when the cursor is %j', async (cursor) => {
    await expect(read({ cursor })).rejects.toMatchObject({
      fault: { code: 'request.invalid' },
      errors: [{ pointer: '/cursor' }],
    });
  });
});

describe('a page on the wire', () => {
  test('holds its rows, its limit and the cursor of the next page', () => {
    const page = toListResponse({ items: [1, 2], next: ROW }, { limit: 2, order: 'asc' }, (n) => ({ n }));
    expect(page).toEqual({
      data: [{ n: 1 }, { n: 2 }],
      page: { limit: 2, nextCursor: expect.stringMatching(/^[A-Za-z0-9_-]+$/) },
    });
  });

  test('tells how many rows there are where they were counted, also if there is none', () => {
    const totalled = (total?: number): unknown =>
      toListResponse({ items: [], total }, { limit: 2, order: 'asc' }, String).page;
    expect(totalled(7)).toStrictEqual({ limit: 2, nextCursor: null, total: 7 });
    expect(totalled(0)).toStrictEqual({ limit: 2, nextCursor: null, total: 0 });
    expect(totalled()).toStrictEqual({ limit: 2, nextCursor: null });
  });

  test('has no cursor when it is the last', () => {
    const page = toListResponse({ items: [] }, { limit: 50, order: 'desc' }, String);
    expect(page).toEqual({ data: [], page: { limit: 50, nextCursor: null } });
  });
});

describe('a cursor', () => {
  const after = (cursor: string, shape: CursorShape = 'pos'): Cursor | undefined =>
    toPageRequest({ cursor }, shape).after;

  test.each([ROW, ['0001-01-01T00:00:00.000Z', 'pos_'], ['9999-12-31T23:59:59.999Z', 'pos_0']])(
    'leads back to the row it was given out behind: %j %j',
    (...row) => {
      expect(after(cursorOf(row))).toEqual(row);
    },
  );

  test.each([1, 2, 2 ** 31 - 1])('leads back to the step it was given out behind: %i', (seq) => {
    expect(after(cursorOf([seq]), 'sequence')).toEqual([seq]);
  });

  const [moment, id] = ROW;
  test.each([
    ['is of a list of other things', [moment, 'ast_01jd8x3fqje3wve2q1q9n8h2kz']],
    ['is of a list of steps', [5]],
    ['has its values in another order', [id, moment]],
    ['has no id', [moment]],
    ['has no moment', [id]],
    ['holds nothing', []],
    ['is no list', { 0: moment, 1: id, length: 2 }],
    ['is text', `"${moment}"`],
    ['is null', 'null'],
    ['is no JSON', '[broken'],
    ['is empty inside', ''],
    ['has a number for a moment', [1767225600000, id]],
    ['has a day without an hour', ['2026-01-31', id]],
    ['has a moment with an offset', ['2026-01-31T12:00:00.000+01:00', id]],
    ['has a moment of microseconds', ['2026-01-31T12:00:00.000000Z', id]],
    ['has a month that does not exist', ['2026-13-01T00:00:00.000Z', id]],
    ['has a day that no month has', ['2026-01-32T00:00:00.000Z', id]],
    ['has a day that this month does not have', ['2026-02-30T00:00:00.000Z', id]],
    ['has an hour that does not exist', ['2026-01-31T25:00:00.000Z', id]],
    ['has the year zero, which PostgreSQL does not know', ['0000-01-01T00:00:00.000Z', id]],
    ['has a year before our era', ['-000001-01-01T00:00:00.000Z', id]],
    ['has a moment behind a line break', [`\n${moment}`, id]],
    ['has a number for an id', [moment, 5]],
    ['has an empty id', [moment, '']],
    ['has an id with a NUL', [moment, 'pos_\0']],
    ['has an id with a quote', [moment, "pos_'"]],
    ['has an id with a line break', [moment, 'pos_1\n']],
    ['has an id of great length', [moment, 'p'.repeat(97)]],
    ['has nulls', [null, null]],
  ])('is refused by a list of rows when it %s', (_, content) => {
    expect(() => after(forged(content))).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'request.invalid' }),
        errors: [expect.objectContaining({ pointer: '/cursor', code: 'field.malformed' })],
      }),
    );
  });

  test.each([
    ['is of a list of rows', ROW],
    ['holds nothing', []],
    ['holds text', ['5']],
    ['holds a fraction', [1.5]],
    ['holds more than a step can be', [2 ** 31]],
    ['holds less than PostgreSQL can compare with a step', [-(2 ** 31) - 1]],
    ['holds a very small number', [Number.MIN_SAFE_INTEGER]],
    ['holds infinity', '[1e999]'],
    ['holds null', [null]],
    ['holds a boolean', [true]],
    ['is no list', '5'],
    ['is no JSON', ']['],
  ])('is refused by a list of steps when it %s', (_, content) => {
    expect(() => after(forged(content), 'sequence')).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/cursor' })] }),
    );
  });
});

describe('a list that is answered whole', () => {
  test.each([0, 1, 50, 51, 540])('of %i rows is one page that holds them all', (length) => {
    const items = Array.from({ length }, (_, index) => index);
    const { data, page } = toWholeListResponse(items, String);
    expect(data).toEqual(items.map(String));
    expect(page).toEqual({ limit: Math.max(length, 50), nextCursor: null });
  });
});
