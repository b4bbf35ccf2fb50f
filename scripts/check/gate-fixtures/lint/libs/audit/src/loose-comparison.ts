// breaks: eqeqeq, @typescript-eslint/no-unused-vars, @typescript-eslint/return-await, @typescript-eslint/consistent-type-imports
import { Stats } from 'node:fs';

export async function same(left: string, right: string, unused: Stats): Promise<boolean> {
  try {
    return Promise.resolve(left == right);
  } catch {
    return false;
  }
}
