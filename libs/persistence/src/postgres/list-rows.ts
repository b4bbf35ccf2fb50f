import type { PageRequest, Scope } from '#kernel';
import type { ObjectLiteral, Repository, SelectQueryBuilder } from 'typeorm';
import { LISTED, whereEqual } from '../conditions.js';
import type { SortOrder } from '../sort-order.js';
import type { StoredRow, Table } from '../table.js';

/** Adds what the rows of a list must satisfy. */
export type Narrow<Row extends ObjectLiteral> = (query: SelectQueryBuilder<Row>) => void;

const TENANT = 'institutionId';

/**
 * The rows of one page and one beyond it, in their order, with one statement.
 *
 * Every index of a tenant's table begins with its institution. A list of all institutions therefore takes the page of
 * each and merges them: it costs a page for each institution that there is, and not a scan of the table.
 */
export async function listRows<Row extends ObjectLiteral>(
  repository: Repository<Row>,
  table: Table,
  scope: Scope,
  narrow: Narrow<Row>,
  sort: SortOrder<Row>,
  request: PageRequest,
): Promise<Row[]> {
  const query = matching(repository, table, scope, narrow).limit(request.limit + 1);
  const direction = request.order === 'asc' ? 'ASC' : 'DESC';
  for (const property of sort) query.addOrderBy(`${LISTED}.${property}`, direction);
  continueAfter(query, sort, request);
  const isMerged = hasTenants(table) && scope.kind === 'platform';
  if (isMerged) query.andWhere(`${LISTED}.${TENANT} = tenant.id`);
  const [page, parameters] = query.getQueryAndParameters();
  const order = sort.map((property) => `page."${LISTED}_${columnName(table, property)}" ${direction}`);
  const text = isMerged
    ? `WITH RECURSIVE ${tenantsOf(table)} SELECT page.* FROM tenant CROSS JOIN LATERAL (${page}) page ` +
      `WHERE tenant.id IS NOT NULL ORDER BY ${order.join(', ')} LIMIT ${request.limit + 1}`
    : page;
  const rows: StoredRow[] = await repository.query(text, parameters);
  return rows.map((row) => toEntityShape(table, row) as Row);
}

/** How many rows a list has, on all its pages, with one statement that looks at each of them. */
export async function countRows<Row extends ObjectLiteral>(
  repository: Repository<Row>,
  table: Table,
  scope: Scope,
  narrow: Narrow<Row>,
): Promise<number> {
  const counted = await matching(repository, table, scope, narrow)
    .select('count(*)', 'total')
    .getRawOne<{ total: string }>();
  return Number(counted?.total);
}

/** The rows of a list in no order; those of all institutions, if it is theirs. */
function matching<Row extends ObjectLiteral>(
  repository: Repository<Row>,
  table: Table,
  scope: Scope,
  narrow: Narrow<Row>,
): SelectQueryBuilder<Row> {
  const query = repository.createQueryBuilder(LISTED);
  narrow(query);
  if (hasTenants(table) && scope.kind === 'institution') whereEqual(query, { [TENANT]: scope.institutionId });
  return query;
}

function hasTenants({ columns }: Table): boolean {
  return columns.some(({ property }) => property === TENANT);
}

function continueAfter<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  sort: SortOrder<Row>,
  { after, order }: PageRequest,
): void {
  if (after === undefined) return;
  const columns = sort.map((property) => `${LISTED}.${property}`).join(', ');
  const values = after.map((_, index) => `:after${index}`).join(', ');
  const parameters = Object.fromEntries(after.map((value, index) => [`after${index}`, value]));
  query.andWhere(`(${columns}) ${order === 'asc' ? '>' : '<'} (${values})`, parameters);
}

/** The institutions that have rows in a table, each found by one step in its index from the one before. */
function tenantsOf({ name }: Table): string {
  const next = `SELECT min(institution_id) FROM "${name}"`;
  return `tenant (id) AS (${next} UNION ALL SELECT (${next} WHERE institution_id > tenant.id) FROM tenant WHERE tenant.id IS NOT NULL)`;
}

function columnName(table: Table, property: string): string {
  return table.columns.find((column) => column.property === property)?.name ?? property;
}

function toEntityShape(table: Table, row: StoredRow): StoredRow {
  return Object.fromEntries(table.columns.map(({ property, name }) => [property, row[`${LISTED}_${name}`]]));
}
