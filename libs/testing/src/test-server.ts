import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/**
 * How the run's one PostgreSQL is made known to the workers, which inherit the environment of the
 * process that started it.
 */
const OWNER_URL = 'TEST_POSTGRES_OWNER_URL';
const SERVICE_PASSWORD = 'TEST_POSTGRES_SERVICE_PASSWORD';
const POOLER_PORT = 'TEST_POSTGRES_POOLER_PORT';

export interface TestServer {
  /** The superuser's, to the database `postgres`. */
  ownerUrl: string;
  /** Of the login user whom the tests' service connects as. */
  servicePassword: string;
  /** Where a pooler listens through which the service is to go, if it is. */
  poolerPort?: number | undefined;
}

export function publishTestServer(server: TestServer): void {
  process.env[OWNER_URL] = server.ownerUrl;
  process.env[SERVICE_PASSWORD] = server.servicePassword;
  if (server.poolerPort !== undefined) process.env[POOLER_PORT] = String(server.poolerPort);
}

export function requireTestServer(): TestServer {
  const ownerUrl = process.env[OWNER_URL];
  const servicePassword = process.env[SERVICE_PASSWORD];
  if (!ownerUrl || !servicePassword) {
    throw new Error(
      'No PostgreSQL was started for this test run; run the tests with the jest.config.ts here.',
    );
  }
  const poolerPort = process.env[POOLER_PORT];
  return { ownerUrl, servicePassword, poolerPort: poolerPort ? Number(poolerPort) : undefined };
}

/**
 * Where test servers keep their data, in memory if there is room: a new database is some three hundred
 * new files, which many a disk takes a third of a second to make.
 */
export async function scratchDirectory(): Promise<string> {
  const memory = '/dev/shm';
  if (process.platform !== 'linux' || process.env['TMPDIR']) return tmpdir();
  const room = await statfs(memory).catch(() => undefined);
  return room !== undefined && room.bavail * room.bsize >= 2 * 1024 ** 3 ? memory : tmpdir();
}
