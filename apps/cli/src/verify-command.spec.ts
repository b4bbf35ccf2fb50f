import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase, withClient, type TestDatabase } from '#testing';
import { closeService, openService, type Service } from '../../api/test/support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from '../../api/test/support/tenant.js';
import { verifyCommand } from './verify-command.js';

/** Runs `verify` with `words`, and tells what a shell would have seen of it. */
async function verify(
  words: string[],
  environment: NodeJS.ProcessEnv,
  { screen, onPrint }: { screen?: PassThrough & { isTTY?: boolean }; onPrint?: () => void } = {},
) {
  const seen = {
    status: undefined as number | undefined,
    printed: [] as string[],
    complaints: [] as string[],
  };
  const command = verifyCommand(
    {
      environment,
      print: (line) => {
        seen.printed.push(line);
        onPrint?.();
      },
      complain: (line) => seen.complaints.push(line),
      exitWith: (status) => (seen.status = status),
    },
    screen ?? new PassThrough(),
  );
  await command.parseAsync(words, { from: 'user' });
  return seen;
}

/** A terminal, with what was drawn on it. */
function aTerminal(): PassThrough & { isTTY: boolean; drawn: () => string } {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return Object.assign(stream, { isTTY: true, drawn: () => chunks.join('') });
}

const someNumbers = '0 checkpoints, none broken, signatures not judged; in \\d+\\.\\d s\\.';

describe('escrowgrid verify', () => {
  let service: Service;
  let database: TestDatabase;
  let environment: NodeJS.ProcessEnv;
  let tenants: Tenant[];

  beforeAll(async () => {
    service = await openService('postgres');
    database = service.installation.database as TestDatabase;
    environment = { DATABASE_URL: database.url };
    tenants = [await foundTenant(service), await foundTenant(service, 'Southern Escrow')];
    for (const { admin, assetId } of tenants) {
      for (const toState of ['FUNDED', 'CANCELLED', 'EXPIRED']) {
        done(await move(admin, await openPosition(admin, assetId, '12.50'), toState));
      }
    }
  });
  afterAll(() => closeService(service));

  const [ours, theirs] = [() => tenants[0] as Tenant, () => tenants[1] as Tenant];

  test('says that nothing is broken, how much it looked at and how fast', async () => {
    expect(await verify([], environment)).toEqual({
      status: 0,
      printed: [
        expect.stringMatching(
          new RegExp(`^6 positions checked, 12 ledger events, none broken; ${someNumbers}$`),
        ),
      ],
      complaints: [],
    });
  });

  test('keeps to one institution', async () => {
    const { status, printed } = await verify(['--institution', ours().id], environment);
    expect([status, printed]).toEqual([0, [expect.stringMatching(/^3 positions checked, 6 ledger/)]]);
  });

  test('tells a script the same as JSON', async () => {
    const { status, printed } = await verify(['--json'], environment);
    expect(printed).toHaveLength(1);
    expect([status, JSON.parse(printed[0] ?? '')]).toEqual([
      0,
      {
        verified: true,
        complete: true,
        positions: 6,
        ledgerEvents: 12,
        broken: 0,
        checkpoints: 0,
        brokenCheckpoints: 0,
        exported: null,
        signaturesJudged: false,
        seconds: expect.any(Number),
      },
    ]);
  });

  test('finds its database as the service does', async () => {
    const { hostname, port, pathname, username, password } = new URL(database.url);
    const parts = { PGHOST: hostname, PGPORT: port, PGDATABASE: pathname.slice(1), PGUSER: username };
    expect((await verify([], { ...parts, PGPASSWORD: password })).status).toBe(0);
  });

  test('needs no right but to read five tables, and nothing that can be written to', async () => {
    const role = `reader_${randomBytes(6).toString('hex')}`;
    const url = new URL(database.url);
    url.username = url.password = role;
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    await withClient(database.ownerUrl, async (owner) => {
      await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'; GRANT USAGE ON SCHEMA public TO ${role};
        GRANT CONNECT ON DATABASE ${url.pathname.slice(1)} TO ${role};
        GRANT SELECT ON positions, position_events, ledger_events, audit_events, checkpoints TO ${role}`);
      try {
        expect((await verify([], { DATABASE_URL: url.href })).status).toBe(0);
      } finally {
        await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      }
    });
  });

  test('draws its progress on a terminal, and takes it away at the end', async () => {
    const screen = aTerminal();
    expect((await verify([], environment, { screen })).status).toBe(0);
    expect(screen.drawn()).toContain('of 6 positions');
    // The line is cleared and the cursor shown again.
    expect(screen.drawn()).toMatch(/\x1b\[[02]?K[^a-z]*\x1b\[\?25h/);
  });

  test('draws nothing where there is no terminal', async () => {
    const screen = new PassThrough();
    expect((await verify([], environment, { screen })).status).toBe(0);
    expect(screen.read()).toBeNull();
  });

  test('ends at a Ctrl-C with what it has, and says that it did', async () => {
    const screen = aTerminal();
    screen.once('data', () => process.emit('SIGINT'));
    const before = process.listenerCount('SIGINT');
    const { status, printed } = await verify([], environment, { screen });
    expect(status).toBe(130);
    expect(printed).toEqual([expect.stringMatching(/^Stopped before the end: 0 positions checked, /)]);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  describe('on records that are broken', () => {
    let brokenId: string;

    beforeAll(async () => {
      const { admin, assetId } = theirs();
      brokenId = await openPosition(admin, assetId, '7.00');
      await withClient(database.ownerUrl, async (owner) =>
        owner.query(`UPDATE positions SET amount = 8 WHERE id = $1`, [brokenId]),
      );
    });
    afterAll(async () =>
      withClient(database.ownerUrl, async (owner) =>
        owner.query(`UPDATE positions SET amount = 7 WHERE id = $1`, [brokenId]),
      ),
    );

    test('names each, and exits 4', async () => {
      const { status, printed } = await verify([], environment);
      expect([status, printed]).toEqual([
        4,
        [
          `broken: ${theirs().id} ${brokenId} at step 1: the amount of the position is not the one in its ledger`,
          expect.stringMatching(/^7 positions checked, 13 ledger events, 1 broken; /),
        ],
      ]);
      expect((await verify(['--institution', ours().id], environment)).status).toBe(0);
    });

    test('names each to a script', async () => {
      const { status, printed } = await verify(['--json'], environment);
      expect(status).toBe(4);
      expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([
        {
          institutionId: theirs().id,
          positionId: brokenId,
          firstBrokenSeq: 1,
          why: 'the amount of the position is not the one in its ledger',
        },
        expect.objectContaining({ verified: false, complete: true, positions: 7, broken: 1 }),
      ]);
    });

    test('exits 4 also when it is stopped before the end', async () => {
      const { status, printed } = await verify([], environment, { onPrint: () => process.emit('SIGINT') });
      expect([status, printed.at(-1)]).toEqual([
        4,
        expect.stringMatching(/^Stopped before the end: .*1 broken/),
      ]);
    });
  });

  test.each([
    ['no database is named', {}, /DATABASE_URL: is required/],
    ['the connection string is none', { DATABASE_URL: 'escrow' }, /must be a URL such as postgresql:/],
    ['nothing listens', { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, /ECONNREFUSED.*\nNothing listens/],
  ])('exits 1 and says why when %s', async (_case, given, complaint) => {
    const { status, printed, complaints } = await verify([], given);
    expect([status, printed, complaints]).toEqual([1, [], [expect.stringMatching(complaint)]]);
  });

  test('exits 1 and says why when the database is none of ours, or the institution is unknown', async () => {
    const empty = await openEmptyDatabase();
    try {
      const { status, complaints } = await verify([], { DATABASE_URL: empty.ownerUrl });
      expect([status, complaints]).toEqual([
        1,
        [expect.stringMatching(/^relation "positions" does not exist/)],
      ]);
    } finally {
      await empty.close();
    }
    const { status, complaints } = await verify(['--institution', 'inst_x'], environment);
    expect([status, complaints]).toEqual([
      1,
      [expect.stringMatching(/^Nothing is stored of the institution inst_x/)],
    ]);
  });
});
