import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgres, scratchDirectory, until, withClient } from '#testing';
import { PageShell } from './page-shell.js';
import type { Step } from './transcript.js';

const run = promisify(execFile);
const NOBODY = '65534:65534';
const SETTINGS = { shared_preload_libraries: 'pg_stat_statements', fsync: 'off' };

/** What a page’s reader does not do, or waits for without a command: shell words, by the name that the page gives them. */
const UNSEEN: Readonly<Record<string, string>> = {
  'clients come': `
    pick() { grep -o "\\"$1\\":\\"[^\\"]*\\"" | head -1 | cut -d'"' -f4; }
    post() { curl -sS "$URL/v1/$1" -H "X-API-Key: $KEY" -H 'Content-Type: application/json' -d "$2"; }
    KEY=$ROOT_KEY
    INSTITUTION=$(post institutions '{"name":"Northern Escrow","regions":["US"]}' | pick id)
    ISSUED=$(post "institutions/$INSTITUTION/api-keys" '{"label":"back office","role":"admin"}')
    KEY=$(pick apiKey <<<"$ISSUED") KEY_ID=$(pick id <<<"$ISSUED")
    TEMPLATE=$(post asset-templates '{"code":"CONSTR_ESCROW","name":"Project escrow","vertical":"CONSTRUCTION","region":"US","config":{"currency":"USD","region":"US"}}' | pick id)
    ASSET=$(post assets "{\\"templateId\\":\\"$TEMPLATE\\",\\"label\\":\\"Riverside Tower\\"}" | pick id)
    for _ in 1 2 3; do
      POSITION=$(post positions "{\\"assetId\\":\\"$ASSET\\",\\"holderReference\\":\\"builder-7\\",\\"currency\\":\\"USD\\",\\"amount\\":\\"1000.10\\"}" | pick id)
      post "positions/$POSITION/transition" '{"toState":"FUNDED","reason":"wire received"}' >/dev/null
    done`,
  'somebody guesses keys': `
    for _ in 1 2 3; do curl -sS "$URL/v1/positions" -H 'X-API-Key: guessed' >/dev/null; done
    until psql -At "$OWNER_URL" -c "SELECT 1 FROM audit_events WHERE outcome = 'REFUSED' AND path = '/v1/positions'" | grep -q .; do sleep 0.1; done`,
  'somebody holds a table': `
    { echo 'BEGIN; LOCK TABLE positions; SELECT pg_sleep(60);' |
      PGAPPNAME='nightly report' psql -q "$OWNER_URL" >/dev/null 2>&1; } & HOLDER=$!
    until psql -At "$OWNER_URL" -c "SELECT state FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'" | grep -q .; do sleep 0.1; done`,
  'clients wait': `
    KEY=$(KEY=$ROOT_KEY post "institutions/$INSTITUTION/api-keys" '{"label":"back office","role":"admin"}' | pick apiKey)
    for delay in 0 0.5 1 1.5; do
      { sleep $delay; while kill -0 $HOLDER; do curl -sS "$URL/v1/positions" -H "X-API-Key: $KEY"; done; } >/dev/null 2>&1 &
    done`,
  'clients go': 'wait $HOLDER',
  'a process of a newer release runs on a copy': `
    psql -q "$OWNER_URL" -c 'CREATE DATABASE escrow_older'
    OLDER=\${OWNER_URL%/escrow}/escrow_older; SEEN_URL=$URL SEEN_FILE=$CONFIG_FILE
    MIGRATIONS_DATABASE_URL=$OLDER CONFIG_FILE= escrowgrid migrate up >/dev/null
    MIGRATIONS_DATABASE_URL=$OLDER CONFIG_FILE= escrowgrid migrate down --yes >/dev/null
    CONFIG_FILE=$FOLDER/etc/older; grep -v DATABASE_URL $SEEN_FILE > $CONFIG_FILE
    sed "s|/escrow$|/escrow_older|" $FOLDER/etc/database-url > $FOLDER/etc/older-url
    printf 'DATABASE_URL_FILE=%s\\nMIGRATIONS_DATABASE_URL=%s\\n' "$FOLDER/etc/older-url" "$OLDER" >> $CONFIG_FILE
    PORT=$OTHER_PORT node dist/apps/api/src/main.js > $FOLDER/older.log 2>&1 & OTHER=$!
    until grep -q listening $FOLDER/older.log; do sleep 0.1; done; URL=http://127.0.0.1:$OTHER_PORT`,
  'that is over': `kill $OTHER; wait $OTHER; URL=$SEEN_URL CONFIG_FILE=$SEEN_FILE`,
  'until it is sealed': `
    until psql -At "$OWNER_URL" -c 'SELECT count(DISTINCT institution_id) FROM checkpoints' | grep -qx 2; do sleep 0.2; done`,
  'until the old workers are gone': `
    until [ "$(cat /proc/$PID/task/*/children | wc -w)" = 3 ]; do sleep 0.1; done`,
  'until it is ready': `until curl -sSf "$URL/health/ready" >/dev/null 2>&1; do sleep 0.2; done`,
  'until it is not ready': `while curl -sSf "$URL/health/ready" >/dev/null 2>&1; do sleep 0.2; done`,
};
const UNTIL_SAID = 'until the log says: ';

/** A machine such as a page has in mind: two database servers, folders, files of secrets, and a shell in it all. */
export class OperatedInstallation {
  private constructor(
    private readonly folder: string,
    private readonly shell: PageShell,
    private readonly primary: EmbeddedPostgres,
    private readonly standby: EmbeddedPostgres,
    /** What the page calls something, and what it is here. */
    private readonly names: readonly (readonly [shown: string, real: string])[],
  ) {}

  /** @param root where EscrowGrid is built */
  static async open(root: string): Promise<OperatedInstallation> {
    const folder = await mkdtemp(join(await scratchDirectory(), 'operated-'));
    const binDirectory = process.env['TEST_POSTGRES_BIN'] ?? '';
    const launch = async (name: string): Promise<EmbeddedPostgres> =>
      EmbeddedPostgres.start({ dataDirectory: join(folder, name), binDirectory, settings: SETTINGS });
    const primary = await launch('db-1');
    const password = randomBytes(12).toString('hex');
    await prepareServer(primary, password);
    const copy = join(folder, 'db-2');
    await run(join(binDirectory, 'pg_basebackup'), [
      ...['--pgdata', copy, '--write-recovery-conf', '--checkpoint=fast', '--wal-method=stream'],
      ...['--dbname', primary.url('postgres')],
    ]);
    if (process.getuid?.() === 0) await run('chown', ['-R', NOBODY, copy]);
    const standby = await launch('db-2');
    const ports = [await freePort(), await freePort()];
    const names = [
      ['/etc/escrowgrid', join(folder, 'etc')],
      ['/var/log/escrowgrid.log', join(folder, 'service.log')],
      ['/var/backups/escrowgrid', join(folder, 'backups')],
      ['127.0.0.1:4000', `127.0.0.1:${ports[0]}`],
      ['127.0.0.1:4000', `127.0.0.1:${ports[1]}`],
      ['db-1.internal:5432', `127.0.0.1:${primary.port}`],
      ['db-2.internal:5432', `127.0.0.1:${standby.port}`],
    ] as const;
    await writeFiles(join(folder, 'etc'), primary, password, standby);
    await putOnPath(join(folder, 'bin'), root);
    const shell = new PageShell(root, {
      PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
      ...{ LC_ALL: 'C.UTF-8', HOME: folder, FOLDER: folder, HOST: '127.0.0.1', PORT: String(ports[0]) },
      OTHER_PORT: String(ports[1]),
      // So that nobody waits for what a person would see anyway.
      ...{ SEAL_INTERVAL_SECONDS: '1', SHUTDOWN_DRAIN_SECONDS: '1' },
    });
    const installation = new OperatedInstallation(folder, shell, primary, standby, names);
    await shell.run(`shopt -u checkjobs; set +m; SEEN_LINES=0; LOG=${join(folder, 'service.log')}`);
    return installation;
  }

  /** Does what a step says, and answers what it printed, in the page’s own words. */
  async do(step: Step): Promise<string> {
    if ('command' in step) return this.toShown(await this.shell.run(this.toReal(step.command)));
    const { unseen } = step;
    if (unseen === 'db-1 is lost') await this.primary.stop();
    else if (unseen === 'db-2 has all that db-1 has') await this.untilCopied();
    else if (unseen.startsWith(UNTIL_SAID)) await this.shell.run(untilSaid(unseen.slice(UNTIL_SAID.length)));
    else {
      const words = UNSEEN[unseen];
      if (words === undefined) throw new Error(`Nobody knows how to do this: ${unseen}`);
      await this.shell.run(words);
    }
    return '';
  }

  async close(): Promise<void> {
    this.shell.close();
    await Promise.all([this.primary.stop(), this.standby.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  private toReal(text: string): string {
    // The second name of the same address is for what the page does not see.
    return this.names.reduce((all, [shown, real]) => all.replaceAll(shown, real), text);
  }

  private toShown(text: string): string {
    return this.names.reduce((all, [shown, real]) => all.replaceAll(real, shown), text);
  }

  private async untilCopied(): Promise<void> {
    await withClient(this.primary.url('escrow'), async (client) => {
      const isBehind = 'SELECT FROM pg_stat_replication WHERE replay_lsn < pg_current_wal_lsn()';
      await until(async () => (await client.query(isBehind)).rowCount === 0, 'The standby has it all.');
    });
  }
}

/** Nothing that was said before the last time that this was asked counts. */
function untilSaid(words: string): string {
  return `until FOUND=$(tail -n +$((SEEN_LINES + 1)) "$LOG" | grep -n -m 1 -F '${words}'); do sleep 0.1; done
    SEEN_LINES=$((SEEN_LINES + \${FOUND%%:*}))`;
}

async function prepareServer(server: EmbeddedPostgres, password: string): Promise<void> {
  await withClient(server.url('postgres'), async (client) => {
    await client.query(`CREATE ROLE owner LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);
    await client.query('GRANT pg_monitor, pg_signal_backend TO owner');
    await client.query('CREATE DATABASE escrow OWNER owner');
    await client.query('CREATE EXTENSION pg_stat_statements');
  });
}

async function writeFiles(
  folder: string,
  primary: EmbeddedPostgres,
  ownerPassword: string,
  standby: EmbeddedPostgres,
): Promise<void> {
  await mkdir(folder);
  const secret = (): string => randomBytes(24).toString('hex');
  const password = secret();
  const { privateKey } = generateKeyPairSync('ed25519');
  const files = {
    settings: [
      'NODE_ENV=production',
      'STORE_BACKEND=postgres',
      'WORKERS=2',
      ...['database-url', 'migrations-database-url', 'root-api-key', 'api-key-pepper', 'metrics-token'].map(
        (name) => `${name.toUpperCase().replaceAll('-', '_')}_FILE=${join(folder, name)}`,
      ),
      `SEAL_SIGNING_KEY_FILE=${join(folder, 'seal-signing-key.pem')}`,
    ].join('\n'),
    'database-url': primary.url('escrow', 'escrowgrid_service', password),
    'service-password': password,
    'migrations-database-url': primary.url('escrow', 'owner', ownerPassword),
    'standby-superuser-url': standby.url('escrow'),
    'root-api-key': secret(),
    'api-key-pepper': secret(),
    'metrics-token': secret(),
    'seal-signing-key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim(),
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), `${text}\n`, { mode: 0o600 });
}

/** The command line under the name that the image gives it. */
async function putOnPath(folder: string, root: string): Promise<void> {
  await mkdir(folder);
  const file = join(folder, 'escrowgrid');
  await writeFile(file, `#!/bin/sh\nexec node '${join(root, 'dist/apps/cli/src/main.js')}' "$@"\n`);
  await chmod(file, 0o700);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
