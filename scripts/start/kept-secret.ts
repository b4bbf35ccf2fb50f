import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** Makes the secret on the first start and keeps it in `file`, which only its owner can read. */
export async function keepSecret(file: string, prefix = ''): Promise<{ secret: string; isNew: boolean }> {
  const secret = prefix + randomBytes(32).toString('base64url');
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
