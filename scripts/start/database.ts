import { randomBytes } from 'node:crypto';

import { EmbeddedPostgres, ensureServiceUser, SERVICE_USER, withClient } from '#testing';

import { migrateUp } from '../../migrations/migrate.js';

const DATABASE = 'escrowgrid';

export interface Database {
  server: EmbeddedPostgres;
  /** As the application role, which cannot change history. */
  serviceUrl: string;
  /** Names of the migrations that this start applied. */
  applied: string[];
}

/** Starts the PostgreSQL whose data is in `dataDirectory`, and brings its schema up to date. */
export async function startDatabase(dataDirectory: string): Promise<Database> {
  const server = await EmbeddedPostgres.start({ dataDirectory });
  try {
    await withClient(server.url('postgres'), async (client) => {
      const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    });
    const ownerUrl = server.url(DATABASE);
    const applied = await migrateUp(ownerUrl);
    // Nobody but the service that is about to start needs this password, so every start has a new one.
    const password = randomBytes(24).toString('base64url');
    await ensureServiceUser(ownerUrl, password);
    return { server, serviceUrl: server.url(DATABASE, SERVICE_USER, password), applied };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
