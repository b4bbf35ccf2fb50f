import { gzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';

/** UTF-8, but for lone surrogates, which become the three bytes that UTF-8 forbids instead of a replacement. */
export function toUtf8(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts = [...text].map((character) => {
    if (character.isWellFormed()) return Buffer.from(character, 'utf8');
    const unit = character.charCodeAt(0);
    return Buffer.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  });
  return Buffer.concat(parts);
}

type Encode = (text: string) => Uint8Array;

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

function asUtf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

/** Puts bytes in at a share of the way through, or at the first text value after it. */
function inserted(bytes: Uint8Array, share: number, more: readonly number[], isInText: boolean): Buffer {
  const middle = Math.floor(bytes.length * share);
  const text = Buffer.from(bytes).indexOf(':"', middle);
  const at = isInText && text >= 0 ? text + 2 : middle;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(more), bytes.subarray(at)]);
}

const shares = fc.double({ min: 0, max: 1, noNaN: true });
const BROKEN_UTF8 = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0],
];

/** Ways to write a body that its receiver may misread. */
export const encodings: Arbitrary<readonly [name: string, encode: Encode]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<readonly [string, Encode]>(
      ['a byte order mark', (text) => Buffer.concat([BYTE_ORDER_MARK, toUtf8(text)])],
      ['UTF-16 LE', (text) => asUtf16(text, false)],
      ['UTF-16 BE', (text) => asUtf16(text, true)],
      ['Latin-1', (text) => Buffer.from(text.replace('"', '"é'), 'latin1')],
      ['compressed', (text) => gzipSync(toUtf8(text))],
      ['nothing', () => Buffer.of()],
      ['blanks', () => Buffer.from(' \r\n\t')],
      ['twice', (text) => toUtf8(text + text)],
      ['blanks around', (text) => toUtf8(`\r\n\t ${text} \n`)],
      ['a NUL after it', (text) => toUtf8(`${text}\0`)],
    ),
  },
  {
    weight: 2,
    arbitrary: shares.map((share): readonly [string, Encode] => [
      'truncated',
      (text) => toUtf8(text).subarray(0, Math.floor(toUtf8(text).length * share)),
    ]),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(shares, fc.constantFrom(...BROKEN_UTF8), fc.boolean())
      .map(([share, more, isInText]): readonly [string, Encode] => [
        'broken UTF-8',
        (text) => inserted(toUtf8(text), share, more, isInText),
      ]),
  },
);
