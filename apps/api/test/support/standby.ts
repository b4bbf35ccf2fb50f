import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgres, until, withClient } from '#testing';
import type { OwnServer } from './own-server.js';

const run = promisify(execFile);
const NOBODY = '65534:65534';

/** A standby that follows a server by streaming replication; what is acknowledged is on both. */
export class Standby {
  private constructor(private readonly server: EmbeddedPostgres) {}

  static async of(primary: OwnServer, binDirectory: string): Promise<Standby> {
    const dataDirectory = join(primary.folder, 'standby');
    const words = [
      '--pgdata',
      dataDirectory,
      '--write-recovery-conf',
      '--checkpoint=fast',
      '--wal-method=stream',
    ];
    await run(join(binDirectory, 'pg_basebackup'), [...words, '--dbname', primary.ownerUrl]);
    // PostgreSQL does not run as root, who may be running this.
    if (process.getuid?.() === 0) await run('chown', ['-R', NOBODY, dataDirectory]);
    const server = await EmbeddedPostgres.start({ dataDirectory, binDirectory });
    const standby = new Standby(server);
    await withClient(primary.ownerUrl, async (client) => {
      await client.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
      await client.query('SELECT pg_reload_conf()');
      const isSynchronous = `SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`;
      await until(async () => (await client.query(isSynchronous)).rowCount !== 0, 'The standby follows.');
    });
    return standby;
  }

  /** The superuser's, to the database of the service. */
  get ownerUrl(): string {
    return this.server.url('escrow');
  }

  /** Makes a primary of it. */
  async promote(): Promise<void> {
    await withClient(this.ownerUrl, (client) => client.query('SELECT pg_promote(true, 30)'));
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
