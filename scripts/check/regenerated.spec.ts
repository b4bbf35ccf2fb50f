import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { regenerate } from './regenerated.js';

describe('a generated file', () => {
  let directory: string;
  let file: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regenerated-'));
    file = join(directory, 'errors.md');
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('passes the check right after it was written', async () => {
    await regenerate(file, '# Errors\n', []);
    await expect(readFile(file, 'utf8')).resolves.toBe('# Errors\n');
    await expect(regenerate(file, '# Errors\n', ['--check'])).resolves.toBeUndefined();
  });

  it('is refused, and left alone, when it differs from what the code generates', async () => {
    await writeFile(file, '# Errors\n');
    await expect(regenerate(file, '# Errors\n\nOne more.\n', ['--check'])).rejects.toThrow(
      'errors.md is stale',
    );
    await expect(readFile(file, 'utf8')).resolves.toBe('# Errors\n');
  });

  it('is refused when it was never committed', async () => {
    await expect(regenerate(file, '# Errors\n', ['--check'])).rejects.toThrow('errors.md is stale');
  });
});
