import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import path from 'node:path';

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

/** Starts the one PostgreSQL of a test run; `TEST_POSTGRES_BIN` names another than the npm package's. */
export default async function setUp(): Promise<void> {
  const { EmbeddedPostgres, publishTestServer, scratchDirectory } = await loadTools();
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
  globalThis.stopTestServer = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  publishTestServer({
    ownerUrl: server.url('postgres'),
    servicePassword: randomBytes(24).toString('base64url'),
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
    const { publishTestServer, scratchDirectory } = await import('./test-server.js');
    return { EmbeddedPostgres, publishTestServer, scratchDirectory };
  } finally {
    hooks.deregister();
  }
}
