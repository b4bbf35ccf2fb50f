import type { Page, PageRequest } from '#kernel';
import type { Pool } from 'pg';
import type { DataSource, ObjectLiteral, Repository, SelectQueryBuilder } from 'typeorm';
import type { Schema } from '../schema.js';
import { cutPage, type SortOrder } from '../sort-order.js';
import type { EntityClass } from '../table.js';
import { PointReads } from './point-reads.js';
import { outcomeOf } from './sqlstate.js';

/** The alias of the listed entity in queries of {@link PostgresStore.page}. */
export const LISTED = 'listed';

/** What adapters read PostgreSQL through. Failures come out as the outcomes of the kernel, without SQL or data. */
export class PostgresStore {
  private readonly pointReads = new Map<string, PointReads>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: Pool,
    private readonly schema: Schema,
  ) {}

  /** The row with an id; look-ups that come together share a query. */
  async findById<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Promise<Row | undefined> {
    return this.findByKey(entity, { id } as Partial<Row>);
  }

  /** The row with a unique key of text columns; look-ups that come together share a query. */
  async findByKey<Row extends object>(entity: EntityClass<Row>, key: Partial<Row>): Promise<Row | undefined> {
    const properties = Object.keys(key);
    const name = [entity.name, ...properties].join();
    let reads = this.pointReads.get(name);
    if (reads === undefined) {
      reads = new PointReads(this.pool, this.schema.tableOf(entity), properties);
      this.pointReads.set(name, reads);
    }
    return (await reads.find(...(Object.values(key) as string[]))) as Row | undefined;
  }

  /** Reads through TypeORM's repository of an entity. */
  async read<Row extends ObjectLiteral, Result>(
    entity: EntityClass<Row>,
    read: (repository: Repository<Row>) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await read(this.dataSource.getRepository<Row>(entity));
    } catch (error) {
      throw outcomeOf(error);
    }
  }

  /** One page of the rows that `narrow` leaves, by keyset: its cost does not grow with the pages before it. */
  async page<Row extends ObjectLiteral>(
    entity: EntityClass<Row>,
    narrow: (query: SelectQueryBuilder<Row>) => void,
    sort: SortOrder<Row>,
    request: PageRequest,
  ): Promise<Page<Row>> {
    const rows = await this.read(entity, (repository) => {
      const query = repository.createQueryBuilder(LISTED).take(request.limit + 1);
      narrow(query);
      const direction = request.order === 'asc' ? 'ASC' : 'DESC';
      for (const property of sort) query.addOrderBy(`${LISTED}.${property}`, direction);
      if (request.after !== undefined) {
        const columns = sort.map((property) => `${LISTED}.${property}`).join(', ');
        const values = request.after.map((_, index) => `:after${index}`).join(', ');
        const parameters = Object.fromEntries(request.after.map((value, index) => [`after${index}`, value]));
        query.andWhere(`(${columns}) ${request.order === 'asc' ? '>' : '<'} (${values})`, parameters);
      }
      return query.getMany();
    });
    return cutPage(rows, sort, request);
  }
}
