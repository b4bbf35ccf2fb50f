import pg from 'pg';

/** A statement as the driver was given it. */
export interface RecordedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Of a statement that the server keeps prepared. */
  readonly name?: string;
}

type Query = (...sent: unknown[]) => unknown;

/** What is written behind the requests, at no certain moment, belongs to none of them. */
const UPKEEP = /^\s*WITH (?:used|renewed|expired) AS MATERIALIZED/;

/** Does some work of a service in this process, and gives every statement that it sent, in the order of sending. */
export async function recordStatements(work: () => Promise<unknown>): Promise<RecordedStatement[]> {
  const statements: RecordedStatement[] = [];
  const driver = pg.Client.prototype as unknown as { query: Query };
  const { query } = driver;
  driver.query = function record(this: unknown, ...sent: unknown[]): unknown {
    const statement = toStatement(sent);
    if (!UPKEEP.test(statement.text)) statements.push(statement);
    return query.apply(this, sent);
  };
  try {
    await work();
  } finally {
    driver.query = query;
  }
  return statements;
}

/** The driver takes a text and values, or both in one object. */
function toStatement([config, values]: readonly unknown[]): RecordedStatement {
  const { text, name, ...given } = typeof config === 'string' ? { text: config } : (config as pg.QueryConfig);
  return {
    text,
    values: Array.isArray(values) ? values : (given.values ?? []),
    ...(name && { name }),
  };
}
