import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line of a .dockerignore file. */
interface Rule {
  /** Whether it takes back what a rule before it left out. */
  readonly isException: boolean;
  readonly path: string;
  readonly pattern: RegExp;
}

/**
 * What a container engine would be given of `folder`: the files that its .dockerignore leaves, as paths relative to
 * it, sorted. The last rule that meets a path, or a folder above it, decides.
 */
export async function contextFiles(folder: string): Promise<string[]> {
  const rules = rulesOf(await readFile(join(folder, '.dockerignore'), 'utf8'));
  const files: string[] = [];
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      const isOut = isIgnored(rules, inner);
      // A folder that is left out may still hold what an exception brings back.
      if (entry.isDirectory() && (!isOut || mayHoldException(rules, inner))) await visit(inner);
      else if (!entry.isDirectory() && !isOut) files.push(inner);
    }
  };
  await visit('');
  return files.sort();
}

export function rulesOf(text: string): Rule[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!');
      const path = line.slice(isException ? 1 : 0).replace(/^\/|\/$/g, '');
      return { isException, path, pattern: patternOf(path) };
    });
}

export function isIgnored(rules: readonly Rule[], path: string): boolean {
  const names = path.split('/');
  const withThoseAbove = names.map((_, index) => names.slice(0, index + 1).join('/'));
  const last = rules.findLast(({ pattern }) => withThoseAbove.some((each) => pattern.test(each)));
  return last !== undefined && !last.isException;
}

function mayHoldException(rules: readonly Rule[], folder: string): boolean {
  const depth = folder.split('/').length;
  return rules.some(({ isException, path }) => {
    const first = path.split('/').slice(0, depth);
    return isException && (first.includes('**') || patternOf(first.join('/')).test(folder));
  });
}

/** `**` stands for any number of folders, `*` and `?` for what is within one name. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    const wild = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' }[part];
    return wild ?? RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`);
}
