import pg from 'pg';

/** Who the service and the tests connect as; all its rights come from the role `escrowgrid_app`. */
export const SERVICE_USER = 'escrowgrid_service';

/** Runs `work` on a connection of its own. */
export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the login user, or sets its password. The migrations must have made `escrowgrid_app` before. */
export async function ensureServiceUser(ownerUrl: string, password: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const found = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVICE_USER]);
    const secret = client.escapeLiteral(password);
    await client.query(
      found.rowCount === 0
        ? `CREATE ROLE ${SERVICE_USER} LOGIN PASSWORD ${secret} IN ROLE escrowgrid_app`
        : `ALTER ROLE ${SERVICE_USER} PASSWORD ${secret}`,
    );
  });
}

/** Gives the login user the time-outs that it has in every session, whoever opened that. */
export async function limitServiceUser(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, (client) =>
    client.query(`
      ALTER ROLE ${SERVICE_USER} SET statement_timeout = '5s';
      ALTER ROLE ${SERVICE_USER} SET lock_timeout = '2s';
      ALTER ROLE ${SERVICE_USER} SET idle_in_transaction_session_timeout = '10s'`),
  );
}
