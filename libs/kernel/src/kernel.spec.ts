import { describe, expect, test } from '@jest/globals';
import { declareFaults } from './domain-error.js';
import { isId, newId } from './ids.js';
import { canonicalJson, type JsonValue } from './json.js';
import { eachItem, emptyPage, mapPage, type PageRequest } from './page.js';
import { institutionScope, narrowScope, PLATFORM_SCOPE, requireScope, scopeOf } from './scope.js';

describe('ids', () => {
  test('carry the prefix of their kind and sort by the time they were made', () => {
    const ids = Array.from({ length: 100 }, () => newId('pos'));
    expect(ids.every((id) => isId('pos', id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  test.each(['', 'pos', 'pos_', 'pos_0', 'ast_01jd8x3fqje3wve2q1q9n8h2kz', 'pos_01JD8X3FQJE3WVE2Q1Q9N8H2KZ'])(
    'are not %j',
    (text) => {
      expect(isId('pos', text)).toBe(false);
    },
  );
});

describe('canonical JSON', () => {
  test('is one text for equal values', () => {
    expect(canonicalJson({ b: [1, 'é'], a: null })).toBe('{"a":null,"b":[1,"é"]}');
    expect(canonicalJson({ a: null, b: [1, 'é'] })).toBe('{"a":null,"b":[1,"é"]}');
  });

  test('is none for what is no JSON', () => {
    expect(() => canonicalJson(undefined as unknown as JsonValue)).toThrow('Only JSON values');
  });
});

describe('error codes', () => {
  test('cannot be declared twice', () => {
    const declaration = { kind: 'conflict', title: 'A test', meaning: 'Declared by a test.' } as const;
    declareFaults({ 'test.once': declaration });
    expect(() => declareFaults({ 'test.once': declaration })).toThrow('declared twice');
  });

  test('of a part of a request are told with the place of that part', () => {
    const { 'test.part': fault } = declareFaults({
      'test.part': { kind: 'conflict', title: 'A test', meaning: 'Declared by a test.' },
    });
    const whole = fault.at('/amount', 'It is too much.', { most: '5' }).within('/items/3');
    expect(whole).toMatchObject({ message: 'It is too much.', fault, extensions: { most: '5' } });
    expect(whole.errors).toEqual([
      { pointer: '/items/3/amount', code: 'test.part', detail: 'It is too much.' },
    ]);
  });
});

describe('a scope', () => {
  const own = scopeOf({ role: 'admin', institutionId: 'inst_a', apiKeyId: 'ak_1' });

  test('is the platform for root and one institution for everybody else', () => {
    expect(scopeOf({ role: 'root' })).toEqual(PLATFORM_SCOPE);
    expect(own).toEqual(institutionScope('inst_a'));
  });

  test('narrows to an institution that it reaches, and to no other', () => {
    expect(narrowScope(PLATFORM_SCOPE, 'inst_b')).toEqual(institutionScope('inst_b'));
    expect(narrowScope(own, 'inst_a')).toEqual(own);
    expect(narrowScope(own, undefined)).toEqual(own);
    expect(narrowScope(own, 'inst_b')).toBeUndefined();
  });
  test('that does not reach an institution answers as if there were none, and names the field', () => {
    expect(requireScope(own, undefined)).toEqual(own);
    expect(requireScope(PLATFORM_SCOPE, 'inst_b')).toEqual(institutionScope('inst_b'));
    expect(() => requireScope(own, 'inst_b')).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ code: 'institution.unknown', pointer: '/institutionId' })],
      }),
    );
  });
});

describe('a list', () => {
  test('is read to its end page by page, each from where the one before ended', async () => {
    const asked: PageRequest[] = [];
    const list = async (page: PageRequest) => {
      asked.push(page);
      const start = Number(page.after?.[0] ?? 0);
      const items = ['a', 'b', 'c', 'd', 'e'].slice(start, start + 2);
      return Promise.resolve({ items, ...(start < 4 && { next: [start + 2] }) });
    };
    const seen: string[] = [];
    for await (const item of eachItem(list)) seen.push(item);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked.map(({ order, after }) => [order, after])).toEqual([
      ['asc', undefined],
      ['asc', [2]],
      ['asc', [4]],
    ]);
  });

  test('without rows has one page, which counts them only if it is asked to', () => {
    expect(emptyPage({ limit: 5, order: 'asc' })).toEqual({ items: [] });
    expect(emptyPage({ limit: 5, order: 'asc', withTotal: true })).toEqual({ items: [], total: 0 });
  });

  test('keeps its place when its rows are converted', () => {
    const page = { items: [1, 2], next: ['x'], total: 9 };
    expect(mapPage(page, String)).toEqual({ ...page, items: ['1', '2'] });
  });
});
