import { SettledHistory, UnitOfWork } from '#kernel';
import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { MemorySettledHistory } from './memory/memory-settled-history.js';
import { MemoryStore } from './memory/memory-store.js';
import { MemoryStoreProbe } from './memory/memory-store-probe.js';
import { MemoryUnitOfWork } from './memory/memory-unit-of-work.js';
import { dataSourceOptions } from './postgres/data-source-options.js';
import { poolOf } from './postgres/pool.js';
import { PostgresSettledHistory } from './postgres/postgres-settled-history.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { PostgresStoreProbe } from './postgres/postgres-store-probe.js';
import { PostgresUnitOfWork } from './postgres/postgres-unit-of-work.js';
import { Statements } from './postgres/statements.js';
import { Schema } from './schema.js';
import type { DatabaseOptions, StoreOptions } from './store-options.js';
import { StoreProbe } from './store-probe.js';
import type { EntityClass } from './table.js';

/** A port with its two adapters. */
export interface Binding<Port = unknown> {
  readonly port: abstract new (...parameters: never[]) => Port;
  readonly postgres: new (store: PostgresStore) => Port;
  readonly memory: new (store: MemoryStore) => Port;
}

/** The backend that `forRoot` chose. */
abstract class ChosenStore {
  abstract bind<Port>(binding: Binding<Port>): Port;
}

@Module({})
export class PersistenceModule {
  /** Chooses the backend, once, for every port. Memory opens no connection. */
  static forRoot(store: StoreOptions, entities: readonly EntityClass[]): DynamicModule {
    const schema = new Schema(entities);
    return store.backend === 'memory' ? memoryBackend(schema) : postgresBackend(store.database, schema);
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

function memoryBackend(schema: Schema): DynamicModule {
  const store = new MemoryStore(schema);
  return {
    module: PersistenceModule,
    global: true,
    providers: [
      { provide: ChosenStore, useValue: { bind: (binding: Binding) => new binding.memory(store) } },
      { provide: UnitOfWork, useValue: new MemoryUnitOfWork(store) },
      { provide: StoreProbe, useValue: new MemoryStoreProbe() },
      { provide: SettledHistory, useValue: new MemorySettledHistory() },
    ],
    exports: [ChosenStore, UnitOfWork, StoreProbe, SettledHistory],
  };
}

function postgresBackend(database: DatabaseOptions, schema: Schema): DynamicModule {
  const logger = new Logger(PersistenceModule.name);
  const options = dataSourceOptions(database, schema.entities, (reason) =>
    logger.warn({ err: reason }, 'An idle database connection was lost.'),
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
        const store = new PostgresStore(dataSource, poolOf(dataSource), schema);
        return { bind: (binding: Binding) => new binding.postgres(store) };
      }),
      fromDataSource(PostgresUnitOfWork, (dataSource) => {
        return new PostgresUnitOfWork(poolOf(dataSource), new Statements(schema));
      }),
      { provide: UnitOfWork, useExisting: PostgresUnitOfWork },
      fromDataSource(
        StoreProbe,
        (dataSource) => new PostgresStoreProbe(poolOf(dataSource), schema.tables.at(-1)?.name ?? ''),
      ),
      fromDataSource(SettledHistory, (dataSource) => new PostgresSettledHistory(poolOf(dataSource))),
    ],
    exports: [ChosenStore, UnitOfWork, StoreProbe, SettledHistory],
  };
}
