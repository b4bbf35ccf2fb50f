import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EmbeddedPostgres, ensureServiceUser, SERVICE_USER, withClient } from '#testing';
import { CliProcess } from '../../cli/test/support/cli-process.js';
import { ServiceProcess } from './support/service-process.js';

const run = promisify(execFile);

const PASSWORD = 'a-very-secret-password';
const KEY = randomBytes(24).toString('hex');

interface Told {
  readonly status: number | null;
  readonly said: string;
}

describe('the way to PostgreSQL', () => {
  let folder: string;
  const servers: EmbeddedPostgres[] = [];
  let encrypted: EmbeddedPostgres;
  let plain: EmbeddedPostgres;

  const file = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): Promise<unknown> => run('openssl', words, { cwd: folder });

  async function makeAuthority(name: string): Promise<void> {
    const subject = ['-subj', `/CN=${name}`, '-days', '2'];
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      ...subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  }

  /** A certificate for `localhost`, and for no address. */
  async function makeServerCertificate(authority: string): Promise<void> {
    await openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    );
    await writeFile(file('server.ext'), 'subjectAltName = DNS:localhost\n');
    const signing = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
    await openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      ...signing,
      '-days',
      '2',
      '-extfile',
      'server.ext',
      '-out',
      'server.pem',
    );
  }

  async function startServer(name: string, settings: Record<string, string>): Promise<EmbeddedPostgres> {
    const server = await EmbeddedPostgres.start({
      dataDirectory: file(name),
      superuserPassword: PASSWORD,
      settings: { fsync: 'off', ...settings },
      binDirectory: process.env['TEST_POSTGRES_BIN'],
    });
    servers.push(server);
    return server;
  }

  beforeAll(async () => {
    // Not in memory: a server of another user has to come by the files.
    folder = await mkdtemp('/tmp/database-tls-');
    await Promise.all([makeAuthority('authority'), makeAuthority('stranger')]);
    await makeServerCertificate('authority');
    const ssl = { ssl: 'on', ssl_cert_file: file('server.pem'), ssl_key_file: file('server.key') };
    [encrypted, plain] = await Promise.all([startServer('encrypted', ssl), startServer('plain', {})]);
  }, 60_000);

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const at = (server: EmbeddedPostgres, host: string, user = 'postgres'): string =>
    server.url('postgres', user, PASSWORD).replace('127.0.0.1', host);

  /** Runs the ops command line, and tells what a shell would have seen of it. */
  async function escrowgrid(words: string, environment: Readonly<Record<string, string>>): Promise<Told> {
    const { status, output } = await CliProcess.escrowgrid(words.split(' '), environment).end();
    return { status, said: output };
  }

  /** Starts the service, lets `work` see it, and tells how it ended and what it wrote. */
  async function serve(
    environment: Readonly<Record<string, string>>,
    work: (service: ServiceProcess) => Promise<void> = async () => undefined,
  ): Promise<Told> {
    let said = '';
    const secrets = { ROOT_API_KEY: KEY, API_KEY_PEPPER: KEY };
    const installation = {
      environment: { STORE_BACKEND: 'postgres', HOST: '127.0.0.1', PORT: '0', ...secrets, ...environment },
      rootKey: KEY,
    };
    try {
      const service = await ServiceProcess.start(installation, {}, (text) => (said += text));
      try {
        await work(service);
      } finally {
        await service.terminate();
      }
      return { status: 0, said };
    } catch (error) {
      return { status: Number(/ended with status (\d+)/.exec(String(error))?.[1]), said };
    }
  }

  const verifyFull = (authority = 'authority') => ({
    DB_SSL_MODE: 'verify-full',
    DB_SSL_ROOT_CERT_FILE: file(`${authority}.pem`),
  });

  test('is verified and encrypted for migrate, the service and verify, with the right authority and name', async () => {
    const owner = { DATABASE_URL: at(encrypted, 'localhost'), ...verifyFull() };
    expect(await escrowgrid('migrate up', owner)).toMatchObject({ status: 0 });
    expect(await escrowgrid('migrate status', owner)).toMatchObject({ status: 0 });
    await ensureServiceUser(encrypted.url('postgres'), PASSWORD);

    const service = { DATABASE_URL: at(encrypted, 'localhost', SERVICE_USER), ...verifyFull() };
    const { status, said } = await serve(service, async ({ root }) => {
      expect((await root.post('/v1/institutions', { name: 'Northern Escrow', regions: ['US'] })).status).toBe(
        201,
      );
      const sessions = await withClient(encrypted.url('postgres'), async (client) => {
        const { rows } = await client.query<{ ssl: boolean; version: string }>(
          `SELECT DISTINCT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = $1`,
          [SERVICE_USER],
        );
        return rows;
      });
      expect(sessions).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    });
    expect(status).toBe(0);
    expect(said).not.toContain(PASSWORD);
    expect(await escrowgrid('verify', service)).toMatchObject({ status: 0 });
  });

  const UNKNOWN_AUTHORITY = /does DB_SSL_ROOT_CERT_FILE hold the one that signed it\?/;
  test.each<[string, () => [string, Record<string, string>], RegExp]>([
    [
      'of an authority that is not believed',
      () => [at(encrypted, 'localhost'), verifyFull('stranger')],
      UNKNOWN_AUTHORITY,
    ],
    [
      'of an authority that nobody named',
      () => [at(encrypted, 'localhost'), { DB_SSL_MODE: 'verify-full' }],
      UNKNOWN_AUTHORITY,
    ],
    ['for another host', () => [at(encrypted, '127.0.0.1'), verifyFull()], /is for another host: does the/],
    [
      'that is not there, for the server has no TLS',
      () => [at(plain, 'localhost'), verifyFull()],
      /PostgreSQL offers no encryption: set ssl = on/,
    ],
  ])(
    'is not taken by a certificate %s, and told is what to check, and no secret',
    async (_, given, advice) => {
      const [DATABASE_URL, settings] = given();
      const environment = { DATABASE_URL, ...settings };
      const all = [
        escrowgrid('migrate up', environment),
        escrowgrid('verify', environment),
        serve(environment),
      ];
      for (const { status, said } of await Promise.all(all)) {
        expect(status).toBe(1);
        expect(said).toMatch(advice);
        expect(said).not.toContain(PASSWORD);
        expect(said).not.toContain(KEY);
      }
    },
  );

  test('is encrypted to whoever answers where that is all that is required, and no less', async () => {
    const settings = { DB_SSL_MODE: 'require' };
    expect(
      await escrowgrid('migrate status', { DATABASE_URL: at(encrypted, '127.0.0.1'), ...settings }),
    ).toMatchObject({ status: 0 });
    expect(
      await escrowgrid('migrate status', { DATABASE_URL: at(plain, '127.0.0.1'), ...settings }),
    ).toMatchObject({ status: 1 });
  });

  test('is not weakened by a connection string, which is refused without connecting', async () => {
    const DATABASE_URL = `${at(encrypted, '127.0.0.1')}?sslmode=no-verify`;
    const environment = { DATABASE_URL, ...verifyFull() };
    for (const told of [await escrowgrid('migrate up', environment), await serve(environment)]) {
      expect(told.status).toBeGreaterThan(0);
      expect(told.said).toMatch(/DATABASE_URL: may not say sslmode, which would overrule DB_SSL_MODE/);
      expect(told.said).not.toContain(PASSWORD);
    }
  });

  test('is warned of by a service in production that would send everything in the open', async () => {
    const open = { NODE_ENV: 'production', DATABASE_URL: `postgresql://x:${PASSWORD}@db.invalid/escrow` };
    const { said } = await serve(open);
    expect(said).toContain('The connection to PostgreSQL leaves this machine and is not encrypted');
    expect(said).not.toContain(PASSWORD);
  });
});
