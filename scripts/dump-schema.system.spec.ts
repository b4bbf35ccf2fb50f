import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { dumpSchema, SCHEMA_DUMP_FILE } from './dump-schema.js';

describe('migrations/schema.dump.sql', () => {
  test('is what the migrations make', async () => {
    expect(await dumpSchema()).toBe(await readFile(SCHEMA_DUMP_FILE, 'utf8'));
  });

  test('cannot be checked without the right pg_dump, which is a failure and no skip', async () => {
    await expect(dumpSchema('/nowhere')).rejects.toThrow('install postgresql-15');
  });
});
