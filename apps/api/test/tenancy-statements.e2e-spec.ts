import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '#testing';
import pg from 'pg';
import { attempts, foreignIds, type Ids } from './support/attempts.js';
import { UNKNOWN } from './support/patterns.js';
import { recordStatements, type RecordedStatement } from './support/recorded-statements.js';
import { send } from './support/send.js';
import { closeService, startService, type Service } from './support/service.js';
import { done, move, openPosition } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

/** A statement that a request had the service send, without the ids that were asked for, and how many rows it finds. */
interface Seen {
  readonly text: string;
  readonly values: string;
  readonly rows: number | null;
}

/** What the service had kept when the requests were sent, in the order in which they come. */
const STATES = ['nothing', 'what these requests need', 'all that others need'] as const;
type State = (typeof STATES)[number];

/** Refusals are stored by the service on its own account. */
const SETTINGS = { AUDIT_REFUSALS_PER_MINUTE: '0' };

/** Of each attempt in each state: the statements, by the state and the name of the attempt. */
type Recording = ReadonlyMap<string, readonly Seen[]>;

describe('for an id of another tenant and for one of nothing', () => {
  let world: World;
  let reader: pg.Client;
  let foreign: Recording;
  let unknown: Recording;

  beforeAll(async () => {
    world = await openWorld('postgres');
    reader = new pg.Client({ connectionString: world.service.installation.database?.ownerUrl });
    await reader.connect();
    await untilUsesAreNoted();
    foreign = await record(foreignIds(world));
    unknown = await record(UNKNOWN);
  }, 60_000);
  afterAll(async () => {
    await reader.end();
    await closeService(world.service);
  });

  /** When a key was last used is noted behind the requests, and not again for a minute. */
  async function untilUsesAreNoted(): Promise<void> {
    const isNoted = async (): Promise<boolean> => {
      const ids = [world.ours.adminKeyId, world.theirs.adminKeyId];
      const noted = 'SELECT FROM api_keys WHERE id = ANY ($1) AND last_used_at IS NOT NULL';
      return (await reader.query(noted, [ids])).rowCount === ids.length;
    };
    await until(isNoted, 'The uses of both keys are noted.');
  }

  /** Has a service that has just been started send what it sends for every attempt, in each of its states. */
  async function record(ids: Ids): Promise<Recording> {
    const service = await startService(world.service.installation, SETTINGS);
    try {
      // What the service does when it starts comes first.
      done(await service.root.get('/v1/institutions?limit=1'));
      const here = worldOn(service);
      const recording = new Map<string, Seen[]>();
      for (const state of STATES) {
        if (state === 'all that others need') await useEverything(here);
        for (const [name, , request] of attempts) {
          const sent = await recordStatements(async () => send(here, request(ids, here)));
          const seen: Seen[] = [];
          for (const statement of sent) seen.push(await see(statement, ids));
          recording.set(keyOf(state, name), seen);
        }
      }
      return recording;
    } finally {
      await service.stop();
    }
  }

  /** The same tenants, on another process of the installation. */
  function worldOn(service: Service): World {
    const { ours, theirs } = world;
    return {
      ...world,
      service,
      ours: { ...ours, admin: service.client(ours.adminKey), reader: service.client(ours.readerKey) },
      theirs: { ...theirs, admin: service.client(theirs.adminKey), reader: service.client(theirs.readerKey) },
    };
  }

  /** Has the service keep the facts of both tenants, each for itself and for root. */
  async function useEverything({ service, ours, theirs }: World): Promise<void> {
    for (const { admin, assetId, id } of [ours, theirs]) {
      for (const client of [admin, service.root]) {
        const opened = await openPosition(client, assetId, '3.00');
        done(await move(client, opened, 'FUNDED'));
        for (const path of ['', '/policies', '/api-keys']) {
          done(await client.get(`/v1/institutions/${id}${path}`));
        }
      }
    }
  }

  async function see({ text, values }: RecordedStatement, ids: Ids): Promise<Seen> {
    const asked = Object.entries(ids).reduce(
      (shown, [kind, id]) => shown.replaceAll(id, `<${kind}>`),
      JSON.stringify(values),
    );
    const isRead = /^\s*(?:SELECT|WITH)\b/i.test(text);
    return { text, values: asked, rows: isRead ? (await reader.query(text, [...values])).rowCount : null };
  }

  function keyOf(state: State, name: string): string {
    return `${name}, ${state} being kept`;
  }

  describe.each(STATES)('%s being kept', (state) => {
    test.each(attempts)('%s has the same statements sent, which find as much', (name) => {
      const key = keyOf(state, name);
      expect(foreign.get(key)).toEqual(unknown.get(key));
      expect(foreign.get(key)).toBeDefined();
    });
  });

  test('nothing is written', () => {
    const seen = [...foreign.values()].flat();
    expect(seen.filter(({ text }) => /\b(?:INSERT|UPDATE|DELETE|COMMIT)\b/.test(text))).toEqual([]);
  });

  test('it is seen what is sent, and that a fact is kept', () => {
    const sentFor = (state: State): number =>
      foreign.get(keyOf(state, 'a position on an asset, in a batch'))?.length ?? 0;
    expect(sentFor('nothing')).toBeGreaterThan(sentFor('what these requests need'));
    expect(sentFor('what these requests need')).toBeGreaterThan(0);
    expect([...foreign.values()].flat().some(({ rows }) => rows === 0)).toBe(true);
  });
});
