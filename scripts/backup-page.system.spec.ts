import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient } from '#testing';
import { buildTools } from '../apps/api/test/support/backup-scripts.js';
import { newInstallation, startService } from '../apps/api/test/support/service.js';
import { tellStory } from '../apps/api/test/support/story.js';
import { migrateUp } from '../migrations/migrate.js';

const run = promisify(execFile);
const BIN = process.env['TEST_POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
const NOBODY = 65_534;

/** As which the servers run, which refuse root; it keeps root's right to enter private folders. */
const asNobody =
  process.getuid?.() === 0
    ? [
        ...[
          'setpriv',
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          '--clear-groups',
          '--inh-caps=+dac_override',
        ],
        ...['--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup', '--'],
      ]
    : [];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The commands that the page has its reader run, by the name of each part. */
async function readCommands(): Promise<Map<string, string>> {
  const page = await readFile('docs/BACKUP.md', 'utf8');
  const blocks = page.matchAll(/<!-- run: ([a-z]+) -->\s*```bash\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, name = '', commands = '']) => [name, commands]));
}

describe('docs/BACKUP.md', () => {
  let folder: string;
  let commands: Map<string, string>;
  let environment: Record<string, string>;
  const told = new Map<string, string>();

  beforeAll(async () => {
    await buildTools();
    commands = await readCommands();
    // Not in memory: `sync` and the archive want a file system like others.
    folder = await mkdtemp('/tmp/escrowgrid-backup-page-');
    for (const name of ['', 'backups', 'other-region', 'gnupg']) {
      if (name !== '') await mkdir(join(folder, name), { mode: 0o700 });
      if (asNobody.length > 0) await chown(join(folder, name), NOBODY, NOBODY);
    }
    const [port, standbyPort] = [await freePort(), await freePort()];
    const ownerUrl = `postgresql://postgres@127.0.0.1:${port}/escrow`;
    const at = (name: string): string => join(folder, name);
    environment = {
      PATH: `${BIN}:${process.env['PATH']}`,
      LC_ALL: 'C',
      HOME: folder,
      GNUPGHOME: at('gnupg'),
      ...{ PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', STANDBY_PORT: String(standbyPort) },
      ...{ PGDATA: at('primary'), ARCHIVE: at('archive'), BASE: at('base'), RECOVERED: at('recovered') },
      ...{ STANDBY: at('standby'), OWNER_URL: ownerUrl },
    };
    for (const name of ['backup', 'migrations', 'drill']) {
      await writeFile(at(`${name}-database-url`), ownerUrl);
    }
    const settings = `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n`;
    await bash(`
      initdb --username=postgres --auth=trust --locale=C --encoding=UTF8 >/dev/null
      printf '%s' "${settings}" >>"$PGDATA/postgresql.conf"
      pg_ctl start --wait --options="-p $PGPORT" --log="$PGDATA/../server.log" >/dev/null
      createdb escrow`);
    await migrateUp(ownerUrl);
  }, 180_000);

  afterAll(async () => {
    for (const name of ['PGDATA', 'RECOVERED', 'STANDBY']) {
      await bash(`pg_ctl stop --pgdata="$${name}" --mode=immediate --wait || true`);
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function bash(script: string): Promise<string> {
    const words = [...asNobody, 'bash', '-euo', 'pipefail', '-c', `exec 2>&1; ${script}`];
    const { stdout } = await run(words[0] as string, words.slice(1), { env: environment }).catch(
      (error: { stdout: string }) => {
        throw new Error(`The commands failed: ${error.stdout}`);
      },
    );
    return stdout;
  }

  /** Runs one part of the page, with this test's folders in the place of the page's, and answers what it printed. */
  async function paste(name: string): Promise<string> {
    const part = commands.get(name);
    if (part === undefined) throw new Error(`The page has lost its part ${name}.`);
    const printed = await bash(
      part
        .replaceAll('/var/backups/escrowgrid', join(folder, 'backups'))
        .replaceAll('/mnt/other-region', join(folder, 'other-region'))
        .replaceAll('/etc/escrowgrid', folder),
    );
    told.set(name, printed);
    return printed;
  }

  async function tellOneMoreStory(): Promise<void> {
    const { environment: settings, rootKey, database } = await newInstallation('postgres');
    await database?.close();
    const at = { ...settings, DATABASE_URL: environment['OWNER_URL'] as string };
    const service = await startService({ environment: at, rootKey });
    await tellStory(service);
    await service.stop();
  }

  const query = (sql: string, url = environment['OWNER_URL'] as string): Promise<unknown[]> =>
    withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

  test('backs up, copies, encrypts, restores and drills', async () => {
    await tellOneMoreStory();
    expect(await paste('backup')).toMatch(/complete: .*\n.*backups\/escrow-\d{8}T\d{9}Z-\w{8}\.dump\n$/);
    environment['DATABASE_URL_FILE'] = join(folder, 'backup-database-url');
    environment['BACKUP_DIR'] = join(folder, 'backups');
    await paste('copy');
    expect(await bash('ls "$HOME/other-region"')).toMatch(/^\S+\.dump\n\S+\.dump\.manifest\.json\n$/);
    await bash(
      `gpg --batch --quiet --passphrase '' --quick-generate-key backups@example.com default default`,
    );
    expect(await paste('encrypt')).toMatch(/\.dump\.gpg\n$/);
    delete environment['DATABASE_URL_FILE'];
    expect(await paste('restore')).toMatch(/rehearsing[^]*restored [^]*1 positions checked, .*none broken/);
    expect(await paste('drill')).toMatch(/\.dump\.gpg[^]*verified .*1 positions checked[^]*\ndrilled/);
  }, 120_000);

  test('goes back to the moment before a mistake', async () => {
    expect(await paste('archive')).toMatch(/ t +\| [0-9A-F]{24} \| +0/);
    expect(await paste('base')).toMatch(/backup successfully verified/);
    await tellOneMoreStory();
    const [moment] = (await query('SELECT now()::text AS now')) as { now: string }[];
    environment['UNTIL'] = moment?.now ?? '';
    await query('DROP TABLE checkpoints');
    expect(await paste('recover')).toMatch(/ t +\| .* \| +2\n/);
    expect(await paste('resume')).toMatch(/00000002[0-9A-F]{16}[^]*2 positions checked, 10 ledger/);
    await tellOneMoreStory();
    expect(await query('SELECT count(*)::int AS n FROM positions')).toEqual([{ n: 3 }]);
    await bash('pg_ctl stop --pgdata="$RECOVERED" --mode=fast --wait');
  }, 120_000);

  test('fails over to a replica without a loss, and takes the old primary back', async () => {
    environment['PGDATA'] = environment['RECOVERED'] as string;
    await bash(`pg_ctl start --wait --options="-p $PGPORT" --log="$PGDATA/../server.log"`);
    expect(await paste('replica')).toMatch(/standby1 +\| streaming \| sync/);
    await tellOneMoreStory();
    await bash('pg_ctl stop --pgdata="$PGDATA" --mode=fast --wait');
    expect(await paste('promote')).toMatch(/ f\n/);
    const promoted = (environment['OWNER_URL'] as string).replace(
      `:${environment['PGPORT']}/`,
      `:${environment['STANDBY_PORT']}/`,
    );
    expect(await query('SELECT count(*)::int AS n FROM positions', promoted)).toEqual([{ n: 4 }]);
    // The old primary writes what the new one never has.
    await bash(`
      pg_ctl start --wait --options="-p $PGPORT" --log="$PGDATA/../server.log"
      psql -X escrow -c 'SET synchronous_commit = local; CREATE TABLE astray (id int)'
      pg_ctl stop --mode=fast --wait`);
    expect(await paste('rewind')).toMatch(/servers diverged at WAL location [^]*Done!/);
    expect(told.get('rewind')).toMatch(/standby2 +\| streaming \| async/);
    expect(await query(`SELECT pg_is_in_recovery() AS is, to_regclass('astray') AS astray`)).toEqual([
      { is: true, astray: null },
    ]);
  }, 120_000);

  test('has no part that was not run', async () => {
    expect([...told.keys()].sort()).toEqual([...commands.keys()].sort());
  });
});
