import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { lockedPackages, type LockedPackage } from './lock-file.js';

const lockText = await readFile('package-lock.json', 'utf8');
const { allowScripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
  allowScripts: Record<string, boolean>;
};

describe('the lock file', () => {
  let locked: LockedPackage[];

  beforeAll(async () => {
    locked = await lockedPackages();
  });

  test('has no package with an install script that package.json does not judge by name', () => {
    const withScripts = locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(withScripts.length).toBeGreaterThan(0);
    expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(withScripts)].toSorted());
  });

  test('lets no package run a script in production', () => {
    const allowed = locked.filter(({ name, dev }) => dev !== true && allowScripts[name] === true);
    expect(allowed.map(({ name }) => name)).toEqual([]);
  });

  test('has the hash of every package', () => {
    expect(locked.length).toBeGreaterThan(100);
    const without = locked.filter(({ integrity = '' }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('names no registry: packages come from the one that whoever installs them has set', () => {
    expect(locked.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(lockText).not.toMatch(/"(?:https?|git|file)[^"]*\.tgz|"git\+|"file:/);
  });
});
