import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient, type TestDatabase } from '#testing';
import type { Answer, Json } from './support/client.js';
import { operationsThatTake } from './support/document.js';
import { anId } from './support/patterns.js';
import { expectProblem } from './support/problems.js';
import { settingOn } from './support/refusals.js';
import { expectReplay, keptText, lastingHeaders, REPEATABLE, withKey } from './support/repeatable.js';
import { send, type Request } from './support/send.js';
import { done } from './support/tenant.js';

/** The same JSON value, with the members of all its objects the other way round, and blanks wherever they may be. */
function otherText(json: unknown): string {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, turned(member)]);
    return Object.fromEntries(members.reverse());
  };
  return ` \n${JSON.stringify(turned(json), null, '\t ')}\r\n `;
}

test('every route that takes an Idempotency-Key is looked at here', () => {
  expect(Object.keys(REPEATABLE).sort()).toEqual(operationsThatTake('IdempotencyKey'));
});

describe.each(BACKENDS)('a request with an Idempotency-Key on %s', (backend) => {
  const setting = settingOn(backend);

  async function expectMismatch(request: Request): Promise<void> {
    expectProblem(await send(setting.world, request), request.path, {
      status: 422,
      code: 'idempotency.mismatch',
    });
  }

  describe.each(Object.entries(REPEATABLE))('to %s', (_operation, prepare) => {
    const key = randomUUID();
    let request: Request;
    let others: readonly Request[];
    let first: Answer;

    beforeAll(async () => {
      const prepared = await prepare(setting.world);
      request = withKey(prepared.request, key);
      others = prepared.others.map((other) => withKey(other, key));
      await setting.changes();
      first = await send(setting.world, request);
    });

    test('is carried out, and answered as one without', async () => {
      done(first);
      expect(await setting.changes()).not.toEqual([]);
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      const { headers: _, ...keyless } = (await prepare(setting.world)).request;
      const answer = await send(setting.world, keyless);
      expect(answer.status).toBe(first.status);
      expect(Object.keys(answer.body)).toEqual(Object.keys(first.body));
      expect(Object.keys(lastingHeaders(answer))).toEqual(Object.keys(lastingHeaders(first)));
      await setting.changes();
    });

    test('is answered in the same bytes when it is sent again, and changes nothing', async () => {
      for (let time = 0; time < 3; time += 1)
        expectReplay(first, await send(setting.world, request), keptText(first));
      expect(await setting.changes()).toEqual([]);
    });

    test('is the same with its key in quotes', async () => {
      expectReplay(first, await send(setting.world, withKey(request, `"${key}"`)), keptText(first));
      expect(await setting.changes()).toEqual([]);
    });

    test('is the same in whatever order its members come, with whatever blanks between them', async () => {
      if (request.json === undefined) return expect(request.path).toMatch(/revoke$/);
      const { json, ...rest } = request;
      const raw = otherText(json);
      expect(raw).not.toBe(JSON.stringify(json));
      const method = rest.method ?? 'POST';
      expectReplay(first, await send(setting.world, { ...rest, method, raw }), keptText(first));
      expect(await setting.changes()).toEqual([]);
    });

    test('is refused with another body or path, and changes nothing', async () => {
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) await expectMismatch(other);
      expect(await setting.changes()).toEqual([]);
    });

    test('is refused with a query, or with a body that is none of this route', async () => {
      const method = request.method ?? 'POST';
      await expectMismatch({ ...request, method, path: `${request.path}?include=total` });
      for (const json of [{}, [], 'x', 7, null, { ...(request.json as Json), extra: 1 }, { a: 0.1 }]) {
        if (JSON.stringify(json) !== JSON.stringify(request.json))
          await expectMismatch({ ...request, method, json });
      }
      for (const raw of [
        '{"name":"\\ud800"}',
        '{"name":1e400}',
        '[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]',
      ]) {
        await expectMismatch({ ...request, method, json: undefined, raw });
      }
      expect(await setting.changes()).toEqual([]);
    });

    test('is still answered in the same bytes after all that', async () => {
      expectReplay(first, await send(setting.world, request), keptText(first));
      expect(await setting.changes()).toEqual([]);
    });
  });

  test('is refused on every other route, whoever of the tenant sends it, and changes nothing', async () => {
    const prepared: [Request, key: string, first: Answer][] = [];
    for (const prepare of Object.values(REPEATABLE)) {
      const [{ request }, key] = [await prepare(setting.world), randomUUID()];
      prepared.push([request, key, await send(setting.world, withKey(request, key))]);
    }
    await setting.changes();
    for (const [request, key, first] of prepared) {
      for (const [other] of prepared.filter(([one]) => one !== request)) {
        // Root has keys of its own, and so has the tenant.
        if (other.as === request.as) await expectMismatch(withKey(other, key));
      }
      expectReplay(first, await send(setting.world, withKey(request, key)), keptText(first));
    }
    expect(await setting.changes()).toEqual([]);
  });

  describe('that makes an API key', () => {
    const path = (): string => `/v1/institutions/${setting.world.ours.id}/api-keys`;
    const making = (as?: 'root'): Request => ({
      as,
      path: path(),
      json: { label: 'Back office', role: 'admin' },
      headers: { 'idempotency-key': `making-a-key-${as}` },
    });

    test('is shown its secret once, and null in its place from then on', async () => {
      for (const request of [making(), making('root')]) {
        const first = await send(setting.world, request);
        expect(first.body).toMatchObject({ id: anId('ak'), apiKey: expect.stringMatching(/^egk_/) });
        expect((await setting.world.service.client(first.body.apiKey).get(path())).status).toBe(200);
        const replay = await send(setting.world, request);
        expect(replay.body).toEqual({ ...first.body, apiKey: null });
        expect(Object.keys(replay.body)).toEqual(Object.keys(first.body));
        expect(replay.text).not.toContain(first.body.apiKey);
        await expectSecretNowhere(first.body.apiKey);
      }
      await setting.changes();
    });
  });

  /** Neither the whole key, nor its random half, is in any table. The id in front of it is no secret. */
  async function expectSecretNowhere(apiKey: string): Promise<void> {
    const shown = JSON.stringify(await setting.changes());
    const [, , random = ''] = apiKey.split('_');
    expect(random).toMatch(/^[0-9a-f]{64}$/);
    expect(shown).not.toContain(random);
    if (setting.world.service.installation.database !== undefined) {
      const texts = await everythingStored(setting.world.service.installation.database);
      expect(texts).toContain('making-a-key');
      expect(texts).not.toContain(random);
    }
  }

  /** Every row of every table, as text. */
  async function everythingStored({ ownerUrl }: TestDatabase): Promise<string> {
    return withClient(ownerUrl, async (client) => {
      const tables = await client.query<{ name: string }>(
        `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      expect(tables.rows.map(({ name }) => name)).toContain('idempotency_records');
      const texts: string[] = [];
      for (const { name } of tables.rows) {
        const rows = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
        texts.push(...rows.rows.map(({ text }) => text));
      }
      return texts.join('\n');
    });
  }
});
