import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import path from 'node:path';
import type { PgBouncer } from './pgbouncer.js';

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

/**
 * Starts the one PostgreSQL of a test run; `TEST_POSTGRES_BIN` names another than the npm package's. Where `TEST_POOLER`
 * names a PgBouncer, the service goes through it.
 */
export default async function setUp(): Promise<void> {
  const { EmbeddedPostgres, PgBouncer, publishTestServer, scratchDirectory } = await loadTools();
  const directory = await mkdtemp(path.join(await scratchDirectory(), 'escrowgrid-test-'));
  const binDirectory = process.env['TEST_POSTGRES_BIN'];
  const server = await EmbeddedPostgres.start({
    dataDirectory: path.join(directory, 'data'),
    ...(binDirectory && { binDirectory }),
    // Jest runs no teardown when it is interrupted.
    temporaryDirectory: directory,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      max_wal_size: '256MB',
      // Statistics appear only where a test asks for them, so that plans do not depend on the moment.
      autovacuum: 'off',
    },
  }).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  let pooler: PgBouncer | undefined;
  globalThis.stopTestServer = async () => {
    await pooler?.stop();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const ownerUrl = server.url('postgres');
  const program = process.env['TEST_POOLER'];
  // As many sessions as one test holds at once; two processes of the service have more connections.
  const settings = { default_pool_size: '12' };
  if (program) pooler = await PgBouncer.start({ ownerUrl, program, settings });
  publishTestServer({
    ownerUrl,
    servicePassword: randomBytes(24).toString('base64url'),
    poolerPort: pooler?.port,
  });
}

/**
 * Jest loads this file outside its own module system, with nothing to tell that `./x.js` is written in
 * `./x.ts`; the modules it needs are therefore found by a hook.
 */
async function loadTools() {
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const isOurs = specifier.startsWith('./') && context.parentURL?.endsWith('.ts');
      return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
    },
  });
  try {
    const { EmbeddedPostgres } = await import('./embedded-postgres.js');
    const { PgBouncer } = await import('./pgbouncer.js');
    const { publishTestServer, scratchDirectory } = await import('./test-server.js');
    return { EmbeddedPostgres, PgBouncer, publishTestServer, scratchDirectory };
  } finally {
    hooks.deregister();
  }
}
