import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgres, ensureServiceUser, SERVICE_USER, withClient } from '#testing';
import { migrateUp } from '../../migrations/migrate.js';

export interface BenchDatabase {
  readonly name: string;
  /** As the superuser. */
  readonly ownerUrl: string;
  /** As the role of the application, which cannot change history. */
  readonly serviceUrl: string;
}

export interface ServiceLogin {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const TEMPLATE = 'bench_template';

/**
 * Settings of a small dedicated server. Checkpoints are asked for between measurements, lest one side be
 * measured with one and the other without. Statements are counted only in databases that ask for it.
 */
export const SERVER_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  shared_buffers: '1GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none',
  compute_query_id: 'off',
};

/** A PostgreSQL of the bench's own, with fsync, on a disk; gone when it is disposed of or the process ends. */
export class BenchServer implements AsyncDisposable {
  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly servicePassword: string,
    readonly postmasterPid: number,
    /** For the files of the bench; goes with the server. */
    readonly directory: string,
  ) {}

  static async start(parent: string): Promise<BenchServer> {
    const directory = await mkdtemp(path.join(parent, 'escrowgrid-bench-'));
    let server: EmbeddedPostgres | undefined;
    try {
      const dataDirectory = path.join(directory, 'data');
      server = await EmbeddedPostgres.start({
        dataDirectory,
        temporaryDirectory: directory,
        settings: SERVER_SETTINGS,
      });
      await withClient(server.url('postgres'), async (client) => {
        await client.query('CREATE EXTENSION pg_stat_statements');
        await client.query(`CREATE DATABASE ${TEMPLATE}`);
      });
      await migrateUp(server.url(TEMPLATE));
      const password = randomBytes(24).toString('base64url');
      await ensureServiceUser(server.url(TEMPLATE), password);
      const postmasterPid = Number.parseInt(
        await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8'),
        10,
      );
      return new BenchServer(server, password, postmasterPid, directory);
    } catch (error) {
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get login(): ServiceLogin {
    return { port: this.server.port, user: SERVICE_USER, password: this.servicePassword };
  }

  /** A database with every migration applied, or a copy of one that nobody is connected to. */
  async createDatabase(name: string, copyOf?: BenchDatabase): Promise<BenchDatabase> {
    await this.run(
      copyOf === undefined
        ? `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`
        : `CREATE DATABASE ${name} TEMPLATE ${copyOf.name} STRATEGY file_copy`,
    );
    return {
      name,
      ownerUrl: this.server.url(name),
      serviceUrl: this.server.url(name, SERVICE_USER, this.servicePassword),
    };
  }

  async drop(database: BenchDatabase): Promise<void> {
    await this.run(`DROP DATABASE ${database.name} WITH (FORCE)`);
  }

  /** Runs an SQL command as the superuser, outside of the databases that are measured. */
  async run(command: string): Promise<void> {
    await this.rows(command);
  }

  async rows<Row extends object>(query: string): Promise<Row[]> {
    return withClient(this.server.url('postgres'), async (client) => (await client.query<Row>(query)).rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
