import type { UnitOfWork, WholeStore } from '#kernel';
import { openTestDatabase, withClient, type Backend } from '#testing';
import { DataSource } from 'typeorm';
import { MemoryStore } from './memory/memory-store.js';
import { MemoryUnitOfWork } from './memory/memory-unit-of-work.js';
import { MemoryWholeStore } from './memory/memory-whole-store.js';
import type { Binding } from './binding.js';
import { dataSourceOptions } from './postgres/data-source-options.js';
import { poolOf } from './postgres/pool.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work.js';
import { PostgresWholeStore } from './postgres/postgres-whole-store.js';
import { Statements } from './postgres/statements.js';
import { Schema } from './schema.js';
import type { CommitGrouping } from './store-options.js';
import type { EntityClass } from './table.js';

/** Rows of this room's own tables, for suites of rooms that have none. */
export {
  aBox,
  BoxEntity,
  ROWS_BINDING,
  SlipEntity,
  TEST_ENTITIES,
  TEST_TABLES,
  type Rows,
} from './test-tables.js';

/** An empty store of one backend, opened without Nest, for contract suites. */
export interface TestStore {
  /** A new adapter of this store's backend. */
  bind<Port>(binding: Binding<Port>): Port;
  readonly unitOfWork: UnitOfWork;
  readonly whole: WholeStore;
  close(): Promise<void>;
}

/**
 * Opens an empty store that knows the given entities; each entity's references must lead to one of them.
 *
 * @param tables SQL that makes the tables of entities that no migration knows
 */
export async function openStore(
  backend: Backend,
  entities: readonly EntityClass[],
  tables?: string,
  grouping?: CommitGrouping,
): Promise<TestStore> {
  const schema = new Schema(entities);
  return backend === 'memory' ? openMemory(schema) : openPostgres(schema, tables, grouping);
}

function openMemory(schema: Schema): TestStore {
  const store = new MemoryStore(schema);
  return {
    bind: (binding) => new binding.memory(store),
    unitOfWork: new MemoryUnitOfWork(store),
    whole: new MemoryWholeStore(store),
    close: async () => Promise.resolve(),
  };
}

async function openPostgres(
  schema: Schema,
  tables: string | undefined,
  grouping: CommitGrouping | undefined,
): Promise<TestStore> {
  const database = await openTestDatabase();
  if (tables !== undefined) await withClient(database.ownerUrl, async (client) => client.query(tables));
  const dataSource = new DataSource(
    dataSourceOptions(
      {
        url: database.url,
        poolMax: 10,
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 10_000,
        sslMode: 'disable',
        isPooled: database.isPooled,
      },
      schema.entities,
      () => undefined,
    ),
  );
  await dataSource.initialize();
  const store = new PostgresStore(dataSource, poolOf(dataSource), schema);
  const unitOfWork = new PostgresUnitOfWork(poolOf(dataSource), new Statements(schema, grouping));
  return {
    bind: (binding) => new binding.postgres(store),
    unitOfWork,
    whole: new PostgresWholeStore(dataSource, new Statements(schema)),
    close: async () => {
      await unitOfWork.drain();
      await dataSource.destroy();
      await database.close();
    },
  };
}
