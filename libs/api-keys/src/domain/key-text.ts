import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The HMAC key of stored hashes. */
export interface Pepper {
  /** Follows from the secret, so that exchanging peppers needs no numbering. */
  readonly version: string;
  readonly secret: string;
}

export function pepperOf(secret: string): Pepper {
  return {
    version: createHmac('sha256', secret).update('pepper-version').digest('hex').slice(0, 16),
    secret,
  };
}

/** `egk_`, the suffix of the key's TypeID, the secret's 64 digits, and the checksum of all before it. */
const KEY_TEXT = /^(egk_([0-7][0-9a-hjkmnp-tv-z]{25})_[0-9a-f]{64})_([0-9a-f]{8})$/;

/** What may be shown of a key. */
export function keyPrefix(id: string): string {
  return `egk_${id.slice('ak_'.length)}`;
}

/** The text that the holder of a key sends. */
export function writeKeyText(id: string, secret: Uint8Array): string {
  const text = `${keyPrefix(id)}_${Buffer.from(secret).toString('hex')}`;
  return `${text}_${checksum(text)}`;
}

/** The id of the key that a text belongs to; undefined when its form or checksum is wrong. */
export function readKeyId(keyText: string): string | undefined {
  const [, text = '', suffix = '', sum] = KEY_TEXT.exec(keyText) ?? [];
  return sum === checksum(text) ? `ak_${suffix}` : undefined;
}

export function hashKeyText(keyText: string, pepper: Pepper): string {
  return createHmac('sha256', pepper.secret).update(keyText).digest('hex');
}

/** Whether a text is the one that a stored hash was made of. A hash of a pepper that is gone fits no text. */
export function fitsHash(
  keyText: string,
  stored: { readonly keyHash: string; readonly pepperVersion: string },
  peppers: readonly Pepper[],
): boolean {
  const pepper = peppers.find(({ version }) => version === stored.pepperVersion);
  return (
    pepper !== undefined && isSameDigest(digestOf(hashKeyText(keyText, pepper)), digestOf(stored.keyHash))
  );
}

/** Whether a text of this digest is one of those with `rootDigests`, in a time that tells nothing of which. */
export function isRootKey(digest: Buffer, rootDigests: readonly Buffer[]): boolean {
  return rootDigests.filter((rootDigest) => isSameDigest(digest, rootDigest)).length > 0;
}

/** SHA-256 of a text: digests are of one length, so that they can be compared in a time that tells nothing. */
export function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

export function isSameDigest(left: Buffer, right: Buffer): boolean {
  return timingSafeEqual(left, right);
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
