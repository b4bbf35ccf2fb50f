import { beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from './support/client.js';
import { operationsThatTake } from './support/document.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { invalid, settingOn } from './support/refusals.js';
import { send, type Request } from './support/send.js';
import { ServiceProcess } from './support/service-process.js';
import { done, foundTenant, move, openPosition } from './support/tenant.js';
import type { World } from './support/world.js';

/** A resource that can be read by itself, of version 1 at first. */
interface Resource {
  readonly path: string;
  readonly version: number;
}

/** For each operation that takes `If-Match`, a resource of a later version and a request that changes it. */
const CHANGES: Readonly<Record<string, (world: World) => Promise<Resource & { change: Request }>>> = {
  'PATCH /v1/institutions/{institutionId}': async ({ service }) => {
    const { id } = await foundTenant(service, 'To be renamed');
    const path = `/v1/institutions/${id}`;
    done(await service.root.patch(path, { name: 'Renamed' }));
    return { path, version: 2, change: { as: 'root', method: 'PATCH', path, json: { name: 'Again' } } };
  },
  'PATCH /v1/assets/{assetId}': async ({ ours }) => {
    const { id } = done(await ours.admin.post('/v1/assets', { templateId: ours.templateId, label: 'Pier' }));
    const path = `/v1/assets/${id}`;
    done(await ours.admin.patch(path, { label: 'Quay' }));
    return { path, version: 2, change: { method: 'PATCH', path, json: { label: 'Wharf' } } };
  },
  'PUT /v1/institutions/{institutionId}/policies/{region}': async (world) => {
    const { path, version } = await aPolicy(world);
    return { path, version, change: { as: 'root', method: 'PUT', path, json: { position: {} } } };
  },
  'DELETE /v1/institutions/{institutionId}/policies/{region}': async (world) => {
    const { path, version } = await aPolicy(world);
    return { path, version, change: { as: 'root', method: 'DELETE', path } };
  },
  'POST /v1/positions/{positionId}/transition': async ({ ours }) => {
    const id = await openPosition(ours.admin, ours.assetId, '10.00');
    done(await move(ours.admin, id, 'FUNDED'));
    const path = `/v1/positions/${id}`;
    return { path, version: 2, change: { path: `${path}/transition`, json: { toState: 'RELEASED' } } };
  },
};

async function aPolicy({ service }: World): Promise<Resource> {
  const { id } = await foundTenant(service, 'With a policy');
  const path = `/v1/institutions/${id}/policies/US`;
  const { version } = done(await service.root.put(path, { position: { minAmount: '1' } }));
  return { path, version };
}

const stale = (currentVersion: number | null): Refusal => ({
  status: 412,
  code: 'request.precondition_failed',
  extensions: { currentVersion },
});

const malformed = (header: string): Refusal => ({
  status: 400,
  code: 'request.malformed_header',
  extensions: { header },
});

/** The same world, met at another process that shares its database. */
function through(other: ServiceProcess, { service, ours, ...rest }: World): World {
  return {
    ...rest,
    service: { ...service, root: other.root },
    ours: { ...ours, admin: other.client(ours.adminKey) },
  };
}

test('every route that takes If-Match is looked at here', () => {
  expect(Object.keys(CHANGES).sort()).toEqual(operationsThatTake('IfMatch'));
});

describe.each(BACKENDS)('conditional writes on %s', (backend) => {
  const setting = settingOn(backend);

  const read = async (path: string): Promise<Answer> => setting.world.service.root.get(path);

  describe.each(Object.entries(CHANGES))('%s', (_operation, prepare) => {
    let resource: Resource & { change: Request };
    /** Sends the change under conditions. */
    const changeIf = async (headers: Record<string, string>, change = resource.change): Promise<Answer> =>
      send(setting.world, { ...change, headers });
    const prepareAnew = async (): Promise<void> => {
      resource = await prepare(setting.world);
      await setting.changes();
    };

    beforeAll(prepareAnew);

    test('is not made when If-Match lists no version that it has', async () => {
      const { version, change } = resource;
      for (const ifMatch of [
        '"1"',
        '"77"',
        `W/"${version}"`,
        '"x"',
        `"${version}0"`,
        `"0${version}"`,
        '"*"',
        '""',
      ]) {
        expectProblem(await changeIf({ 'if-match': ifMatch }), change.path, stale(version));
      }
      expectProblem(await changeIf({ 'if-match': `"1", W/"${version}"` }), change.path, stale(version));
      expectProblem(await changeIf({ 'if-none-match': `"${version}"` }), change.path, stale(version));
      expectProblem(await changeIf({ 'if-none-match': `W/"${version}"` }), change.path, stale(version));
      expectProblem(await changeIf({ 'if-none-match': '*' }), change.path, stale(version));
      expectProblem(await changeIf({ 'if-match': '*', 'if-none-match': '*' }), change.path, stale(version));
      expect(await setting.changes()).toEqual([]);
    });

    test('is not made when a condition is malformed', async () => {
      const { version, change } = resource;
      for (const value of [`${version}`, '', `"${version}`, `*, "${version}"`, `w/"${version}"`, 'any']) {
        expectProblem(await changeIf({ 'if-match': value }), change.path, malformed('If-Match'));
        expectProblem(await changeIf({ 'if-none-match': value }), change.path, malformed('If-None-Match'));
      }
      expect(await setting.changes()).toEqual([]);
    });

    test('is refused as unknown, or for its body, before its condition is looked at', async () => {
      const { path, json, ...change } = resource.change;
      const unknown = path.replace(
        /(inst|ast|pos)_[0-9a-z]+/,
        (_id, prefix) => `${prefix}_01jd8x3fqje3wve2q1q9n8h2kz`,
      );
      for (const ifMatch of ['"1"', '*', '"77"']) {
        const answer = await changeIf({ 'if-match': ifMatch }, { ...change, json, path: unknown });
        expect([answer.status, answer.body.code]).toEqual([404, expect.stringMatching(/\.unknown$/)]);
      }
      if (json !== undefined) {
        const odd = { ...change, path, json: { ...json, odd: 1 } };
        expectProblem(await changeIf({ 'if-match': '"77"' }, odd), path, invalid(['/odd', 'field.unknown']));
      }
      expect(await setting.changes()).toEqual([]);
    });

    test('is made when If-Match lists its version, or any, or If-None-Match lists others', async () => {
      for (const condition of [
        (etag: string) => ({ 'if-match': etag }),
        (etag: string) => ({ 'if-match': `"77", W/"1" ,${etag}` }),
        () => ({ 'if-match': '*' }),
        (etag: string) => ({ 'if-match': etag, 'if-none-match': '"77"' }),
        () => ({ 'if-none-match': '"1", "77"' }),
        () => ({}),
      ]) {
        await prepareAnew();
        const answer = await changeIf(condition(`"${resource.version}"`));
        if (resource.change.method === 'DELETE') {
          expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([204, '', null]);
          expect((await read(resource.path)).status).toBe(404);
        } else {
          expect([answer.status, answer.body.version]).toEqual([200, resource.version + 1]);
          expect(answer.headers.get('etag')).toBe(`"${resource.version + 1}"`);
          expect((await read(resource.path)).text).toBe(answer.text);
        }
        expect(await setting.changes()).not.toEqual([]);
      }
    });
  });

  test('put a policy only where there is none, and only where there is one, as they ask', async () => {
    const { id, admin } = await foundTenant(setting.world.service, 'Without a policy');
    const path = `/v1/institutions/${id}/policies/US`;
    const put = async (headers: Record<string, string>): Promise<Answer> =>
      admin.send('PUT', path, { json: { position: {} }, headers });
    await setting.changes();
    for (const ifMatch of ['*', '"1"', '"2"']) {
      expectProblem(await put({ 'if-match': ifMatch }), path, stale(null));
    }
    const removed = await admin.send('DELETE', path, { headers: { 'if-match': '*' } });
    expectProblem(removed, path, { status: 404, code: 'policy.unknown' });
    expect(await setting.changes()).toEqual([]);
    const created = await put({ 'if-none-match': '*' });
    expect([created.status, created.headers.get('etag')]).toEqual([201, `"${created.body.version}"`]);
    expectProblem(await put({ 'if-none-match': '*' }), path, stale(created.body.version));
    expect((await admin.get(path)).text).toBe(created.text);
    expect((await admin.delete(path)).status).toBe(204);
    const again = await put({ 'if-none-match': '*' });
    expect(again.status).toBe(201);
    // A version that a client saw before the policy was removed is not met by the new one.
    expect(again.body.version).toBeGreaterThan(created.body.version);
    expectProblem(await put({ 'if-match': `"${created.body.version}"` }), path, stale(again.body.version));
  });

  test('are judged before the state: a step that is impossible is stale first', async () => {
    const id = setting.world.cancelledId;
    const path = `/v1/positions/${id}/transition`;
    const request = { json: { toState: 'FUNDED' } };
    await setting.changes();
    const behind = await setting.world.ours.admin.send('POST', path, {
      ...request,
      headers: { 'if-match': '"1"' },
    });
    expectProblem(behind, path, stale(2));
    for (const ifMatch of ['"2"', '*', '"77", "2"']) {
      const headers = { 'if-match': ifMatch };
      expectProblem(await setting.world.ours.admin.send('POST', path, { ...request, headers }), path, {
        status: 409,
        code: 'position.illegal_transition',
        extensions: { state: 'CANCELLED', toState: 'FUNDED', allowed: [] },
      });
    }
    const readOnly = await setting.world.ours.reader.send('POST', path, {
      ...request,
      headers: { 'if-match': '1' },
    });
    expectProblem(readOnly, path, { status: 403, code: 'access.forbidden' });
    expect(await setting.changes()).toEqual([]);
  });

  test('keep the versions of another tenant to themselves', async () => {
    const { theirs, ours } = setting.world;
    const path = `/v1/positions/${theirs.positionId}`;
    for (const ifMatch of ['"1"', '"77"', '*']) {
      const sent = { json: { toState: 'FUNDED' }, headers: { 'if-match': ifMatch } };
      const answer = await ours.admin.send('POST', `${path}/transition`, sent);
      expectProblem(answer, `${path}/transition`, { status: 404, code: 'position.unknown' });
    }
    const reading = await ours.admin.send('GET', path, { headers: { 'if-none-match': '"1"' } });
    expectProblem(reading, path, { status: 404, code: 'position.unknown' });
  });

  /** Four of each change at once, each sent to the next of the services. */
  async function expectOneToWin(worlds: readonly World[]): Promise<void> {
    for (const prepare of Object.values(CHANGES)) {
      const { version, change } = await prepare(setting.world);
      const request = { ...change, headers: { 'if-match': `"${version}"` } };
      const racing = Array.from({ length: 4 }, async (_none, index) =>
        send(worlds[index % worlds.length] as World, request),
      );
      const answers = await Promise.all(racing);
      const isRemoval = change.method === 'DELETE';
      const [won, ...others] = answers.filter(({ status }) => status < 300);
      expect([won?.status, others]).toEqual([isRemoval ? 204 : 200, []]);
      for (const lost of answers.filter((answer) => answer !== won)) {
        // What was removed is not there any more, whatever version of it is asked for.
        if (isRemoval) expectProblem(lost, change.path, { status: 404, code: 'policy.unknown' });
        else expectProblem(lost, change.path, stale(version + 1));
      }
    }
  }

  test('race for one version, on PostgreSQL through two processes, and one of them gets it', async () => {
    const { world } = setting;
    const other = backend === 'postgres' ? await ServiceProcess.start(world.service.installation) : undefined;
    try {
      for (let round = 0; round < 2; round += 1) {
        await expectOneToWin(other === undefined ? [world] : [world, through(other, world)]);
      }
    } finally {
      await other?.terminate();
    }
  });
});
