import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { DomainError, type IdempotencyKey } from '#kernel';
import fc from 'fast-check';
import { readIdempotencyKey } from './idempotency-key.js';

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly key?: string | string[];
  readonly body?: unknown;
}

function read({ method = 'POST', url = '/v1/positions', key, body }: Sent): IdempotencyKey | undefined {
  return readIdempotencyKey({ method, url, headers: { 'idempotency-key': key }, body });
}

const hashOf = (sent: Sent): string | undefined => read({ key: 'key-1', ...sent })?.requestHash;

/** What reading a header fails with; undefined when it does not. */
function failureOf(key: string | string[]): unknown {
  try {
    read({ key });
    return undefined;
  } catch (error) {
    return error;
  }
}

const MALFORMED = {
  fault: { code: 'request.malformed_header', kind: 'malformed' },
  extensions: { header: 'Idempotency-Key' },
};

describe('an Idempotency-Key', () => {
  test.each([
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    [' key \t', 'key'],
    [' "key" ', 'key'],
    ['"a\\"b"', 'a"b'],
    ['"a\\\\b"', 'a\\b'],
    ['"\\\\"', '\\'],
    ['"\\\\\\""', '\\"'],
    ['"\\\\\\\\"', '\\\\'],
    ['"a,b"', 'a,b'],
    ['"a;b"', 'a;b'],
    ['"{}"', '{}'],
    ['order:7/pay=1', 'order:7/pay=1'],
    ["!#$%&'*+.^_`|~-", "!#$%&'*+.^_`|~-"],
    ['%22', '%22'],
    ['x', 'x'],
    ['x'.repeat(255), 'x'.repeat(255)],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    [`"${'\\"'.repeat(255)}"`, '"'.repeat(255)],
  ])('that is sent as %s is %s', (header, key) => {
    expect(read({ key: header })?.key).toBe(key);
  });

  test.each([
    '',
    ' ',
    '""',
    '" "',
    '"',
    '"key',
    'key"',
    'a"b',
    '"a"b"',
    '"a\\b"',
    '"a\\',
    '"a\\"',
    'a b',
    '"a b"',
    'a,b',
    'a, b',
    'a;b',
    '"a", "b"',
    '"a";p=1',
    '{key}',
    '(key)',
    '[key]',
    'a\\b',
    '<key>',
    'a?b',
    'a@b',
    'ké',
    '"ké"',
    '"k\x7f"',
    '"k\t"',
    'k\0',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
  ])('cannot be sent as %j', (header) => {
    const failure = failureOf(header);
    expect(failure).toBeInstanceOf(DomainError);
    expect(failure).toMatchObject(MALFORMED);
  });

  test('cannot be sent twice, not even the same one', () => {
    for (const twice of [['a', 'b'], ['a', 'a'], ['"a"', '"a"'], []]) {
      expect(failureOf(twice)).toMatchObject(MALFORMED);
    }
    expect(read({ key: ['a'] })?.key).toBe('a');
  });

  const visible = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  });

  test('may be any text of visible characters, in quotes', () => {
    fc.assert(
      fc.property(visible, (key) => {
        expect(read({ key: `"${key.replaceAll(/["\\]/g, '\\$&')}"` })?.key).toBe(key);
      }),
    );
  });

  test('is read to a text of 1 to 255 visible characters, or refused, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 300 }), (header) => {
        const failure = failureOf(header);
        if (failure === undefined) expect(read({ key: header })?.key).toMatch(/^[\x21-\x7e]{1,255}$/);
        else expect(failure).toMatchObject(MALFORMED);
      }),
    );
  });

  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('is not looked at on %s', (method) => {
    expect(read({ method, key: 'key' })).toBeUndefined();
    expect(read({ method, key: 'no key at all' })).toBeUndefined();
  });

  test.each(['POST', 'PUT', 'PATCH'])('is read on %s, where it may be left out', (method) => {
    expect(read({ method, key: 'key' })).toEqual({
      key: 'key',
      requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(read({ method })).toBeUndefined();
  });
});

describe('the hash of a request', () => {
  const body = { amount: '5.00', metadata: { b: [1, 2], a: null } };

  test('is the SHA-256 of its method, path with query, and RFC 8785 body', () => {
    const text = 'PUT\n/v1/x?a=1\n{"amount":"5.00","metadata":{"a":null,"b":[1,2]}}';
    const expected = createHash('sha256').update(text, 'utf8').digest('hex');
    expect(hashOf({ method: 'PUT', url: '/v1/x?a=1', body })).toBe(expected);
  });

  test('does not depend on the key', () => {
    expect(hashOf({ key: 'key-2', body })).toBe(hashOf({ key: 'key-1', body }));
  });

  test('does not depend on the order of members', () => {
    expect(hashOf({ body: { metadata: { a: null, b: [1, 2] }, amount: '5.00' } })).toBe(hashOf({ body }));
  });

  test('is another one for every other method, path, query or body', () => {
    const others: Sent[] = [
      { body },
      { body, method: 'PUT' },
      { body, method: 'PATCH' },
      { body, url: '/v1/positions/' },
      { body, url: '/v1/positions?' },
      { body, url: '/v1/positions?a=1' },
      { body, url: '/v1/positions?a=1&b=2' },
      { body, url: '/v1/positions?b=2&a=1' },
      { body: { ...body, amount: '5.0' } },
      { body: { ...body, amount: 5 } },
      { body: { ...body, extra: null } },
      { body: { ...body, metadata: { b: [2, 1], a: null } } },
      { body: { ...body, metadata: { b: [1, 2] } } },
      { body: { amount: '5.00' } },
      { body: { Amount: '5.00' } },
      { body: {} },
      { body: [] },
      { body: [{}] },
      { body: null },
      { body: '' },
      { body: 'null' },
      { body: 0 },
      { body: false },
      {},
    ];
    expect(new Set(others.map(hashOf)).size).toBe(others.length);
  });

  test('takes texts as they are, without any normal form', () => {
    expect(hashOf({ body: { name: 'é' } })).not.toBe(hashOf({ body: { name: 'e\u0301' } }));
  });

  test('is one for any JSON value, however its members are ordered and its numbers are written', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, member]) => [name, shuffled(member)] as const)
          .reverse(),
      );
    };
    const values = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' });
    fc.assert(
      fc.property(values, (value) => {
        expect(hashOf({ body: shuffled(JSON.parse(JSON.stringify(value))) })).toBe(hashOf({ body: value }));
      }),
    );
    expect(hashOf({ body: JSON.parse('[1.0,1e2,-0]') })).toBe(hashOf({ body: [1, 100, 0] }));
  });

  test('is like no other for a body that has no canonical form, so that it is never taken for a repetition', () => {
    for (const odd of ['\ud800', { '\udfff': 1 }, { a: [1, -Infinity] }, Infinity]) {
      expect(hashOf({ body: odd })).not.toBe(hashOf({ body: odd }));
    }
  });

  test('is had of a body however deep', () => {
    const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)) as unknown;
    expect(hashOf({ body: deep })).toBe(hashOf({ body: deep }));
    expect(hashOf({ body: [deep] })).not.toBe(hashOf({ body: deep }));
  });
});
