import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase, withClient } from '#testing';
import { findDrift } from './find-drift.js';

describe('the drift check', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => database.close());

  test('finds nothing after the migrations, and leaves nothing behind', async () => {
    expect(await findDrift(database.ownerUrl)).toEqual([]);
    expect(await findDrift(database.ownerUrl)).toEqual([]);
  });

  test.each([
    [
      'another CHECK body under the same name',
      `
      ALTER TABLE positions DROP CONSTRAINT positions_amount_check;
      ALTER TABLE positions ADD CONSTRAINT positions_amount_check CHECK (amount >= 0)`,
    ],
    [
      'a CHECK that old rows need not meet',
      `
      ALTER TABLE positions DROP CONSTRAINT positions_version_check;
      ALTER TABLE positions ADD CONSTRAINT positions_version_check CHECK (version >= 1) NOT VALID`,
    ],
    [
      'another order of index columns',
      `
      DROP INDEX assets_institution_created_idx;
      CREATE INDEX assets_institution_created_idx ON assets (created_at, institution_id, id)`,
    ],
    [
      'a partial index',
      `
      DROP INDEX assets_institution_created_idx;
      CREATE INDEX assets_institution_created_idx ON assets (institution_id, created_at, id) WHERE label <> ''`,
    ],
    [
      'another operator class',
      `
      DROP INDEX assets_metadata_idx;
      CREATE INDEX assets_metadata_idx ON assets USING gin (metadata)`,
    ],
    [
      'a foreign key without the tenant',
      `
      CREATE UNIQUE INDEX ON positions (id);
      ALTER TABLE ledger_events DROP CONSTRAINT ledger_events_position_fk;
      ALTER TABLE ledger_events ADD CONSTRAINT ledger_events_position_fk
        FOREIGN KEY (position_id) REFERENCES positions (id)`,
    ],
    [
      'a foreign key that cascades',
      `
      ALTER TABLE assets DROP CONSTRAINT assets_institution_fk;
      ALTER TABLE assets ADD CONSTRAINT assets_institution_fk
        FOREIGN KEY (institution_id) REFERENCES institutions (id) ON DELETE CASCADE`,
    ],
    ['another column type', 'ALTER TABLE positions ALTER COLUMN amount TYPE numeric(20,2)'],
    ['another collation', 'ALTER TABLE api_keys ALTER COLUMN id TYPE text COLLATE "POSIX"'],
    ['a default', `ALTER TABLE positions ALTER COLUMN state SET DEFAULT 'CREATED'`],
    ['a column without NOT NULL', 'ALTER TABLE audit_events ALTER COLUMN payload DROP NOT NULL'],
    ['a column too many', 'ALTER TABLE assets ADD COLUMN colour text'],
    ['a column too few', 'ALTER TABLE assets DROP COLUMN label'],
    ['a stray table', 'CREATE TABLE notes (id text)'],
    ['a stray view', 'CREATE VIEW totals AS SELECT count(*) FROM positions'],
    ['a stray sequence', 'CREATE SEQUENCE numbers'],
    ['a missing table', 'DROP TABLE idempotency_records'],
  ])('finds %s', async (_fault, sql) => {
    await withClient(database.ownerUrl, (client) => client.query(sql));
    expect(await findDrift(database.ownerUrl)).not.toEqual([]);
  });

  test('says on which side what is', async () => {
    await withClient(database.ownerUrl, (client) =>
      client.query(`
        ALTER TABLE assets DROP CONSTRAINT assets_version_check;
        ALTER TABLE assets ADD CONSTRAINT assets_version_check CHECK (version > 1)`),
    );
    expect(await findDrift(database.ownerUrl)).toEqual([
      'missing in the database: constraint assets.assets_version_check CHECK ((version >= 1))',
      'unknown to the entities: constraint assets.assets_version_check CHECK ((version > 1))',
    ]);
  });
});
