import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** 256 random bits as text. */
export function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** An Ed25519 private key (PKCS #8) in PEM. */
export function signingKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}

/** Makes the secret on the first start and keeps it in `file`, which only its owner can read. */
export async function keepSecret(
  file: string,
  make: () => string = randomText,
): Promise<{ secret: string; isNew: boolean }> {
  const secret = make();
  try {
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return { secret, isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = (await readFile(file, 'utf8')).trim();
  if (kept === '') throw new Error(`${file} is empty; remove it, and the next start makes a new one.`);
  return { secret: kept, isNew: false };
}
