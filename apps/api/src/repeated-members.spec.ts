import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { repeatsMember } from './repeated-members.js';

const repeats = (text: string): boolean => repeatsMember(text, JSON.parse(text));

describe('a JSON text', () => {
  test.each([
    '{"amount":"1","amount":"2"}',
    '{"amount":"1","amount":"1"}',
    '{"a":{"b":1,"c":[{"d":1,"d":null}]}}',
    '[{"a":1},{"a":1,"a":1}]',
    '{"a":1,"\\u0061":2}',
    '{"":1,"":2}',
    '{"a:":{},"a:":{"b":1}}',
  ])('repeats a member: %s', (text) => {
    expect(repeats(text)).toBe(true);
  });

  test.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '{"a\\\\":":","b":"\\\\"}',
    '":"',
    'null',
    '[]',
  ])('repeats none: %s', (text) => {
    expect(repeats(text)).toBe(false);
  });

  test('repeats none where it was written from a value', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(repeats(text)).toBe(false);
      }),
    );
  });

  test('repeats a member wherever one is written a second time', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.jsonValue(),
        (object, value) => {
          const [name = ''] = Object.keys(object).filter((key) => key !== '__proto__');
          const [body, member] = [JSON.stringify(object), `${JSON.stringify(name)}:${JSON.stringify(value)}`];
          fc.pre(Object.hasOwn(object, name));
          expect(repeats(`{${member},${body.slice(1)}`)).toBe(true);
        },
      ),
    );
  });

  test('may be as deep and as large as a body may be', () => {
    const levels = 100_000;
    expect(repeats(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)).toBe(false);
    expect(repeats(`[${Array(levels).fill('{"a":1}').join()},{"a":1,"a":2}]`)).toBe(true);
  });
});
