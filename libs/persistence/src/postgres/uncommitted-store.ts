import type { Pool, PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { Schema } from '../schema.js';
import { PostgresStore } from './postgres-store.js';
import { Snapshot } from './snapshot.js';

/** What one transaction has written, which nobody else sees yet, as adapters read it. */
export class UncommittedStore extends PostgresStore {
  constructor(
    runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly ownSchema: Schema,
    private readonly patienceMs: number,
  ) {
    // Of a pool, look-ups ask nothing but that it takes a query.
    super(runner.manager, client as unknown as Pool, ownSchema);
  }

  override async openSnapshot(): Promise<Snapshot> {
    return Promise.resolve(Snapshot.within(this.client, this.ownSchema, this.patienceMs));
  }
}
