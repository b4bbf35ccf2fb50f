import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import type { Json } from './support/client.js';
import { canonicalText, sha256 } from './support/ledger.js';
import { readRows } from './support/pages.js';
import { LateClock, newSealKey, sealedCheckpoints, type SealKey } from './support/sealed-service.js';
import { endOf, type History } from './support/seals.js';
import { newInstallation, startService, type Installation, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

/** What of an institution there was before somebody changed it. */
interface Before extends History {
  readonly checkpoints: readonly Json[];
}

/** What is wrong with which checkpoints. */
type Broken = Readonly<Record<number, string>>;

interface Tampering {
  /** As the owner of the database, of the institution `$1`. */
  readonly sql: readonly string[];
  readonly broken: (before: Before) => Broken;
}

const WAS_CHANGED = 'an event that it seals was changed';
const UNREADABLE = 'an event that it seals cannot be read';
const MISSING = 'the checkpoint before it is missing';
const UNSIGNED = 'its signature is not of the key that it names';

const MINE = 'institution_id = $1';
const SECOND_STEP = `${MINE} AND seq = 2`;
const OF_OPENING = `${MINE} AND action = 'POSITION_CREATED'`;

/** The number of the checkpoint that seals a moment. */
function numberAt({ checkpoints }: Before, time: string): number {
  const found = checkpoints.find(({ after, until }) => (after === null || time > after) && time <= until);
  return found?.number;
}
const atStep = (seq: number, why: string | ((sealed: Json) => string)) => (before: Before) => {
  const event = before.ledger.find((each) => each.seq === seq);
  const number = numberAt(before, event?.at);
  return { [number]: typeof why === 'string' ? why : why(before.checkpoints[number - 1]) };
};
const atOpening = (why: string | ((sealed: Json) => string)) => (before: Before) => {
  const event = before.audit.find(({ action }) => action === 'POSITION_CREATED');
  const number = numberAt(before, event?.occurredAt);
  return { [number]: typeof why === 'string' ? why : why(before.checkpoints[number - 1]) };
};

/** What is missed where a step was, and is one too many in the first checkpoint. */
function movedToTheBeginning(seq: number) {
  return (before: Before): Broken => {
    const sealed = before.checkpoints[0]?.ledgerEventCount;
    return {
      ...atStep(
        seq,
        ({ ledgerEventCount: count }) => `1 of the ${count} ledger events that it seals are gone`,
      )(before),
      1: `ledger events were added to the ${sealed} that it seals`,
    };
  };
}

/** Copies a row to a new id, and to a new place if there is one to have. */
const copyOf = (table: string, where: string, seq?: number): string =>
  `INSERT INTO ${table} SELECT (jsonb_populate_record(e, jsonb_build_object('id', left(e.id, -1) || CASE right(e.id, 1) WHEN '0' THEN '1' ELSE '0' END${
    seq === undefined ? '' : `, 'seq', ${seq}`
  }))).* FROM ${table} e WHERE ${where}`;

const tamperings: Readonly<Record<string, Tampering>> = {
  'a changed amount in the ledger': {
    sql: [`UPDATE ledger_events SET amount = amount - 1 WHERE ${SECOND_STEP}`],
    broken: atStep(2, WAS_CHANGED),
  },
  'a changed payload in the audit trail': {
    sql: [`UPDATE audit_events SET payload = payload || '{"amount": "9.99"}' WHERE ${OF_OPENING}`],
    broken: atOpening(WAS_CHANGED),
  },
  'another key as the one who did it': {
    sql: [`UPDATE audit_events SET api_key_id = 'ak_other' WHERE ${OF_OPENING}`],
    broken: atOpening(WAS_CHANGED),
  },
  'a time in the audit trail that is a millisecond later': {
    sql: [`UPDATE audit_events SET occurred_at = occurred_at + interval '1 ms' WHERE ${OF_OPENING}`],
    broken: atOpening(WAS_CHANGED),
  },
  'a removed ledger event': {
    sql: [`DELETE FROM ledger_events WHERE ${SECOND_STEP}`],
    broken: atStep(
      2,
      ({ ledgerEventCount: count }) => `1 of the ${count} ledger events that it seals are gone`,
    ),
  },
  'a position that was removed with all of its history': {
    sql: ['position_events', 'ledger_events', 'positions'].map(
      (table) => `DELETE FROM ${table} WHERE ${MINE}`,
    ),
    broken: ({ checkpoints }) =>
      Object.fromEntries(
        checkpoints
          .filter(({ ledgerEventCount }) => ledgerEventCount > 0)
          .map(({ number, ledgerEventCount: count }) => [
            number,
            `${count} of the ${count} ledger events that it seals are gone`,
          ]),
      ),
  },
  'a removed audit event': {
    sql: [`DELETE FROM audit_events WHERE ${OF_OPENING}`],
    broken: atOpening(
      ({ auditEventCount: count }) => `1 of the ${count} audit events that it seals are gone`,
    ),
  },
  'a ledger event that was added with an old time': {
    sql: [copyOf('ledger_events', SECOND_STEP, 9)],
    broken: atStep(
      2,
      ({ ledgerEventCount: count }) => `ledger events were added to the ${count} that it seals`,
    ),
  },
  'an audit event that was added with an old time': {
    sql: [copyOf('audit_events', OF_OPENING)],
    broken: atOpening(
      ({ auditEventCount: count }) => `audit events were added to the ${count} that it seals`,
    ),
  },
  'an event with another time': {
    sql: [`UPDATE ledger_events SET at = at - interval '1 year' WHERE ${MINE} AND seq = 3`],
    broken: atStep(3, WAS_CHANGED),
  },
  'an event that was moved to a time before all others': {
    sql: [
      `UPDATE ledger_events SET at = at - interval '1 year', created_at = created_at - interval '1 year'
        WHERE ${MINE} AND seq = 3`,
    ],
    broken: movedToTheBeginning(3),
  },
  'an event that was stored before all time': {
    sql: [`UPDATE ledger_events SET created_at = '-infinity' WHERE ${MINE} AND seq = 3`],
    broken: movedToTheBeginning(3),
  },
  'an event that was replaced by one of another institution': {
    sql: [
      `UPDATE audit_events SET institution_id = institution_id || 'x' WHERE ${OF_OPENING}`,
      copyOf('audit_events', `${MINE} AND action = 'ASSET_CREATED'`),
    ],
    broken: (before) => {
      const made = before.audit.find(({ action }) => action === 'ASSET_CREATED');
      const [to, from] = [
        numberAt(before, made?.occurredAt),
        numberAt(before, before.audit.find(({ action }) => action === 'POSITION_CREATED')?.occurredAt),
      ];
      const count = (number: number): number => before.checkpoints[number - 1]?.auditEventCount;
      if (to === from) return { [to]: WAS_CHANGED };
      return {
        [to]: `audit events were added to the ${count(to)} that it seals`,
        [from]: `1 of the ${count(from)} audit events that it seals are gone`,
      };
    },
  },
  'a currency that is none': {
    sql: [`UPDATE ledger_events SET currency = 'XQX' WHERE ${SECOND_STEP}`],
    broken: atStep(2, UNREADABLE),
  },
  'an amount finer than its currency': {
    sql: [`UPDATE ledger_events SET amount = 0.001 WHERE ${SECOND_STEP}`],
    broken: atStep(2, UNREADABLE),
  },
  'a payload with a number that no program holds': {
    sql: [`UPDATE audit_events SET payload = '{"n": 1e400}' WHERE ${OF_OPENING}`],
    broken: atOpening(UNREADABLE),
  },
  'a payload that is no object': {
    sql: [`UPDATE ledger_events SET payload = '[1]' WHERE ${SECOND_STEP}`],
    broken: atStep(2, WAS_CHANGED),
  },
  'an event of no time': {
    sql: [`UPDATE ledger_events SET at = '-infinity' WHERE ${SECOND_STEP}`],
    broken: atStep(2, UNREADABLE),
  },
  'a checkpoint with another root': {
    sql: [`UPDATE checkpoints SET merkle_root = repeat('7', 64) WHERE ${MINE} AND number = 2`],
    broken: () => ({ 2: 'it was changed' }),
  },
  'a checkpoint with another count': {
    sql: [`UPDATE checkpoints SET audit_event_count = audit_event_count + 1 WHERE ${MINE} AND number = 2`],
    broken: () => ({ 2: 'it was changed' }),
  },
  'a checkpoint with another signature': {
    sql: [`UPDATE checkpoints SET signature = 'x' WHERE ${MINE} AND number = 2`],
    broken: () => ({ 2: UNSIGNED }),
  },
  'a checkpoint that ends earlier': {
    sql: [`UPDATE checkpoints SET range_until = range_until - interval '1 ms' WHERE ${MINE} AND number = 2`],
    broken: () => ({ 2: 'it was changed', 3: 'it leaves out history before it' }),
  },
  'a checkpoint of no time': {
    sql: [`UPDATE checkpoints SET created_at = 'infinity' WHERE ${MINE} AND number = 2`],
    broken: () => ({ 2: 'it, or the one before it, cannot be read' }),
  },
  'a checkpoint removed from the middle': {
    sql: [`DELETE FROM checkpoints WHERE ${MINE} AND number = 2`],
    broken: () => ({ 3: MISSING }),
  },
  'the first checkpoint removed': {
    sql: [`DELETE FROM checkpoints WHERE ${MINE} AND number = 1`],
    broken: () => ({ 2: MISSING }),
  },
};

/** Every table that keeps history, which its owner can take the triggers from. */
const TABLES = ['position_events', 'ledger_events', 'audit_events', 'checkpoints'];

describe('a sealed history that was tampered with', () => {
  let key: SealKey;
  let installation: Installation;
  let database: TestDatabase;
  let service: Service;
  const names = [...Object.keys(tamperings), 'nothing', 'a checkpoint that was forged'];
  const tenants = new Map<string, { tenant: Tenant; positionId: string; before: Before }>();

  const historyOf = async ({ admin }: Tenant): Promise<History> => ({
    ledger: await readRows(admin, '/v1/ledger-events'),
    audit: await readRows(admin, '/v1/audit-events'),
  });
  const allSealed = async (tenant: Tenant): Promise<Before> => {
    const history = await historyOf(tenant);
    const checkpoints = await sealedCheckpoints(service, tenant.id, ({ until }) => until >= endOf(history));
    return { ...history, checkpoints };
  };
  const tamper = async (sql: readonly string[], values: readonly unknown[]): Promise<void> =>
    withClient(database.ownerUrl, async (owner) => {
      for (const text of sql) expect((await owner.query(text, [...values])).rowCount).toBeGreaterThan(0);
    });

  /** Opened, funded and released, each step sealed before the next. */
  async function prepare(name: string): Promise<void> {
    const tenant = await foundTenant(service, name);
    const positionId = await openPosition(tenant.admin, tenant.assetId, '1000.10');
    await allSealed(tenant);
    done(await move(tenant.admin, positionId, 'FUNDED'));
    await allSealed(tenant);
    done(await move(tenant.admin, positionId, 'RELEASED'));
    tenants.set(name, { tenant, positionId, before: await allSealed(tenant) });
  }

  beforeAll(async () => {
    key = newSealKey();
    installation = await newInstallation('postgres');
    database = installation.database as TestDatabase;
    service = await startService(installation, key.settings, new LateClock(5_000));
    await Promise.all(names.map(async (name) => prepare(name)));
    await service.stop();
    // What verifies needs the public key alone, and seals nothing.
    service = await startService(installation, { SEAL_PUBLIC_KEYS_FILE: key.publicKeyFile });
    await withClient(database.ownerUrl, async (owner) => {
      for (const table of TABLES) await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      await owner.query(`
        ALTER TABLE ledger_events DROP CONSTRAINT ledger_events_position_fk`);
    });
    for (const [name, { sql }] of Object.entries(tamperings))
      await tamper(sql, [tenants.get(name)?.tenant.id]);
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    await database.close();
    key.remove();
  });

  /** What verification says is wrong, by checkpoint; the checkpoints that it does not know are left out. */
  async function brokenOf(name: string): Promise<Broken> {
    const { tenant, before } = tenants.get(name) as { tenant: Tenant; before: Before };
    const broken: Record<number, string> = {};
    for (const { number, hash } of before.checkpoints) {
      const path = `/v1/institutions/${tenant.id}/checkpoints/${number}/verification`;
      const { status, body } = await service.client(tenant.readerKey).get(path);
      if (status === 404) continue;
      expect([status, body]).toEqual([
        200,
        {
          verified: body.why === null,
          number,
          hash,
          signature: expect.stringMatching(/^(good|bad)$/),
          why: body.why,
        },
      ]);
      if (body.why !== null) broken[number] = body.why;
    }
    return broken;
  }

  test.each(Object.entries(tamperings))(
    'shows %s, in its checkpoint and in no other',
    async (name, { broken }) => {
      const { before } = tenants.get(name) as { before: Before };
      expect(before.checkpoints.length).toBeGreaterThanOrEqual(3);
      expect(await brokenOf(name)).toEqual(broken(before));
    },
  );

  test('leaves all of the others verified', async () => {
    expect(await brokenOf('nothing')).toEqual({});
  });

  test('shows a position that is gone, where nothing else tells of it', async () => {
    const { tenant, positionId } = tenants.get(
      'a position that was removed with all of its history',
    ) as never as {
      tenant: Tenant;
      positionId: string;
    };
    const client = service.client(tenant.adminKey);
    expect((await client.get(`/v1/positions/${positionId}/ledger/verification`)).status).toBe(404);
    expect(done(await client.get('/v1/ledger-events')).data).toEqual([]);
  });

  test('shows a checkpoint that was made anew by who has no key: its signature, and that the next does not follow', async () => {
    const { tenant, before } = tenants.get('a checkpoint that was forged') as {
      tenant: Tenant;
      before: Before;
    };
    const { hash: _hash, signature: _signature, ...statement } = before.checkpoints[1];
    const forged = { ...statement, merkleRoot: '7'.repeat(64) };
    await tamper(
      [`UPDATE checkpoints SET merkle_root = $2, hash = $3 WHERE ${MINE} AND number = 2`],
      [tenant.id, forged.merkleRoot, sha256(canonicalText(forged))],
    );
    const path = `/v1/institutions/${tenant.id}/checkpoints`;
    const verified = async (number: number): Promise<Json> =>
      done(await service.client(tenant.readerKey).get(`${path}/${number}/verification`));
    expect(await verified(2)).toMatchObject({ verified: false, signature: 'bad', why: UNSIGNED });
    expect(await verified(3)).toMatchObject({
      verified: false,
      signature: 'good',
      why: 'it does not follow from the checkpoint before it',
    });
    expect(await verified(1)).toMatchObject({ verified: true });
  });
});

describe('a history that was tampered with before it was sealed', () => {
  test('keeps itself from being sealed, and no other', async () => {
    const key = newSealKey();
    const installation = await newInstallation('postgres');
    const database = installation.database as TestDatabase;
    const clock = new LateClock(0);
    const unsealed = await startService(installation, {}, clock);
    const broken = await foundTenant(unsealed, 'Northern Escrow');
    await openPosition(broken.admin, broken.assetId, '1.00');
    const sound = await foundTenant(unsealed, 'Southern Escrow');
    await unsealed.stop();
    await withClient(database.ownerUrl, async (owner) => {
      await owner.query('ALTER TABLE ledger_events DISABLE TRIGGER USER');
      const changed = await owner.query(`UPDATE ledger_events SET at = '-infinity' WHERE ${MINE}`, [
        broken.id,
      ]);
      expect(changed.rowCount).toBe(1);
    });
    const service = await startService(installation, key.settings, clock);
    expect(await sealedCheckpoints(service, sound.id)).not.toEqual([]);
    expect(await readRows(service.root, `/v1/institutions/${broken.id}/checkpoints`)).toEqual([]);
    await service.stop();
    await database.close();
    key.remove();
  });
});
