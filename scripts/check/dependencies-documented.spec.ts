import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { lockedPackages, type LockedPackage } from './lock-file.js';

const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT/X11',
  'Python-2.0',
  'Unlicense',
];

interface Row {
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

const page = await readFile('docs/DEPENDENCIES.md', 'utf8');
const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>;
const runtime = Object.keys(manifest.dependencies);
const development = Object.keys({ ...manifest.devDependencies, ...manifest.optionalDependencies });

/** The rows of the table under a heading: the packages that the first cell names, and the other cells. */
function rowsUnder(heading: string): Row[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => /^\| *`/.test(line)) ?? [];
  return lines.map((line) => {
    const [first = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { names: [...first.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => packagesOf(name)), cells };
  });
}

/** `@types/*` stands for all that are there. */
function packagesOf(name: string): string[] {
  return name.endsWith('/*') ? development.filter((one) => one.startsWith(name.slice(0, -1))) : [name];
}

async function licenceOf(name: string): Promise<string> {
  const text = await readFile(`node_modules/${name}/package.json`, 'utf8');
  return (JSON.parse(text) as { license: string }).license;
}

describe('docs/DEPENDENCIES.md', () => {
  test('has each dependency of the service exactly once, and none that is gone', () => {
    const named = rowsUnder('In production').flatMap(({ names }) => names);
    expect(named.toSorted()).toEqual(runtime.toSorted());
  });

  test('says of each why it is there, and its licence as the package itself says it', async () => {
    for (const { names, cells } of rowsUnder('In production')) {
      const [licence, why = ''] = cells;
      expect(why.length).toBeGreaterThan(10);
      for (const name of names) expect([name, licence]).toEqual([name, await licenceOf(name)]);
    }
  });

  test('has each development dependency exactly once, with why it is there, and none that is gone', () => {
    const rows = rowsUnder('For development');
    expect(rows.flatMap(({ names }) => names).toSorted()).toEqual(development.toSorted());
    for (const { cells } of rows) expect(cells[0]?.length).toBeGreaterThan(5);
  });
});

describe('what runs in production', () => {
  let locked: LockedPackage[];

  beforeAll(async () => {
    locked = await lockedPackages();
  });

  test('has permissive licences throughout', () => {
    const production = locked.filter(({ dev }) => dev !== true);
    expect(production.length).toBeGreaterThan(100);
    const others = production.filter(({ license = 'none' }) => !PERMISSIVE.includes(license));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  test('is asked for at one exact version each', () => {
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const loose = asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
    const installed = new Map(locked.map(({ path, version }) => [path, version]));
    for (const [name, version] of asked) expect(installed.get(`node_modules/${name}`)).toBe(version);
  });
});
