import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EmbeddedPostgres,
  ensureServiceUser,
  scratchDirectory,
  SERVICE_USER,
  TcpProxy,
  withClient,
} from '#testing';
import { migrateUp } from '../../../../migrations/migrate.js';
import { installationOn, type Installation } from './service.js';

const DATABASE = 'escrow';

/** A PostgreSQL server that one suite may do anything to, migrated, and a way to it by an address that stays. */
export class OwnServer {
  private constructor(
    /** Holds all that the server keeps; removed with it. */
    readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
    private server: EmbeddedPostgres,
    /** Leads to the server, and is how the service goes. */
    readonly proxy: TcpProxy,
    readonly installation: Installation,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
    const folder = await mkdtemp(join(await scratchDirectory(), 'own-server-'));
    const server = await launch(folder, settings);
    const ownerUrl = server.url(DATABASE);
    await withClient(server.url('postgres'), (client) => client.query(`CREATE DATABASE ${DATABASE}`));
    const password = randomBytes(16).toString('hex');
    await migrateUp(ownerUrl);
    await ensureServiceUser(ownerUrl, password);
    const proxy = await TcpProxy.open(ownerUrl);
    const url = proxy.url(server.url(DATABASE, SERVICE_USER, password));
    const database = { url, ownerUrl, isPooled: false, close: async () => Promise.resolve() };
    return new OwnServer(folder, settings, server, proxy, installationOn('postgres', database));
  }

  get ownerUrl(): string {
    return this.server.url(DATABASE);
  }

  get dataDirectory(): string {
    return dataIn(this.folder);
  }

  /** In good order, as an operator stops it: sessions are ended. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** As a crash of the machine ends it. */
  async kill(): Promise<void> {
    const [pid] = (await readFile(join(this.dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await this.server.exited();
  }

  /** Starts it again, on what it kept. */
  async startAgain(): Promise<void> {
    this.server = await launch(this.folder, this.settings);
    this.proxy.pointTo(this.ownerUrl);
  }

  async close(): Promise<void> {
    this.proxy.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const dataIn = (folder: string): string => join(folder, 'data');

async function launch(folder: string, settings: Readonly<Record<string, string>>): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({
    dataDirectory: dataIn(folder),
    binDirectory: process.env['TEST_POSTGRES_BIN'],
    settings: { ...settings },
    temporaryDirectory: folder,
  });
}
