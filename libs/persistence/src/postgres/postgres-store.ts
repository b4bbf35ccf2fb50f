import type { Page, PageRequest, Scope } from '#kernel';
import type { Pool } from 'pg';
import type { DataSource, ObjectLiteral, Repository } from 'typeorm';
import type { Schema } from '../schema.js';
import { cutPage, type SortOrder } from '../sort-order.js';
import { UNOBSERVED, type StoreObserver, type StoreOperation } from '../store-observer.js';
import type { EntityClass, Family } from '../table.js';
import { GroupedReads, type KeyedQuery } from './grouped-reads.js';
import { familyQuery, rowQuery } from './keyed-queries.js';
import { countRows, listRows, type Narrow } from './list-rows.js';
import { observed } from './observed.js';
import { Snapshot } from './snapshot.js';
import { outcomeOf } from './sqlstate.js';

/** What adapters read PostgreSQL through. Failures come out as the outcomes of the kernel, without SQL or data. */
export class PostgresStore {
  private readonly groupedReads = new Map<string, GroupedReads<object>>();

  constructor(
    private readonly dataSource: Pick<DataSource, 'getRepository'>,
    private readonly pool: Pool,
    private readonly schema: Schema,
    private readonly observer: StoreObserver = UNOBSERVED,
  ) {}

  /** The row with an id; look-ups that come together share a query. */
  async findById<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Promise<Row | undefined> {
    return (await this.findByKey(entity, { id } as Partial<Row>)) as Row | undefined;
  }

  /**
   * The row with a unique key of text columns; look-ups that come together share a query.
   *
   * @param wanted the other properties to read, where not all are wanted
   */
  async findByKey<Row extends object, Wanted extends keyof Row & string = keyof Row & string>(
    entity: EntityClass<Row>,
    key: Partial<Row>,
    wanted: readonly Wanted[] = [],
  ): Promise<Pick<Row, Wanted> | undefined> {
    const properties = Object.keys(key);
    const reads = this.readsOf([entity.name, ...properties, '', ...wanted].join(), () =>
      rowQuery(this.schema.tableOf(entity), properties, wanted),
    );
    return (await reads.find(...(Object.values(key) as string[]))) as Row | undefined;
  }

  /**
   * The row with a unique key of text columns and those rows of another entity that refer to it, sorted by one of their
   * properties: both as of one moment. Look-ups that come together share a query.
   */
  async findFamily<Row extends object, Child extends object>(
    entity: EntityClass<Row>,
    key: Partial<Row>,
    children: EntityClass<Child>,
    sort: keyof Child & string,
  ): Promise<Family<Row, Child> | undefined> {
    const properties = Object.keys(key);
    const reads = this.readsOf([entity.name, ...properties, children.name, sort].join(' '), () =>
      familyQuery(this.schema.tableOf(entity), properties, this.schema.tableOf(children), sort),
    );
    return (await reads.find(...(Object.values(key) as string[]))) as Family<Row, Child> | undefined;
  }

  /** Reads through TypeORM's repository of an entity. */
  async read<Row extends ObjectLiteral, Result>(
    entity: EntityClass<Row>,
    read: (repository: Repository<Row>) => Promise<Result>,
  ): Promise<Result> {
    return this.ask('read', entity, read);
  }

  /** Carries out what is no command, such as removing what nobody needs any more. */
  async maintain<Row extends ObjectLiteral, Result>(
    entity: EntityClass<Row>,
    maintain: (repository: Repository<Row>) => Promise<Result>,
  ): Promise<Result> {
    return this.ask('maintenance', entity, maintain);
  }

  /**
   * One page of the rows of a scope that `narrow` leaves, in one statement and by keyset: its cost does not grow with
   * the pages before it. A total takes a second statement, whose cost grows with the list; it is counted last, so that
   * it is no less than what the page shows of rows that are never removed.
   */
  async page<Row extends ObjectLiteral>(
    entity: EntityClass<Row>,
    scope: Scope,
    narrow: Narrow<Row>,
    sort: SortOrder<Row>,
    request: PageRequest,
  ): Promise<Page<Row>> {
    const table = this.schema.tableOf(entity);
    const rows = await this.ask('list', entity, async (repository) =>
      listRows(repository, table, scope, narrow, sort, request),
    );
    const page = cutPage(rows, sort, request);
    if (request.withTotal !== true) return page;
    const total = await this.ask('count', entity, async (repository) =>
      countRows(repository, table, scope, narrow),
    );
    return { ...page, total };
  }

  /**
   * Reads of one moment, on a connection of their own; whoever opens it closes it.
   *
   * @param patienceMs how long a statement may run and how long the reader may think; what the pool is set to otherwise
   */
  async openSnapshot(patienceMs?: number): Promise<Snapshot> {
    return Snapshot.open(this.pool, this.schema, patienceMs, this.observer);
  }

  private async ask<Row extends ObjectLiteral, Result>(
    operation: StoreOperation,
    entity: EntityClass<Row>,
    question: (repository: Repository<Row>) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await observed(this.observer, operation, async () =>
        question(this.dataSource.getRepository<Row>(entity)),
      );
    } catch (error) {
      throw outcomeOf(error);
    }
  }

  private readsOf(name: string, query: () => KeyedQuery<object>): GroupedReads<object> {
    let reads = this.groupedReads.get(name);
    if (reads === undefined) {
      reads = new GroupedReads(this.pool, query(), this.observer);
      this.groupedReads.set(name, reads);
    }
    return reads;
  }
}
