import { SettledHistory, UnitOfWork, WholeStore } from '#kernel';
import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { MemorySettledHistory } from './memory/memory-settled-history.js';
import type { Binding } from './binding.js';
import { MemoryStore } from './memory/memory-store.js';
import { MemoryStoreProbe } from './memory/memory-store-probe.js';
import { MemoryUnitOfWork } from './memory/memory-unit-of-work.js';
import { MemoryWholeStore } from './memory/memory-whole-store.js';
import { dataSourceOptions } from './postgres/data-source-options.js';
import { lackingTimeOuts } from './postgres/lacking-time-outs.js';
import { poolOf } from './postgres/pool.js';
import { PostgresSettledHistory } from './postgres/postgres-settled-history.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { PostgresStoreProbe } from './postgres/postgres-store-probe.js';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work.js';
import { PostgresWholeStore } from './postgres/postgres-whole-store.js';
import { Statements } from './postgres/statements.js';
import { Schema } from './schema.js';
import type { DatabaseOptions, StoreOptions } from './store-options.js';
import { UNOBSERVED, type StoreObserver } from './store-observer.js';
import { StoreProbe } from './store-probe.js';
import type { EntityClass } from './table.js';

/** That the sessions behind a pooler were looked at. */
abstract class LookedAtSessions {}

/** The backend that `forRoot` chose. */
abstract class ChosenStore {
  abstract bind<Port>(binding: Binding<Port>): Port;
}

/** What a backend can do without. */
export interface BackendOptions {
  /** Is told what the store does. */
  readonly observer?: StoreObserver;
  /** The names of the migrations that this code needs, as they are recorded. */
  readonly migrations?: readonly string[];
}

@Module({})
export class PersistenceModule {
  /** Chooses the backend, once, for every port. Memory opens no connection. */
  static forRoot(
    store: StoreOptions,
    entities: readonly EntityClass[],
    { observer = UNOBSERVED, migrations = [] }: BackendOptions = {},
  ): DynamicModule {
    const schema = new Schema(entities);
    return store.backend === 'memory'
      ? memoryBackend(schema, observer)
      : postgresBackend(store.database, schema, { observer, migrations });
  }

  /** The adapters of a store that somebody else opened, for what only reads. */
  static over(store: { bind<Port>(binding: Binding<Port>): Port }): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [{ provide: ChosenStore, useValue: { bind: (binding: Binding) => store.bind(binding) } }],
      exports: [ChosenStore],
    };
  }

  /** Binds ports to the adapters of the chosen backend. */
  static forFeature(bindings: readonly Binding[]): DynamicModule {
    const providers = bindings.map((binding): FactoryProvider => ({
      provide: binding.port,
      inject: [ChosenStore],
      useFactory: (store: ChosenStore) => store.bind(binding),
    }));
    return { module: PersistenceModule, providers, exports: providers };
  }
}

function memoryBackend(schema: Schema, observer: StoreObserver): DynamicModule {
  const store = new MemoryStore(schema);
  return {
    module: PersistenceModule,
    global: true,
    providers: [
      { provide: ChosenStore, useValue: { bind: (binding: Binding) => new binding.memory(store) } },
      { provide: UnitOfWork, useValue: new MemoryUnitOfWork(store, observer) },
      { provide: StoreProbe, useValue: new MemoryStoreProbe() },
      { provide: SettledHistory, useValue: new MemorySettledHistory() },
      { provide: WholeStore, useValue: new MemoryWholeStore(store) },
    ],
    exports: [ChosenStore, UnitOfWork, StoreProbe, SettledHistory, WholeStore],
  };
}

function postgresBackend(
  database: DatabaseOptions,
  schema: Schema,
  { observer, migrations }: Required<BackendOptions>,
): DynamicModule {
  const logger = new Logger(PersistenceModule.name);
  const options = dataSourceOptions(database, schema.entities, (reason) =>
    logger.warn({ causeCode: (reason as { code?: unknown }).code }, 'An idle database connection was lost.'),
  );
  const fromDataSource = <Value>(
    provide: FactoryProvider['provide'],
    build: (dataSource: DataSource) => Value,
  ) => ({
    provide,
    inject: [getDataSourceToken()],
    useFactory: build,
  });
  return {
    module: PersistenceModule,
    global: true,
    imports: [TypeOrmModule.forRoot({ ...options, retryAttempts: 3, retryDelay: 1_000 })],
    providers: [
      fromDataSource(ChosenStore, (dataSource) => {
        observer.poolOpened(poolOf(dataSource));
        const store = new PostgresStore(dataSource, poolOf(dataSource), schema, observer);
        return { bind: (binding: Binding) => new binding.postgres(store) };
      }),
      fromDataSource(PostgresUnitOfWork, (dataSource) => {
        return new PostgresUnitOfWork(
          poolOf(dataSource),
          new Statements(schema, database.commitGrouping),
          observer,
        );
      }),
      { provide: UnitOfWork, useExisting: PostgresUnitOfWork },
      { provide: StoreProbe, useFactory: () => new PostgresStoreProbe(database, migrations) },
      fromDataSource(LookedAtSessions, async (dataSource) => {
        const lacking = database.isPooled === true ? await lackingTimeOuts(poolOf(dataSource)) : [];
        if (lacking.length > 0)
          logger.warn(
            `The user of DATABASE_URL has no limit for ${lacking.join(', ')}: set them by ALTER ROLE, as docs/POOLER.md says.`,
          );
      }),
      fromDataSource(SettledHistory, (dataSource) => new PostgresSettledHistory(poolOf(dataSource))),
      fromDataSource(WholeStore, (dataSource) => new PostgresWholeStore(dataSource, new Statements(schema))),
    ],
    exports: [ChosenStore, UnitOfWork, StoreProbe, SettledHistory, WholeStore],
  };
}
