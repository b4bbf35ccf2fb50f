import { randomBytes } from 'node:crypto';

import type pg from 'pg';

import { throughPort } from './pgbouncer.js';
import { ensureServiceUser, limitServiceUser, SERVICE_USER, withClient } from './service-user.js';
import { requireTestServer } from './test-server.js';

const TEMPLATE = 'escrowgrid_template';
const UNFINISHED_TEMPLATE = `${TEMPLATE}_unfinished`;
/** Any number will do that nothing else on the run's own server takes. */
const TEMPLATE_LOCK = 7_301_551;

export interface TestDatabase {
  /** As the service connects: a member of the application role. */
  url: string;
  /** As the superuser; past the pooler, if the service goes through one. */
  ownerUrl: string;
  /** Whether `url` leads through a pooler in transaction mode. */
  isPooled: boolean;
  /** Ends every session on the database and removes it. */
  close(): Promise<void>;
}

/** A database of its own for the caller, with every migration applied and no rows. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { ownerUrl } = requireTestServer();
  await withClient(ownerUrl, async (client) => {
    if (!(await hasTemplate(client))) await buildTemplateOnce(client);
  });
  const database = await openDatabase(TEMPLATE);
  // Who may enter a database, and its settings, are not copied with what is in it.
  const { applyRoles } = await import('../../../migrations/apply-roles.js');
  await applyRoles(database.ownerUrl);
  return database;
}

/** A database without any migration applied, for the tests of the migrations. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  return openDatabase('template0');
}

async function openDatabase(template: string): Promise<TestDatabase> {
  const { ownerUrl, servicePassword, poolerPort } = requireTestServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(ownerUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const databaseOwnerUrl = onDatabase(ownerUrl, name);
  const url = new URL(databaseOwnerUrl);
  url.username = SERVICE_USER;
  url.password = servicePassword;
  return {
    url: poolerPort === undefined ? url.href : throughPort(url.href, poolerPort),
    ownerUrl: databaseOwnerUrl,
    isPooled: poolerPort !== undefined,
    close: () =>
      withClient(ownerUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

function onDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function hasTemplate(client: pg.Client): Promise<boolean> {
  const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
  return found.rowCount !== 0;
}

/**
 * The first worker that needs the template builds it, so that a run of pure unit tests need not wait
 * for migrations. It gets its name when it is complete. It is never analysed: plans made from the
 * statistics of empty tables would stay with every clone.
 */
async function buildTemplateOnce(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  if (await hasTemplate(client)) return;
  const { ownerUrl, servicePassword, poolerPort } = requireTestServer();
  await client.query(`DROP DATABASE IF EXISTS ${UNFINISHED_TEMPLATE} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${UNFINISHED_TEMPLATE} TEMPLATE template0`);
  const { migrateUp } = await import('../../../migrations/migrate.js');
  await migrateUp(onDatabase(ownerUrl, UNFINISHED_TEMPLATE));
  await ensureServiceUser(ownerUrl, servicePassword);
  // As docs/POOLER.md tells an operator to: what goes through a pooler cannot ask for them itself.
  if (poolerPort !== undefined) await limitServiceUser(ownerUrl);
  await client.query(`ALTER DATABASE ${UNFINISHED_TEMPLATE} RENAME TO ${TEMPLATE}`);
}
