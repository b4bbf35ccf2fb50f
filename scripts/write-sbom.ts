/**
 * `npm run sbom`: writes dist/sbom.cdx.json, the CycloneDX bill of materials of what runs in production. It is made
 * of the lock file, not of what happens to be installed.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lockedPackages, referenceOf, type LockedPackage } from './check/lock-file.ts';

const root = join(import.meta.dirname, '..');
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly object[];
}

export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** What npm writes of the whole lock file, without what is for development only. */
export async function billOfMaterials(): Promise<BillOfMaterials> {
  const production = new Map(
    (await lockedPackages()).filter(({ dev }) => dev !== true).map((locked) => [referenceOf(locked), locked]),
  );
  const whole = await npmSbom();
  const { component } = whole.metadata;
  const isNamed = (reference: string): boolean =>
    production.has(reference) || reference === component['bom-ref'];
  return {
    ...whole,
    // npm names the folder.
    metadata: { ...whole.metadata, component: { ...component, name: 'escrowgrid' } },
    components: whole.components.flatMap((part) => {
      const locked = production.get(part['bom-ref']);
      return locked === undefined ? [] : [inProduction(part, locked)];
    }),
    dependencies: whole.dependencies
      .filter(({ ref }) => isNamed(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isNamed) })),
  };
}

/** npm's own `--omit dev` leaves out what a development dependency needs as well, such as the driver of PostgreSQL. */
async function npmSbom(): Promise<BillOfMaterials> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'],
    { cwd: root, maxBuffer: MAX_OUTPUT_BYTES },
  );
  return JSON.parse(stdout) as BillOfMaterials;
}

/**
 * npm marks a version as for development when it is installed a second time for that, and leaves out a licence that
 * SPDX has no name for.
 */
function inProduction(part: Component, { license = 'unknown' }: LockedPackage): Component {
  return {
    ...part,
    properties: part.properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
    licenses: part.licenses ?? [{ license: { name: license } }],
  };
}

if (import.meta.main) {
  const bill = await billOfMaterials();
  const file = join(root, 'dist/sbom.cdx.json');
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(file, `${JSON.stringify(bill, undefined, 2)}\n`);
  console.log(`dist/sbom.cdx.json: ${bill.components.length} packages.`);
}
