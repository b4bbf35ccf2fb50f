import { describe, expect, test } from '@jest/globals';
import { migrations } from '../migrations/migration-list.js';
import { lintMigrations } from './lint-sql.js';

interface Runner {
  query(sql: string): Promise<unknown>;
}

class AddRequiredColumn {
  async up(runner: Runner): Promise<void> {
    await runner.query('ALTER TABLE positions ADD COLUMN note text NOT NULL');
    await runner.query('CREATE INDEX positions_note_idx ON positions (note)');
  }

  async down(): Promise<void> {}
}

class Misspelt {
  async up(runner: Runner): Promise<void> {
    await runner.query('CREAT TABLE notes (id text)');
  }

  async down(): Promise<void> {}
}

describe('the SQL lint', () => {
  test('finds nothing in the migrations', async () => {
    expect(await lintMigrations(migrations)).toBe('');
  });

  test('rejects what locks or breaks a table that is in use', async () => {
    const complaints = await lintMigrations([AddRequiredColumn]);
    expect(complaints).toContain('adding-required-field');
    expect(complaints).toContain('require-concurrent-index-creation');
  });

  test('rejects what PostgreSQL could not parse', async () => {
    expect(await lintMigrations([Misspelt])).toContain('syntax-error');
  });
});
