import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { entities } from '../apps/api/src/entities.js';
import { migrationsDataSource, MIGRATIONS_TABLE_NAME } from './migrations-data-source.js';

const ENTITIES_SCHEMA = 'drift_check';

/** What TypeORM's decorators cannot say of an index: the migrations name these operator classes. */
const OPERATOR_CLASSES: Record<string, { column: string; operatorClass: string }> = {
  asset_templates_config_idx: { column: 'config', operatorClass: 'jsonb_path_ops' },
  assets_metadata_idx: { column: 'metadata', operatorClass: 'jsonb_path_ops' },
};

/**
 * Every difference between the entities and a migrated database, as sentences; none if they agree.
 *
 * TypeORM's own check compares CHECKs and most of an index by name alone and does not see tables it does not
 * know. So the schema that the entities describe is also built beside the real one, in a transaction that is
 * rolled back, and PostgreSQL is asked to print both. The URL is the schema owner's.
 */
export async function findDrift(url: string): Promise<string[]> {
  const statements = await statementsFor(url, 'public');
  const buildStatements = await statementsFor(url, ENTITIES_SCHEMA);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`CREATE SCHEMA ${ENTITIES_SCHEMA}`);
    for (const statement of buildStatements) await client.query(statement);
    // An empty path makes PostgreSQL print every name with its schema, so that both sides can be stripped alike.
    await client.query(`SET LOCAL search_path = ''`);
    const expected = (await describeSchema(client, ENTITIES_SCHEMA)).map(withOperatorClass);
    const found = await describeSchema(client, 'public');
    return [
      ...statements.map((statement) => `TypeORM would run: ${statement}`),
      ...expected.filter((line) => !found.includes(line)).map((line) => `missing in the database: ${line}`),
      ...found.filter((line) => !expected.includes(line)).map((line) => `unknown to the entities: ${line}`),
    ];
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

/** What TypeORM would run to make `schema` what the entities describe. */
async function statementsFor(url: string, schema: string): Promise<string[]> {
  const { options } = migrationsDataSource(url);
  const dataSource = await new DataSource({ ...options, entities, schema } as typeof options).initialize();
  try {
    const log = await dataSource.driver.createSchemaBuilder().log();
    return log.upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}

/** One line for each relation, column, constraint and index of a schema, without the schema's name. */
async function describeSchema(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `WITH relation AS (
       SELECT oid, relname, relkind FROM pg_class
       WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
         AND relname NOT IN ($2::text, $2::text || '_id_seq')
     )
     SELECT format('relation %s of kind %s', relname, relkind) AS line FROM relation
     UNION ALL
     SELECT format('column %s.%s %s collation %s %s default %s generated %s', relname, attname,
         format_type(atttypid, atttypmod), coalesce(collname, 'none'),
         CASE WHEN attnotnull THEN 'not null' ELSE 'null' END,
         coalesce(pg_get_expr(adbin, adrelid), 'none'), attidentity::text || attgenerated::text)
       FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
       LEFT JOIN pg_collation ON pg_collation.oid = attcollation
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     UNION ALL
     -- PostgreSQL 18 lists NOT NULL here too, under names it makes itself; the columns above tell of them.
     SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
       FROM relation JOIN pg_constraint ON conrelid = relation.oid AND contype <> 'n' AND contype <> 't'
     UNION ALL
     SELECT format('index %s %s', indexrelid::regclass, pg_get_indexdef(indexrelid))
       || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END
       FROM relation JOIN pg_index ON indrelid = relation.oid
     ORDER BY line`,
    [schema, MIGRATIONS_TABLE_NAME],
  );
  return rows.map(({ line }) => line.replaceAll(`${schema}.`, ''));
}

function withOperatorClass(line: string): string {
  const name = /^index (\S+) /.exec(line)?.[1];
  const known = name === undefined ? undefined : OPERATOR_CLASSES[name];
  return known ? line.replace(`(${known.column})`, `(${known.column} ${known.operatorClass})`) : line;
}
