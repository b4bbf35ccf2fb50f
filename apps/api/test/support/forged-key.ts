import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A key of the right form, with the right checksum, that nobody was given. */
export function forgedKey(): string {
  const suffix = randomBytes(13).toString('hex').replace(/^./, '0');
  const text = `egk_${suffix}_${randomBytes(32).toString('hex')}`;
  return `${text}_${crc32(text).toString(16).padStart(8, '0')}`;
}
