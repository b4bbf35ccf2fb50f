import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS, FixedClock } from '#testing';
import type { Answer, Json } from './support/client.js';
import { UNKNOWN } from './support/patterns.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { asset, institution, position, template } from './support/requests.js';
import { send } from './support/send.js';
import { closeService } from './support/service.js';
import { done, foundTenant, move, openPosition } from './support/tenant.js';
import { openWorld, type World } from './support/world.js';

/** Makes a resource of each kind that has versions, and answers how it was made. */
const KINDS: [kind: string, make: (world: World) => Promise<[made: Answer, path: string]>][] = [
  [
    'an institution',
    async (world) => {
      const made = await send(world, institution({})());
      return [made, `/v1/institutions/${made.body.id}`];
    },
  ],
  [
    'a template',
    async (world) => {
      const made = await send(world, template({})());
      return [made, `/v1/asset-templates/${made.body.id}`];
    },
  ],
  [
    'an asset',
    async (world) => {
      const made = await send(world, asset({})(world));
      return [made, `/v1/assets/${made.body.id}`];
    },
  ],
  [
    'a position',
    async (world) => {
      const made = await send(world, position({})(world));
      return [made, `/v1/positions/${made.body.id}`];
    },
  ],
  [
    'a policy',
    async (world) => {
      const { id } = await foundTenant(world.service, 'With a policy');
      const path = `/v1/institutions/${id}/policies/US`;
      return [await world.service.root.put(path, { position: {} }), path];
    },
  ],
];

const malformed = (header: string): Refusal => ({
  status: 400,
  code: 'request.malformed_header',
  extensions: { header },
});

describe.each(BACKENDS)('conditional reads on %s', (backend) => {
  const clock = new FixedClock();
  let world: World;

  beforeAll(async () => {
    world = await openWorld(backend, clock);
  });
  afterAll(async () => closeService(world.service));

  const read = async (path: string, ifNoneMatch?: string, method = 'GET'): Promise<Answer> =>
    world.service.root.send(method, path, {
      headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
    });

  function expectNotModified(answer: Answer, etag: string): void {
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag]);
    expect(answer.headers.get('content-type')).toBeNull();
    expect(answer.headers.get('x-request-id')).toMatch(/./);
  }

  describe.each(KINDS)('for %s', (_kind, make) => {
    let made: Answer;
    let path: string;
    let etag: string;

    beforeAll(async () => {
      [made, path] = await make(world);
      etag = `"${done(made).version}"`;
    });

    test('show its version in quotes where it is made and where it is read', async () => {
      expect(made.status).toBe(201);
      expect(made.headers.get('etag')).toBe(etag);
      const answer = await read(path);
      expect([answer.status, answer.headers.get('etag'), answer.body.version]).toEqual([
        200,
        etag,
        made.body.version,
      ]);
    });

    test('are answered 304 without a body when it is as the client knows it', async () => {
      for (const known of [etag, `W/${etag}`, '*', `"77", ${etag}`, `"x",W/"77" , W/${etag}`, ` ${etag} `]) {
        expectNotModified(await read(path, known), etag);
      }
    });

    test('are answered in full when it is not', async () => {
      const whole = await read(path);
      for (const known of ['"77"', 'W/"77"', '"77", "78"', '""', '"0"', `"${made.body.version}0"`, '"*"']) {
        const answer = await read(path, known);
        expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([200, whole.text, etag]);
      }
    });

    test('are told what is wrong with an If-None-Match', async () => {
      for (const value of [
        made.body.version.toString(),
        '',
        '"1',
        '*, "1"',
        `w/${etag}`,
        `${etag} ${etag}`,
      ]) {
        const answer = await read(path, value);
        expectProblem(answer, path, malformed('If-None-Match'));
        expect(answer.headers.get('etag')).toBeNull();
      }
    });

    test('are answered alike by HEAD, without the body', async () => {
      const whole = await read(path);
      const head = await read(path, undefined, 'HEAD');
      expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(whole.text)));
      expectNotModified(await read(path, etag, 'HEAD'), etag);
      expect((await read(path, '"77"', 'HEAD')).status).toBe(200);
    });
  });

  test('show what has no version by its content', async () => {
    const path = '/v1/template-types/CONSTR_ESCROW';
    const whole = await read(path);
    const etag = whole.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await read('/v1/template-types/CONSTR_RETAINAGE')).headers.get('etag')).not.toBe(etag);
    for (const known of [etag, `W/${etag}`, '*']) expectNotModified(await read(path, known), etag);
    const other = await read(path, '"1"');
    expect([other.text, other.headers.get('etag')]).toEqual([whole.text, etag]);
    const refused = await read(path, '1');
    expectProblem(refused, path, malformed('If-None-Match'));
    expect(refused.headers.get('etag')).toBeNull();
  });

  test('show no version of lists, and of nothing', async () => {
    for (const path of ['/v1/positions', '/v1/assets', `/v1/assets/${UNKNOWN.asset}`, '/v1/balances']) {
      const answer = await read(path, '*');
      expect([200, 404]).toContain(answer.status);
      expect(answer.headers.get('etag')).toBeNull();
    }
  });

  test('follow a position through its versions, and back in time', async () => {
    const { admin, assetId } = world.ours;
    const id = await openPosition(admin, assetId, '10.00');
    clock.advance(1_000);
    const path = `/v1/positions/${id}`;
    const moved = await move(admin, id, 'FUNDED');
    expect([moved.status, moved.headers.get('etag'), moved.body.version]).toEqual([200, '"2"', 2]);
    expectNotModified(await read(path, '"2"'), '"2"');
    expect((await read(path, '"1"')).body).toEqual(moved.body);
    const [created, funded] = moved.body.events.map(({ at }: Json) => `${path}?asOf=${at}`);
    const then = await read(created);
    expect([then.headers.get('etag'), then.body.version]).toEqual(['"1"', 1]);
    expectNotModified(await read(created, '"1"'), '"1"');
    expect((await read(created, '"2"')).text).toBe(then.text);
    expectNotModified(await read(funded, '"2"'), '"2"');
    expectProblem(await read(funded, '2'), funded, malformed('If-None-Match'));
  });
});
