import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json. The compiler leaves `.sql` files where they are, so the way from `dist/` goes here. */
export function packageRoot(from = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('No package.json stands above the migrations.');
  return packageRoot(parent);
}
