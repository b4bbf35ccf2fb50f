import type { Cursor, IdPrefix, Page, PageRequest } from '#kernel';
import { requestFaults } from './request-faults.js';
import { OneOf, Text, WholeNumber } from './fields.js';
import { exampleId } from './schemas.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const EXAMPLE_CURSOR = encodeCursor(['2026-01-31T12:00:00.000Z', exampleId('pos')]);

/** What lists say of the parameter that narrows them to one institution. */
export const INSTITUTION_FILTER = 'Of one institution: any with the root key, otherwise that of the key.';

/** The parameters that every list takes. */
export class PageQuery {
  @WholeNumber({ min: 1, max: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Rows on the page.' })
  limit?: number;

  @OneOf(['asc', 'desc'], { optional: true, description: 'By creation, oldest first unless told.' })
  order?: 'asc' | 'desc';

  @Text({
    max: 500,
    optional: true,
    description: 'The `nextCursor` of the page before.',
    example: EXAMPLE_CURSOR,
  })
  cursor?: string;

  @OneOf(['total'], {
    optional: true,
    description: 'To count all rows of the list, which takes the longer the more there are.',
  })
  include?: 'total';
}

/** What a list is sorted by: moments of creation with ids of one kind, or sequence numbers. */
export type CursorShape = IdPrefix | 'sequence';

/** @throws DomainError `request.invalid` when the cursor is not one that a list of this shape gave out */
export function toPageRequest(query: PageQuery, shape: CursorShape): PageRequest {
  return {
    limit: query.limit ?? DEFAULT_LIMIT,
    order: query.order ?? 'asc',
    ...(query.cursor === undefined ? {} : { after: decodeCursor(query.cursor, shape) }),
    ...(query.include === 'total' ? { withTotal: true } : {}),
  };
}

/** A page on the wire. */
export class ListResponse<Item> {
  constructor(
    readonly data: readonly Item[],
    readonly page: {
      readonly limit: number;
      readonly nextCursor: string | null;
      readonly total?: number;
    },
  ) {}
}

export function toListResponse<Item, Response>(
  page: Page<Item>,
  request: PageRequest,
  toResponse: (item: Item) => Response,
): ListResponse<Response> {
  const nextCursor = page.next ? encodeCursor(page.next) : null;
  const { total } = page;
  return new ListResponse(page.items.map(toResponse), {
    limit: request.limit,
    nextCursor,
    ...(total === undefined ? {} : { total }),
  });
}

/** All there is on one page, which is as large as it takes. */
export function toWholeListResponse<Item, Response>(
  items: readonly Item[],
  toResponse: (item: Item) => Response,
): ListResponse<Response> {
  const limit = Math.max(items.length, DEFAULT_LIMIT);
  return new ListResponse(items.map(toResponse), { limit, nextCursor: null });
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decodeCursor(text: string, shape: CursorShape): Cursor {
  const cursor = parse(text);
  const [first, second] = Array.isArray(cursor) ? (cursor as unknown[]) : [];
  if (shape === 'sequence' && isSequence(first)) return [first];
  if (shape !== 'sequence' && isMoment(first) && isIdText(second, shape)) return [first, second];
  throw requestFaults['request.invalid'].because('The cursor is not one of this list.', {
    errors: [
      { pointer: '/cursor', code: 'field.malformed', detail: 'Must be the nextCursor of the page before.' },
    ],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The numbers that an integer column can hold. */
function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

/** The moments that both JavaScript and PostgreSQL know: there is no year 0. */
function isMoment(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString() === value
  );
}

/** A cursor of another list would pass over rows of this one without a word. */
function isIdText(value: unknown, prefix: IdPrefix): value is string {
  return typeof value === 'string' && /^[a-z0-9_]{1,96}$/.test(value) && value.startsWith(`${prefix}_`);
}
