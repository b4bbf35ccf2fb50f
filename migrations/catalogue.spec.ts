import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';
import { catalogueFaults } from './catalogue-faults.js';
import { packageRoot } from './package-root.js';

describe('the tables of a migrated database', () => {
  let database: TestDatabase;
  let owner: Client;
  beforeAll(async () => {
    database = await openTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.close();
  });

  test('can be distributed by institution, and cross from none to another', async () => {
    const { rows } = await owner.query<{ count: string }>(
      `SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    expect(Number(rows[0]?.count)).toBeGreaterThan(10);
    expect(await catalogueFaults(owner)).toEqual([]);
  });

  const COLUMNS = 'id text, institution_id text';
  const KEY = 'CONSTRAINT notes_pk PRIMARY KEY (id, institution_id)';

  test.each<[string, string, string[]]>([
    ['without a primary key', `CREATE TABLE notes (${COLUMNS})`, ['notes has no primary key']],
    [
      'whose primary key names no institution',
      `CREATE TABLE notes (${COLUMNS}, CONSTRAINT notes_pk PRIMARY KEY (id))`,
      ['the unique key notes_pk of notes does not hold institution_id'],
    ],
    [
      'with a unique key that names no institution',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, CONSTRAINT notes_id_key UNIQUE (id))`,
      ['the unique key notes_id_key of notes does not hold institution_id'],
    ],
    [
      'with a unique index that names no institution, if only for some rows',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}); CREATE UNIQUE INDEX notes_id_idx ON notes (id) WHERE id > 'a'`,
      ['the unique key notes_id_idx of notes does not hold institution_id'],
    ],
    [
      'with a reference that names the institution on neither side',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, key_id text, CONSTRAINT notes_key_fk FOREIGN KEY (key_id) REFERENCES api_keys (id))`,
      ['the reference notes_key_fk of notes may lead to another institution'],
    ],
    [
      'with a reference that crosses the two columns',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, asset_id text,
        CONSTRAINT notes_asset_fk FOREIGN KEY (institution_id, asset_id) REFERENCES assets (id, institution_id))`,
      ['the reference notes_asset_fk of notes may lead to another institution'],
    ],
    [
      'with a reference that removes rows by itself',
      `CREATE TABLE notes (${COLUMNS}, ${KEY},
        CONSTRAINT notes_institution_fk FOREIGN KEY (institution_id) REFERENCES institutions (id) ON DELETE CASCADE)`,
      ['the reference notes_institution_fk of notes changes rows by itself'],
    ],
    [
      'that every node has a copy of, and that refers to one that is divided',
      `ALTER TABLE api_keys ADD COLUMN asset_id text, ADD CONSTRAINT api_keys_asset_fk
        FOREIGN KEY (asset_id, institution_id) REFERENCES assets (id, institution_id)`,
      ['the reference api_keys_asset_fk leads from api_keys, of which every node has a copy, to assets'],
    ],
    [
      'with numbers of a sequence',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, number serial)`,
      ['notes takes numbers from the sequence notes_number_seq'],
    ],
    [
      'with numbers of an identity',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, number bigint GENERATED ALWAYS AS IDENTITY)`,
      ['notes takes numbers from the sequence notes_number_seq'],
    ],
    [
      'with numbers of a sequence that is nobody’s',
      `CREATE SEQUENCE counter; CREATE TABLE notes (${COLUMNS}, ${KEY}, number bigint DEFAULT nextval('counter'))`,
      ['notes takes numbers from the sequence counter'],
    ],
    [
      'with a native enum, and a list of them',
      `CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE notes (${COLUMNS}, ${KEY}, mood mood, moods mood[])`,
      ['the column mood of notes is of a native enum', 'the column moods of notes is of a native enum'],
    ],
    [
      'with a key that PostgreSQL named',
      `CREATE TABLE notes (${COLUMNS}, PRIMARY KEY (id, institution_id))`,
      ['notes_pkey of notes was given no name of its own'],
    ],
    [
      'with a reference that PostgreSQL named',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}, FOREIGN KEY (institution_id) REFERENCES institutions (id))`,
      ['notes_institution_id_fkey of notes was given no name of its own'],
    ],
    [
      'with an index that TypeORM named',
      `CREATE TABLE notes (${COLUMNS}, ${KEY}); CREATE INDEX "IDX_4a5b" ON notes (id)`,
      ['IDX_4a5b of notes was given no name of its own'],
    ],
  ])('would be told of one %s', async (_what, sql, faults) => {
    await owner.query('BEGIN');
    try {
      await owner.query(sql);
      expect(await catalogueFaults(owner)).toEqual(faults);
    } finally {
      await owner.query('ROLLBACK');
    }
  });
});

describe('the migrations', () => {
  /** Constraints and indexes of a text that it does not name: PostgreSQL would name them, as the catalogue cannot tell. */
  const unnamedIn = (text: string): string[] =>
    [
      ...text.matchAll(/(?<!CONSTRAINT \w+\s+)\b(?:PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK|EXCLUDE)\b\s*[(U]/g),
      ...text.matchAll(/\bREFERENCES\b(?<!FOREIGN KEY \([^)]*\)\s*REFERENCES)/g),
      ...text.matchAll(/\bINDEX\s+(?:CONCURRENTLY\s+)?(?:IF NOT EXISTS\s+)?ON\b/g),
    ].map(([found]) => found);

  test('name every constraint and index themselves', async () => {
    const folder = join(packageRoot(), 'migrations');
    const files = (await readdir(folder)).filter((name) => /^\d+-.*\.ts$/.test(name));
    expect(files.length).toBeGreaterThan(11);
    for (const file of files) {
      expect([file, unnamedIn(await readFile(join(folder, file), 'utf8'))]).toEqual([file, []]);
    }
  });

  test.each([
    'a text PRIMARY KEY (a)',
    'UNIQUE (a)',
    'CHECK (a > 0)',
    'FOREIGN KEY (a) REFERENCES b (a)',
    'a text REFERENCES b (a)',
    'CREATE INDEX ON a (b)',
    'CREATE UNIQUE INDEX CONCURRENTLY ON a (b)',
  ])('would be told of %s', (text) => expect(unnamedIn(text)).toHaveLength(1));
});
