import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { lockedPackages, referenceOf, type LockedPackage } from './check/lock-file.js';
import { billOfMaterials, type BillOfMaterials } from './write-sbom.js';

/** What Node finds, from some packages on, when all that they ask for is installed as the lock file says. */
function reachable(asked: readonly string[], all: ReadonlyMap<string, LockedPackage>): Set<LockedPackage> {
  const found = new Set<LockedPackage>();
  const follow = (name: string, from: string): void => {
    const locked = all.get(`${from}node_modules/${name}`);
    if (locked === undefined) {
      // Not there for this platform, or one folder further up.
      if (from !== '') follow(name, from.replace(/node_modules\/(?:@[^/]+\/)?[^/]+\/$/, ''));
    } else if (!found.has(locked)) {
      found.add(locked);
      for (const next of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) {
        follow(next, `${locked.path}/`);
      }
    }
  };
  for (const name of asked) follow(name, '');
  return found;
}

describe('the bill of materials', () => {
  let bill: BillOfMaterials;
  let locked: LockedPackage[];

  beforeAll(async () => {
    [bill, locked] = await Promise.all([billOfMaterials(), lockedPackages()]);
  });

  test('is of CycloneDX, and of this application by its name', async () => {
    const { name, version, license } = JSON.parse(await readFile('package.json', 'utf8')) as LockedPackage;
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(bill.metadata.component).toMatchObject({
      type: 'application',
      name,
      version,
      purl: `pkg:npm/escrowgrid@${version}`,
      licenses: [{ license: { id: license } }],
    });
  });

  test('names exactly the production packages of the lock file, each once', () => {
    const production = locked.filter(({ dev }) => dev !== true).map(referenceOf);
    const named = bill.components.map((part) => part['bom-ref']);
    expect(named.length).toBeGreaterThan(100);
    expect(named.toSorted()).toEqual([...new Set(production)].toSorted());
  });

  test('names all that the service’s own dependencies ask for, step by step', async () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      await readFile('package.json', 'utf8'),
    ) as LockedPackage;
    const asked = Object.keys({ ...dependencies, ...optionalDependencies });
    const byPath = new Map(locked.map((one) => [one.path, one]));
    const needed = [...reachable(asked, byPath)].map(referenceOf);
    expect(needed.length).toBeGreaterThan(100);
    expect(bill.components.map((part) => part['bom-ref'])).toEqual(expect.arrayContaining(needed));
  });

  test('tells of each package its version, its package URL, its hash and its licence', () => {
    for (const part of bill.components) {
      const name = part.name.replace('@', '%40');
      expect(part).toMatchObject({
        'bom-ref': `${part.name}@${part.version}`,
        purl: `pkg:npm/${name}@${part.version}`,
        hashes: [{ alg: expect.stringMatching(/^SHA-/), content: expect.stringMatching(/^[0-9a-f]+$/) }],
        licenses: [expect.anything()],
      });
      expect(JSON.stringify(part)).not.toContain('development');
    }
    const licences = new Map(locked.map((one) => [referenceOf(one), one.license]));
    const shown = bill.components.map((part) => JSON.stringify(part.licenses));
    const known = bill.components.map((part) => licences.get(part['bom-ref']) ?? 'none');
    expect(shown).toEqual(known.map((licence) => expect.stringContaining(`"${licence}"`)));
  });

  test('says what depends on what, among these packages only', () => {
    const named = new Set([
      bill.metadata.component['bom-ref'],
      ...bill.components.map((part) => part['bom-ref']),
    ]);
    expect(new Set(bill.dependencies.map(({ ref }) => ref))).toEqual(named);
    for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(named).toContain(ref);
  });
});
