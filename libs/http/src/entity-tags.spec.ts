import { describe, expect, test } from '@jest/globals';
import { DomainError, type Precondition } from '#kernel';
import fc from 'fast-check';
import { contentTagOf, hasCurrent, readPrecondition } from './entity-tags.js';

/** What reading a header fails with; undefined when it does not. */
function failureOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Values of a header, with the versions that If-Match and If-None-Match take them for. */
const LISTS: [value: string, ifMatch: Precondition['ifMatch'], ifNoneMatch: Precondition['ifNoneMatch']][] = [
  ['*', 'any', 'any'],
  [' * ', 'any', 'any'],
  ['"1"', [1], [1]],
  [' "1"\t', [1], [1]],
  ['"1","2"', [1, 2], [1, 2]],
  ['"1" ,\t "2", "3"', [1, 2, 3], [1, 2, 3]],
  ['W/"1"', [], [1]],
  ['W/"1", "2", W/"3"', [2], [1, 2, 3]],
  ['"2147483647"', [2147483647], [2147483647]],
  ['"0"', [], []],
  ['"01"', [], []],
  ['"-1"', [], []],
  ['"1.0"', [], []],
  ['"1e3"', [], []],
  ['"+1"', [], []],
  ['"٣"', [], []],
  ['""', [], []],
  ['"abc", "7"', [7], [7]],
  ['"a,b", "7"', [7], [7]],
  ['"W/"', [], []],
  ['"*"', [], []],
  ['"é"', [], []],
  ['"99999999999999999999"', [], []],
];

const MALFORMED = [
  '',
  ' ',
  '1',
  '**',
  '*, "1"',
  '"1", *',
  'W/*',
  '"1',
  '1"',
  '"1" "2"',
  '"1""2"',
  '"1";"2"',
  "'1'",
  'w/"1"',
  'W"1"',
  'W/ "1"',
  'W/1',
  'W/',
  '"a b"',
  '"a\tb"',
  '"a"b"',
  '"1\x7f"',
  '"1"\n',
  'any',
];

describe('If-Match and If-None-Match', () => {
  // What Node hands over of a header is Latin-1, so that other characters of the table stand for their bytes.
  const asSent = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

  test.each(LISTS)('of %s are read', (value, ifMatch, ifNoneMatch) => {
    const text = asSent(value);
    expect(readPrecondition({ 'if-match': text })).toEqual({ ifMatch });
    expect(readPrecondition({ 'if-none-match': text })).toEqual({ ifNoneMatch });
    expect(readPrecondition({ 'if-match': text, 'if-none-match': '"9"' })).toEqual({
      ifMatch,
      ifNoneMatch: [9],
    });
  });

  test.each(MALFORMED.filter((value) => value.trim() === value))('cannot be %j', (value) => {
    for (const [header, name] of [
      ['if-match', 'If-Match'],
      ['if-none-match', 'If-None-Match'],
    ] as const) {
      const failure = failureOf(() => readPrecondition({ [header]: value }));
      expect(failure).toBeInstanceOf(DomainError);
      expect(failure).toMatchObject({
        fault: { code: 'request.malformed_header', kind: 'malformed' },
        extensions: { header: name },
      });
    }
  });

  test('ask for nothing when they are not sent', () => {
    expect(readPrecondition({})).toEqual({});
  });

  test('are read to versions or refused, whatever is sent', () => {
    const parts = fc.constantFrom('"', 'W/', 'w/', ',', ' ', '\t', '*', '1', '23', 'x', '\\', '\x80');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (made) => {
        const value = made.join('');
        const failure = failureOf(() => readPrecondition({ 'if-match': value }));
        if (failure !== undefined) return expect(failure).toBeInstanceOf(DomainError);
        const { ifMatch } = readPrecondition({ 'if-match': value });
        if (ifMatch === 'any') return expect(value.trim()).toBe('*');
        expect(value).toMatch(/^[ \t]*(W\/)?"/);
        for (const version of ifMatch ?? []) expect(value).toContain(`"${version}"`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of any list of tags are read tag by tag', () => {
    const tag = fc.record({
      weak: fc.boolean(),
      opaque: fc.oneof(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }).map(String),
        fc.string({ unit: fc.constantFrom('a', ',', '/', '*', 'W', '0', '\\', '!') }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(tag, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ', ', ' ,\t'),
        (tags, by) => {
          const value = tags.map(({ weak, opaque }) => `${weak ? 'W/' : ''}"${opaque}"`).join(by);
          const versions = (kept: typeof tags): number[] =>
            kept.filter(({ opaque }) => /^[1-9]\d*$/.test(opaque)).map(({ opaque }) => Number(opaque));
          expect(readPrecondition({ 'if-match': value, 'if-none-match': value })).toEqual({
            ifMatch: versions(tags.filter(({ weak }) => !weak)),
            ifNoneMatch: versions(tags),
          });
        },
      ),
    );
  });

  test('of a long list that is malformed at its end are refused as fast as they are long', () => {
    for (const end of ['"', 'x', ',,', ' '.repeat(4_000) + 'x']) {
      const value = '"1", '.repeat(2_000) + end;
      expect(failureOf(() => readPrecondition({ 'if-match': value }))).toBeInstanceOf(DomainError);
    }
  });
});

describe('what a client has', () => {
  test.each([
    ['"3"', '"3"', true],
    ['"3"', 'W/"3"', true],
    ['"3"', '"1", W/"2", "3"', true],
    ['"3"', '*', true],
    ['"3"', ' * ', true],
    ['"3"', '"4"', false],
    ['"3"', '"33"', false],
    ['"3"', '"03"', false],
    ['"3"', '"", "x"', false],
    ['"3"', '"*"', false],
    ['"0f"', '"0f"', true],
    ['"0f"', 'W/"0f"', true],
    ['"0f"', '"0F"', false],
  ])('is current for %s when it sends If-None-Match: %s: %s', (etag, ifNoneMatch, isCurrent) => {
    expect(hasCurrent(etag, { 'if-none-match': ifNoneMatch })).toBe(isCurrent);
  });

  test('is not current when it sends nothing, or only If-Match', () => {
    expect(hasCurrent('"3"', {})).toBe(false);
    expect(hasCurrent('"3"', { 'if-match': '"3"' })).toBe(false);
  });

  test.each(['3', '', '"3', '*, "3"', 'w/"3"'])('cannot be told by %j', (ifNoneMatch) => {
    expect(failureOf(() => hasCurrent('"3"', { 'if-none-match': ifNoneMatch }))).toMatchObject({
      fault: { code: 'request.malformed_header' },
      extensions: { header: 'If-None-Match' },
    });
  });
});

describe('the tag of a content', () => {
  test('is a strong tag, one for equal contents and another for others', () => {
    const tag = contentTagOf({ a: 1, b: { c: ['x'] } });
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(contentTagOf({ b: { c: ['x'] }, a: 1 })).toBe(tag);
    expect(contentTagOf({ a: 1, b: { c: ['y'] } })).not.toBe(tag);
    expect(contentTagOf({})).not.toBe(tag);
    expect(hasCurrent(tag, { 'if-none-match': tag })).toBe(true);
  });
});
