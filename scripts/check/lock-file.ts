import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  readonly name: string;
  /** Where it is installed, such as `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  /** Nothing that runs in production needs it. */
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Every package that `npm ci` installs here or on another platform. */
export async function lockedPackages(): Promise<LockedPackage[]> {
  const text = await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Omit<LockedPackage, 'name' | 'path'>> };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => ({ ...locked, path, name: path.replace(/^.*node_modules\//, '') }));
}

/** A package with its version, as bills of materials refer to it. */
export function referenceOf({ name, version }: LockedPackage): string {
  return `${name}@${version}`;
}
