import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  digestOf,
  fitsHash,
  hashKeyText,
  isRootKey,
  keyPrefix,
  pepperOf,
  readKeyId,
  writeKeyText,
} from './key-text.js';

const ROOT_DIGESTS = ['one', 'other'].map(digestOf);
const ID = 'ak_01jd8x3fqje3wve2q1q9n8h2kz';
const SECRET = Buffer.alloc(32, 0xab);
const KEY_TEXT = `egk_01jd8x3fqje3wve2q1q9n8h2kz_${'ab'.repeat(32)}_2b5d0957`;

describe('the text of an API key', () => {
  test('holds the id, the secret and the CRC-32 of both', () => {
    expect(writeKeyText(ID, SECRET)).toBe(KEY_TEXT);
    expect(keyPrefix(ID)).toBe('egk_01jd8x3fqje3wve2q1q9n8h2kz');
  });

  test('tells the id of its key', () => {
    expect(readKeyId(KEY_TEXT)).toBe(ID);
  });

  test('always has eight digits of checksum', () => {
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(fc.property(secret, (bytes) => readKeyId(writeKeyText(ID, bytes)) === ID));
  });

  test('is refused when any one character is another', () => {
    for (let index = 0; index < KEY_TEXT.length; index += 1) {
      const other = KEY_TEXT[index] === '0' ? '1' : '0';
      expect(readKeyId(KEY_TEXT.slice(0, index) + other + KEY_TEXT.slice(index + 1))).toBeUndefined();
    }
  });

  test.each([
    ['nothing', ''],
    ['a part', KEY_TEXT.slice(0, -1)],
    ['something before it', ` ${KEY_TEXT}`],
    ['something behind it', `${KEY_TEXT}0`],
    ['a line break behind it', `${KEY_TEXT}\n`],
    ['capitals', KEY_TEXT.toUpperCase()],
    ['the prefix alone', keyPrefix(ID)],
  ])('is refused when it is %s', (_, keyText) => {
    expect(readKeyId(keyText)).toBeUndefined();
  });
});

describe('the stored hash of an API key', () => {
  const pepper = pepperOf('first pepper');

  test('is the HMAC-SHA256 of the text, in hexadecimal', () => {
    expect(hashKeyText(KEY_TEXT, pepper)).toBe(
      '32fbdc480da946e0ea4afc7a1cfca9408d2d4664bc47e00ede01ac01f4f95bc0',
    );
  });

  test('names its pepper by the first 16 digits of the SHA-256 of it', () => {
    expect(pepper).toEqual({ version: '7c1b1b0621e54a78', secret: 'first pepper' });
  });

  test('fits under the pepper it was made with, also when that is no longer the current one', () => {
    const stored = { keyHash: hashKeyText(KEY_TEXT, pepper), pepperVersion: pepper.version };
    const next = pepperOf('second pepper');
    expect(fitsHash(KEY_TEXT, stored, [pepper])).toBe(true);
    expect(fitsHash(KEY_TEXT, stored, [next, pepper])).toBe(true);
    expect(fitsHash(KEY_TEXT, stored, [next])).toBe(false);
  });

  test('fits no other text', () => {
    const stored = { keyHash: hashKeyText(KEY_TEXT, pepper), pepperVersion: pepper.version };
    expect(fitsHash(writeKeyText(ID, Buffer.alloc(32, 0xac)), stored, [pepper])).toBe(false);
  });

  test('fits nothing when it is empty', () => {
    expect(fitsHash(KEY_TEXT, { keyHash: '', pepperVersion: pepper.version }, [pepper])).toBe(false);
  });
});

describe('a root key', () => {
  test.each(['one', 'other'])('is any of those configured: %s', (keyText) => {
    expect(isRootKey(digestOf(keyText), ROOT_DIGESTS)).toBe(true);
  });

  test('is no text that is merely like one', () => {
    for (const keyText of ['', 'on', 'one ', 'One', 'one,other'])
      expect(isRootKey(digestOf(keyText), ROOT_DIGESTS)).toBe(false);
  });

  test('does not exist when none is configured', () => {
    expect(isRootKey(digestOf(''), [])).toBe(false);
    expect(isRootKey(digestOf('one'), [])).toBe(false);
  });
});
