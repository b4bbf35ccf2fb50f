import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient } from '#testing';
import { verifyCommand } from '../../cli/src/verify-command.js';
import { aHash, UNKNOWN } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

const verificationOf = (id: string): string => `/v1/positions/${id}/ledger/verification`;

/** Opened, funded with a reason, released in part twice. */
async function fourSteps({ admin, assetId }: Tenant): Promise<string> {
  const id = await openPosition(admin, assetId, '1000.10');
  const funding = { toState: 'FUNDED', reason: 'wire received', metadata: { wire: 7 } };
  done(await admin.post(`/v1/positions/${id}/transition`, funding));
  done(await move(admin, id, 'PARTIALLY_RELEASED', '300.05'));
  done(await move(admin, id, 'PARTIALLY_RELEASED', '200.00'));
  return id;
}

describe.each(BACKENDS)('verifying a position on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  test('says that its record holds, how long it is and where it ends, to every role', async () => {
    const id = await fourSteps(tenant);
    const { body: ledger } = await tenant.admin.get(`/v1/ledger-events?positionId=${id}`);
    for (const client of [tenant.reader, tenant.admin, service.root]) {
      const answer = await client.get(verificationOf(id));
      expect([answer.status, answer.body]).toEqual([
        200,
        { verified: true, length: 4, head: ledger.data[3].hash, firstBrokenSeq: null },
      ]);
    }
  });

  test('holds after every step, to the end of the position', async () => {
    const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
    for (const [length, toState] of [[2, 'FUNDED'] as const, [3, 'EXPIRED'] as const]) {
      done(await move(tenant.admin, id, toState));
      expect((await tenant.reader.get(verificationOf(id))).body).toEqual({
        verified: true,
        length,
        head: aHash,
        firstBrokenSeq: null,
      });
    }
  });

  test('is unknown where the position is: another tenant’s, nobody’s, or not even an id', async () => {
    const { reader: stranger } = await foundTenant(service, 'Southern Escrow');
    const id = await openPosition(tenant.admin, tenant.assetId, '10.00');
    for (const [client, path] of [
      [stranger, verificationOf(id)],
      [tenant.admin, verificationOf(UNKNOWN.position)],
      [tenant.admin, verificationOf('nothing')],
    ] as const) {
      expectProblem(await client.get(path), path, { status: 404, code: 'position.unknown' });
    }
  });

  test('needs a key, and takes no query', async () => {
    const path = verificationOf(await openPosition(tenant.admin, tenant.assetId, '10.00'));
    expect((await service.client().get(path)).status).toBe(401);
    expect((await tenant.admin.get(`${path}?fast=true`)).status).toBe(400);
  });
});

/** What somebody who owns the database can do to a position, and the step at which it shows. */
const tamperings: [name: string, seq: number, why: string, sql: string][] = [
  [
    'a changed amount',
    3,
    'not have the hash',
    `UPDATE ledger_events SET amount = 300.04 WHERE position_id = $1 AND seq = 3`,
  ],
  [
    'a changed payload',
    2,
    'not have the hash',
    `UPDATE ledger_events SET payload = payload || '{"reason": "x"}' WHERE position_id = $1 AND seq = 2`,
  ],
  [
    'a moment changed by a microsecond',
    2,
    'cannot be read',
    `UPDATE ledger_events SET at = at + interval '1 microsecond' WHERE position_id = $1 AND seq = 2`,
  ],
  [
    'another hash',
    4,
    'not have the hash',
    `UPDATE ledger_events SET hash = repeat('7', 64) WHERE position_id = $1 AND seq = 4`,
  ],
  [
    'a row removed from the middle',
    3,
    'ledger event 3 is missing',
    `DELETE FROM ledger_events WHERE position_id = $1 AND seq = 3`,
  ],
  [
    'a removed tail',
    4,
    'ledger event 4 is missing',
    `DELETE FROM ledger_events WHERE position_id = $1 AND seq = 4`,
  ],
  ['a removed ledger', 1, 'ledger event 1 is missing', `DELETE FROM ledger_events WHERE position_id = $1`],
  ['a row inserted in the middle', 3, 'ledger event 3', copyOf('ledger_events', 4, 3)],
  ['a row inserted behind the end', 5, 'ledger event 5 is beyond the version', copyOf('ledger_events', 4, 5)],
  [
    'two rows that changed places',
    3,
    'not linked',
    `UPDATE ledger_events SET seq = 7 - seq WHERE position_id = $1 AND seq IN (3, 4)`,
  ],
  [
    'a changed amount of the position',
    1,
    'the amount of the position',
    `UPDATE positions SET amount = amount + 1 WHERE id = $1`,
  ],
  [
    'a currency that is none',
    1,
    'the currency of the position',
    `UPDATE positions SET currency = 'XQX' WHERE id = $1`,
  ],
  [
    'another holder',
    1,
    'the holder of the position',
    `UPDATE positions SET holder_reference = 'me' WHERE id = $1`,
  ],
  ['a changed state', 4, 'the state of the position', `UPDATE positions SET state = 'FUNDED' WHERE id = $1`],
  [
    'a changed released amount',
    4,
    'the released amount',
    `UPDATE positions SET released_amount = 1 WHERE id = $1`,
  ],
  [
    'an amount finer than its currency',
    4,
    'cannot be read',
    `UPDATE positions SET refunded_amount = 0.001 WHERE id = $1`,
  ],
  [
    'a changed version',
    4,
    'ledger event 4 is beyond the version',
    `UPDATE positions SET version = 3 WHERE id = $1`,
  ],
  [
    'a changed reason',
    2,
    'position event 2 gives another reason',
    `UPDATE position_events SET reason = 'x' WHERE position_id = $1 AND seq = 2`,
  ],
  [
    'changed metadata',
    2,
    'position event 2 has other metadata',
    `UPDATE position_events SET metadata = '{"wire": 8}' WHERE position_id = $1 AND seq = 2`,
  ],
  [
    'a removed position event',
    4,
    'position event 4 is missing',
    `DELETE FROM position_events WHERE position_id = $1 AND seq = 4`,
  ],
  ['an inserted position event', 5, 'position event 5', copyOf('position_events', 4, 5)],
];

/** What leaves history without a position, which nobody can ask the service for. */
const orphanings: [name: string, seq: number, sql: string][] = [
  ['a removed position', 1, `DELETE FROM positions WHERE id = $1`],
  [
    'a ledger event that was given to another position',
    4,
    `UPDATE ledger_events SET position_id = $1 || 'x' WHERE position_id = $1 AND seq = 4`,
  ],
  [
    'a position event that was given to another institution',
    4,
    `UPDATE position_events SET institution_id = institution_id || 'x' WHERE position_id = $1 AND seq = 4`,
  ],
];

/** Copies one step of a position to another place. */
function copyOf(table: string, from: number, to: number): string {
  return `INSERT INTO ${table} SELECT (jsonb_populate_record(e, jsonb_build_object('id', e.id || 'x', 'seq', ${to}))).*
    FROM ${table} e WHERE position_id = $1 AND seq = ${from}`;
}

describe('a database that was tampered with', () => {
  let service: Service;
  let tenant: Tenant;
  let untouched: string;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    service = await openService('postgres');
    tenant = await foundTenant(service);
    untouched = await fourSteps(tenant);
    await withClient(service.installation.database?.ownerUrl ?? '', async (owner) => {
      await owner.query(`
        ALTER TABLE ledger_events DISABLE TRIGGER ledger_events_append_only,
          DROP CONSTRAINT ledger_events_seq_key, DROP CONSTRAINT ledger_events_position_fk;
        ALTER TABLE position_events DISABLE TRIGGER position_events_append_only,
          DROP CONSTRAINT position_events_position_fk, DROP CONSTRAINT position_events_institution_fk;
        ALTER TABLE positions DROP CONSTRAINT positions_state_amounts_check`);
      for (const [name, , sql] of [
        ...tamperings.map(([name, seq, , sql]) => [name, seq, sql] as const),
        ...orphanings,
      ]) {
        const id = await fourSteps(tenant);
        ids.set(name, id);
        expect((await owner.query(sql, [id])).rowCount).toBeGreaterThan(0);
      }
    });
  });
  afterAll(() => closeService(service));

  async function verify(...words: string[]) {
    const printed: string[] = [];
    let status: number | undefined;
    const command = verifyCommand({
      environment: service.installation.environment,
      print: (line) => printed.push(line),
      complain: (line) => printed.push(line),
      exitWith: (given) => (status = given),
    });
    await command.parseAsync(words, { from: 'user' });
    return { status, printed };
  }

  test.each(tamperings)('shows %s at step %i', async (name, seq) => {
    const { status, body } = await tenant.reader.get(verificationOf(ids.get(name) ?? ''));
    expect([status, body]).toEqual([
      200,
      {
        verified: false,
        length: expect.any(Number),
        head: name === 'a removed ledger' ? null : aHash,
        firstBrokenSeq: seq,
      },
    ]);
  });

  test('leaves the others verified', async () => {
    const { body } = await tenant.reader.get(verificationOf(untouched));
    expect(body).toEqual({ verified: true, length: 4, head: aHash, firstBrokenSeq: null });
  });

  test.each(orphanings)('has %s, which `escrowgrid verify` names', async (name, seq) => {
    const { printed } = await verify();
    const line = new RegExp(
      `^broken: inst_\\w+ ${ids.get(name)}x? at step ${seq}: there is history, but no position$`,
    );
    expect(printed.filter((text) => line.test(text))).toHaveLength(1);
  });

  test('is told of by `escrowgrid verify`, each broken position once, with where and why', async () => {
    const { status, printed } = await verify('--institution', tenant.id);
    expect(status).toBe(4);
    for (const [name, seq, why] of tamperings) {
      const start = `broken: ${tenant.id} ${ids.get(name)} at step ${seq}: `;
      expect([name, printed.filter((text) => text.startsWith(start))]).toEqual([
        name,
        [expect.stringContaining(why)],
      ]);
    }
    expect(printed.join()).not.toContain(untouched);
    // The event that was given to another position is missed in its own; the one given to another institution too.
    const broken = tamperings.length + orphanings.length + 1;
    expect(printed).toHaveLength(broken + 1);
    expect(printed.at(-1)).toMatch(new RegExp(` positions checked, \\d+ ledger events, ${broken} broken; `));
  });
});
