import { describe, expect, test } from '@jest/globals';
import { declareFaults } from './domain-error.js';
import { isId, newId } from './ids.js';
import { canonicalJson } from './json.js';
import { institutionScope, narrowScope, PLATFORM_SCOPE, scopeOf } from './scope.js';

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
});

describe('error codes', () => {
  test('cannot be declared twice', () => {
    const declaration = { kind: 'conflict', title: 'A test', meaning: 'Declared by a test.' } as const;
    declareFaults({ 'test.once': declaration });
    expect(() => declareFaults({ 'test.once': declaration })).toThrow('declared twice');
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
});
