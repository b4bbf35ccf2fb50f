import { readFile, writeFile } from 'node:fs/promises';

/**
 * Writes a generated file, or, with `--check` among the arguments, only compares it.
 *
 * @throws Error naming the file, when the committed text is missing or is not the generated one
 */
export async function regenerate(file: string, text: string, args: readonly string[]): Promise<void> {
  if (!args.includes('--check')) return writeFile(file, text);
  const committed = await readFile(file, 'utf8').catch(() => undefined);
  if (committed !== text)
    throw new Error(`${file} is stale: run \`npm run generate\` and commit what it writes.`);
}
