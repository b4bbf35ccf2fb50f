import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfiguration } from '#config';
import type { Role } from '#kernel';
import { BACKENDS } from '#testing';
import { createApp } from '../src/create-app.js';
import { buildLogger } from '../src/logging.js';
import type { Client, Sent } from './support/client.js';
import { OPERATIONS, type Operation } from './support/document.js';
import { forgedKey } from './support/forged-key.js';
import { filledPath, ownValues, UNKNOWN_VALUES, type PathValues } from './support/paths-of.js';
import { expectProblem, type Refusal } from './support/problems.js';
import { RecordWatch } from './support/records.js';
import { position } from './support/requests.js';
import { closeService, newInstallation, startService, type Service } from './support/service.js';
import { done, issueKey } from './support/tenant.js';
import { WHO_MAY } from './support/who-may.js';
import { Wire } from './support/wire.js';
import { foundWorld, type World } from './support/world.js';

const FORBIDDEN: Refusal = { status: 403, code: 'access.forbidden' };
const ROLES: readonly Role[] = ['root', 'admin', 'read_only'];

const isRead = ({ method }: Operation): boolean => method === 'GET';
const forRole = (role: Role, { name }: Operation): boolean =>
  WHO_MAY[name] === 'everybody' || WHO_MAY[name]?.includes(role) === true;
const isOpen = ({ name }: Operation): boolean => WHO_MAY[name] === 'everybody';
const KEYED = OPERATIONS.filter((operation) => !isOpen(operation));

/** A service that waits for a body would wait for ever. */
const MAX_WAIT_MS = 5_000;

/** Bodies that would be refused if anybody looked at them. */
const BAD_BODIES: readonly Sent[] = [
  { raw: '{"' },
  { raw: 'x', headers: { 'content-type': 'text/plain' } },
  { json: { unheardOf: true } },
];

/** The routes of the explorer, which is no part of the API. */
const EXPLORER = /^GET \/docs(?:\/|$)/;

/** `METHOD /path` of everything that the router knows, in the document's way of writing parameters. */
async function routes(): Promise<string[]> {
  const { environment } = await newInstallation('memory');
  const configuration = loadConfiguration({ ...environment, DOCS_ENABLED: 'true' });
  const app = await createApp(configuration, buildLogger(configuration.logLevel));
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  await app.close();
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+) \((.*)\)$/.exec(line) ?? [];
    const depth = indent.length / 4;
    const path = `${parents[depth - 1] ?? ''}${part}`;
    parents[depth] = path;
    const named = path.replaceAll(/:(\w+)/g, '{$1}');
    return methods.split(', ').flatMap((method) => (part === '' ? [] : [`${method} ${named}`]));
  });
}

describe('whom operations are for', () => {
  test.each(OPERATIONS)('$name is in the document for whom it is laid down', ({ name, described }) => {
    const advice = `${name} is in the document: say in support/who-may.ts whom it is for`;
    expect(WHO_MAY[name] === undefined ? advice : undefined).toBeUndefined();
    expect({ [name]: described['x-roles'] ?? 'everybody' }).toEqual({ [name]: WHO_MAY[name] });
  });

  test('is said of no operation that there is not', () => {
    expect(Object.keys(WHO_MAY).sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
  });

  test('is said of every route that is served, but for the explorer’s', async () => {
    const served = (await routes()).filter((route) => !route.startsWith('HEAD ') && !EXPLORER.test(route));
    expect(served.sort()).toEqual(Object.keys(WHO_MAY).sort());
  });
});

describe.each(BACKENDS)('access on %s', (backend) => {
  let service: Service;
  let world: World;
  let watch: RecordWatch;
  let clients: Record<Role, Client>;

  beforeAll(async () => {
    service = await startService(await newInstallation(backend), { DOCS_ENABLED: 'true' });
    world = await foundWorld(service);
    clients = { root: service.root, admin: world.ours.admin, read_only: world.ours.reader };
    watch = await RecordWatch.over(service);
  });
  afterAll(() => closeService(service));

  /** Every form of a request that can be refused for what it is made of, which must be refused as it is said. */
  async function expectAlwaysRefused(client: Client, operation: Operation, refusal: Refusal): Promise<void> {
    for (const values of [ownValues(world), UNKNOWN_VALUES]) {
      const path = filledPath(operation.path, { code: 'CONSTR_ESCROW', ...values });
      for (const sent of isRead(operation) ? [{}] : [{}, ...BAD_BODIES]) {
        for (const asked of [path, `${path}?unheardOf=%FF`]) {
          expectProblem(await client.send(operation.method, asked, sent), asked, refusal);
        }
      }
    }
  }

  /** The status line and the headers of the answer to a request whose body is announced and never comes. */
  async function headWithoutBody({ method, path }: Operation, apiKey?: string): Promise<string> {
    using wire = await Wire.to(service.url);
    const lines = [
      `${method} ${filledPath(path, ownValues(world))} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 1000000000',
      ...(apiKey === undefined ? [] : [`X-API-Key: ${apiKey}`]),
    ];
    wire.send(`${lines.join('\r\n')}\r\n\r\n{`);
    const hangUp = setTimeout(() => wire[Symbol.dispose](), MAX_WAIT_MS);
    const received = await wire.until('\r\n\r\n');
    clearTimeout(hangUp);
    return received.split('\r\n\r\n', 1)[0] ?? '';
  }

  describe.each(['admin', 'read_only'] as const)('of a key of role %s', (role) => {
    const closed = KEYED.filter((operation) => !forRole(role, operation));

    test.each(closed)('ends before $name, whatever is sent to it, and changes nothing', async (operation) => {
      await expectAlwaysRefused(clients[role], operation, FORBIDDEN);
      expect(await watch.changes()).toEqual([]);
    });

    test.each(closed.filter((operation) => !isRead(operation)))(
      'ends before the body of $name is read',
      async (operation) => {
        const key = role === 'admin' ? world.ours.adminKey : world.ours.readerKey;
        expect(await headWithoutBody(operation, key)).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
      },
    );
  });

  test('of a reader ends before every write that there is', () => {
    const writes = KEYED.filter((operation) => !isRead(operation));
    expect(writes.filter((operation) => forRole('read_only', operation))).toEqual([]);
    expect(writes.length).toBeGreaterThan(10);
  });

  test('of a reader is not given by the idempotency key of a command that an admin sent', async () => {
    const headers = { 'idempotency-key': 'of-an-admin' };
    const { path, json } = position({})(world);
    const sent = { json, headers };
    done(await clients.admin.send('POST', path, sent));
    expect((await clients.admin.send('POST', path, sent)).headers.get('idempotent-replayed')).toBe('true');
    expectProblem(await clients.read_only.send('POST', path, sent), path, FORBIDDEN);
    await watch.changes();
  });

  describe.each(ROLES)('of a key of role %s', (role) => {
    /** Seals are off: there is no checkpoint to verify. */
    const unsealed = 'GET /v1/institutions/{institutionId}/checkpoints/{number}/verification';

    test.each(OPERATIONS.filter((operation) => isRead(operation) && forRole(role, operation)))(
      'reaches $name, and its answer',
      async ({ name, path }) => {
        const code = path.startsWith('/problems') ? 'access.forbidden' : 'CONSTR_ESCROW';
        const answer = await clients[role].get(filledPath(path, { code, ...ownValues(world) }));
        expect(answer.status === 200 ? answer.status : answer.body.code).toBe(
          name === unsealed ? 'checkpoint.unknown' : 200,
        );
      },
    );
  });

  describe.each(['root', 'admin'] as const)('of a key of role %s', (role) => {
    test.each(KEYED.filter((operation) => !isRead(operation) && forRole(role, operation)))(
      'reaches $name, which finds fault with the request itself',
      async ({ method, path }) => {
        const sent = { json: { unheardOf: true } };
        const answer = await clients[role].send(method, filledPath(path, UNKNOWN_VALUES), sent);
        expect([400, 404]).toContain(answer.status);
      },
    );
  });

  describe('without a good key', () => {
    const GOOD_FOR_NOTHING: [what: string, key: (world: World) => Promise<string> | string][] = [
      ['a text that is no key', () => 'garbage'],
      ['a key that nobody was given', () => forgedKey()],
      ['a key without its last letter', ({ ours }) => ours.adminKey.slice(0, -1)],
      [
        'a key that was revoked',
        async ({ service, ours }) => {
          const { id, text } = await issueKey(service, ours.id, 'admin');
          done(await service.root.post(`/v1/institutions/${ours.id}/api-keys/${id}/revoke`));
          return text;
        },
      ],
    ];

    test.each(KEYED)('$name asks for one', async (operation) => {
      const missing = { status: 401, code: 'auth.missing_key' };
      await expectAlwaysRefused(service.client(), operation, missing);
      expect(await watch.changes()).toEqual([]);
    });

    describe.each(GOOD_FOR_NOTHING)('but %s', (_, make) => {
      let key: string;
      beforeAll(async () => {
        key = await make(world);
        await watch.changes();
      });

      test.each(KEYED)('$name is refused', async (operation) => {
        const invalid = { status: 401, code: 'auth.invalid_key' };
        await expectAlwaysRefused(service.client(key), operation, invalid);
        const path = filledPath(operation.path, { code: 'CONSTR_ESCROW', ...ownValues(world) });
        const headers = { authorization: `Bearer ${key}` };
        expectProblem(await service.client().send(operation.method, path, { headers }), path, invalid);
      });

      test('nothing is changed', async () => {
        expect(await watch.changes()).toEqual([]);
      });
    });

    test.each(KEYED.filter((operation) => !isRead(operation)))(
      'the body of $name is not read',
      async (operation) => {
        for (const key of [undefined, forgedKey()]) {
          const head = await headWithoutBody(operation, key);
          expect(head).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
          expect(head).toContain('\r\nwww-authenticate: Bearer realm="escrowgrid"');
        }
      },
    );

    test.each(OPERATIONS.filter(isOpen))('$name answers all the same', async ({ path }) => {
      const values: PathValues = { code: 'access.forbidden' };
      for (const key of [undefined, 'garbage', forgedKey()]) {
        const answer = await service.client(key).get(filledPath(path, values));
        expect(answer.status).toBe(200);
      }
    });
  });
});
