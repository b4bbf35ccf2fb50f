import { describe, expect, test } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { migrationChecksum } from './migration-checksum.js';
import { migrations } from './migration-list.js';
import type { MigrationClass } from './migration-sql.js';

/** A migration that is never edited has this checksum for ever, in every database that it was applied to. */
const LANDED = {
  CreateInstitutions1795346400000: '595ac8baee2f9748197c50f80da6301849b0504efe600a845dd48accef16cde6',
  CreateApiKeys1795346401000: '79ca9f68814fb53323f8f9a6ff04349c47e4d34957eb5d97ddee172349b894f9',
  CreateAssets1795346402000: '45d5b0e479f685139f7ee031e753799f777a5b5004f7fa37a9d9624680903fc5',
  CreateInstitutionPolicies1795346403000: '5ffee958452af6e450fdb38db87a7c35b83b305beabae310dc807c4118d38c0e',
  CreatePositions1795346404000: '75a5836f723626d9c1fe20465e2af570e04f4bc76c0a215671884e6ef7e4e641',
  CreatePositionEvents1795346405000: '8643be83dbc7f51dd119fae26dcb4356f16ce6040e0510c9aa5fe56e03171c6f',
  CreateLedgerEvents1795346406000: '0402d50a888e1165b6946657af58818d1557c2eb501f010fc9fdb9515bf36bf2',
  CreateAuditEvents1795346407000: 'cecd607c6d87d55b948db6c438688496f8bdf778634990488299a21934cef63b',
  CreateIdempotencyRecords1795346408000: '22b34bf83741e864bb0c2179347a0c38f5f44fe2adcf21a288c486da9be1dcf6',
  ProtectHistory1795346409000: '804cd34fc45107f35ae5d0e8b3f1c0193a1e9a09603ddf13b588e8bbdab9fe0b',
  IndexAuditEventsByResource1795600000000: 'd70a13717ae18576d0330ba33305768c0f7e5b25df179e45dca0256c59baf776',
  CreateCheckpoints1796000000000: 'bd3d90fe4282f8d78b2cda6e2467c3a54570a213254c0e53a3aeb68326608184',
};

function aMigration(up: string, down: string, transaction?: boolean, parameters?: unknown[]): MigrationClass {
  return class AddNote1 {
    readonly transaction = transaction;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(up, parameters);
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query(down);
    }
  };
}

describe('the checksum of a migration', () => {
  test('is, of every one that landed, what it was', async () => {
    const found = await Promise.all(
      migrations.map(async (each): Promise<[string, string]> => [each.name, await migrationChecksum(each)]),
    );
    expect(Object.fromEntries(found)).toEqual(LANDED);
  });

  const of = migrationChecksum;

  test('is the same for the same deeds, however the code looks', async () => {
    class Laid1 {
      /** So that a note can be kept. */
      async up(runner: QueryRunner): Promise<void> {
        const table = 'assets';
        // Text may be put together.
        await runner.query(`  ALTER TABLE ${table} ADD COLUMN note text\n`);
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.query('ALTER TABLE assets DROP COLUMN note');
      }
    }
    const plain = aMigration(
      'ALTER TABLE assets ADD COLUMN note text',
      'ALTER TABLE assets DROP COLUMN note',
    );
    expect(await of(Laid1)).toBe(await of(plain));
    expect(await of(plain)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['what it does on its way up', aMigration('SELECT 2', 'SELECT 1')],
    ['what it does on its way down', aMigration('SELECT 1', 'SELECT 2')],
    ['what a text holds', aMigration(`SELECT 1 -- and no more`, 'SELECT 1')],
    ['what is sent along', aMigration('SELECT 1', 'SELECT 1', undefined, [7])],
    ['whether a transaction holds it', aMigration('SELECT 1', 'SELECT 1', false)],
  ])('is another where %s is', async (_difference, other) => {
    expect(await of(other)).not.toBe(await of(aMigration('SELECT 1', 'SELECT 1')));
  });

  test('cannot be had of a migration that does more than say SQL', async () => {
    class Other1 {
      async up(runner: QueryRunner): Promise<void> {
        await runner.dropTable('assets');
      }
      async down(): Promise<void> {}
    }
    await expect(of(Other1)).rejects.toThrow('dropTable is not a function');
  });
});
