import { beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from '../support/answer.js';
import { OPERATIONS } from '../support/document.js';
import { filledPath, ownValues } from '../support/paths-of.js';
import { WHO_MAY } from '../support/who-may.js';
import { Wire } from '../support/wire.js';
import type { World } from '../support/world.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

/** Other ways to write a path, by which some routers take it for the same, and some guards for another. */
const REWRITINGS: readonly [name: string, rewrite: (path: string) => string][] = [
  ['a slash more before', (path) => `/${path}`],
  ['slashes within', (path) => path.replaceAll('/', '//')],
  ['a slash behind', (path) => `${path}/`],
  ['slashes behind', (path) => `${path}//`],
  ['a dot segment', (path) => path.replace('/v1/', '/v1/./')],
  ['two dots through what is open', (path) => `/health/live/../..${path}`],
  ['two dots written in percent', (path) => `/health/live/%2e%2e/%2e%2e${path}`],
  ['two dots, one of them in percent', (path) => `/openapi.json/.%2e${path}`],
  ['two dots written in percent twice', (path) => `/health/%252e%252e${path}`],
  ['a slash in percent', (path) => path.replace('/v1/', '/v1%2f')],
  ['every slash in percent', (path) => `/${path.slice(1).replaceAll('/', '%2F')}`],
  ['a slash in percent twice', (path) => path.replace('/v1/', '/v1%252f')],
  ['backslashes', (path) => path.replaceAll('/', '\\')],
  ['a backslash in percent', (path) => path.replace('/v1/', '/v1%5c')],
  ['a letter in percent', (path) => path.replace('/v1/', '/%761/')],
  [
    'every letter in percent',
    (path) => path.replaceAll(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  ],
  ['capitals', (path) => path.toUpperCase()],
  ['one capital', (path) => path.replace('/v1/', '/V1/')],
  ['a matrix parameter', (path) => path.replace('/v1/', '/v1;role=root/')],
  ['a matrix parameter behind', (path) => `${path};role=root`],
  ['what looks open behind a semicolon', (path) => `${path};/health/live`],
  ['a dot behind', (path) => `${path}.`],
  ['an ending', (path) => `${path}.json`],
  ['a NUL behind', (path) => `${path}%00`],
  ['a NUL and what is open behind', (path) => `${path}%00/health/live`],
  ['a line break in percent behind', (path) => `${path}%0d%0aX-Injected:%20yes`],
  ['a blank in percent behind', (path) => `${path}%20`],
  ['a tab in percent behind', (path) => `${path}%09`],
  ['a fragment', (path) => `${path}#/health/live`],
  ['a question mark in percent', (path) => `${path}%3frole=root`],
  ['a number sign in percent', (path) => `${path}%23`],
  ['bytes that are no UTF-8', (path) => `${path}%ff`],
  ['an overlong dot', (path) => `/health/%c0%ae%c0%ae${path}`],
  ['an overlong slash', (path) => path.replace('/v1/', '/v1%c0%af')],
  ['a slash of full width', (path) => path.replace('/v1/', '/v1%ef%bc%8f')],
  ['a whole URL', (path) => `http://localhost${path}`],
  ['a whole URL with somebody in it', (path) => `http://root:root@localhost${path}`],
  ['a whole URL with what is open for a host', (path) => `http://health${path}`],
  ['a whole URL in another scheme', (path) => `file://${path}`],
  ['a URL without a scheme', (path) => `//health/live${path}`],
  ['no version', (path) => path.replace('/v1', '')],
  ['another version', (path) => path.replace('/v1', '/v2')],
  ['the version twice', (path) => path.replace('/v1', '/v1/v1')],
  ['a wildcard', (path) => path.replace(/[^/]+$/, '*')],
  ['a parameter’s own name', (path) => path.replace(/[^/]+$/, ':id')],
];

/** Methods that no operation has, or not in this way of writing. */
const METHODS = [
  'get',
  'Get',
  'post',
  'TRACE',
  'TRACK',
  'OPTIONS',
  'PROPFIND',
  'COPY',
  'MOVE',
  'LOCK',
  'DEBUG',
  'PURGE',
  'QUERY',
  'FOO',
];

const ANY_BODY = JSON.stringify({
  name: 'Mine',
  label: 'Mine',
  role: 'admin',
  regions: ['US'],
  toState: 'FUNDED',
});

function theirValues({ theirs }: World): Record<string, string> {
  return {
    institutionId: theirs.id,
    keyId: theirs.adminKeyId,
    templateId: theirs.templateId,
    assetId: theirs.assetId,
    positionId: theirs.positionId,
    region: 'US',
    number: '1',
    code: 'CONSTR_ESCROW',
  };
}

describe.each(BACKENDS)('other ways to write a request, on %s,', (backend) => {
  const setting = groundOn(backend);
  let changes: () => Promise<unknown>;
  beforeAll(async () => {
    changes = await setting.ground.watch();
  });
  const keyed = OPERATIONS.filter(({ name }) => WHO_MAY[name] !== 'everybody');

  const ask = async (method: string, target: string, key?: string): Promise<Answer> =>
    setting.ground.raw(
      [`${method} ${target} HTTP/1.1`, ...(key === undefined ? [] : [`X-API-Key: ${key}`])],
      method === 'GET' || method === 'HEAD' ? '' : ANY_BODY,
    );

  describe.each(REWRITINGS)('with %s', (_, rewrite) => {
    test('open nothing to who has no key, to a reader, or to the admin of another', async () => {
      const { world } = setting.ground;
      for (const { method, path, name } of keyed) {
        const own = rewrite(filledPath(path, { code: 'CONSTR_ESCROW', ...ownValues(world) }));
        const foreign = rewrite(filledPath(path, theirValues(world)));
        const answers = [
          await ask(method, own),
          ...(method === 'GET' ? [] : [await ask(method, own, world.ours.readerKey)]),
          ...(foreign === own || /template-types/.test(path)
            ? []
            : [await ask(method, foreign, world.ours.adminKey)]),
        ];
        for (const { status } of answers) {
          // Who asks for none of another's things by name may be shown one's own.
          const isOwnList = !path.includes('{') && status === 200;
          if (!isOwnList)
            expect([name, own, [400, 401, 403, 404, 405].includes(status), status]).toEqual([
              name,
              own,
              true,
              status,
            ]);
        }
        expect([400, 401, 404, 405]).toContain(answers[0]?.status);
      }
    });
  });

  test.each(METHODS)('with the method %s are refused', async (method) => {
    const { world } = setting.ground;
    for (const { path } of keyed) {
      const target = filledPath(path, { code: 'CONSTR_ESCROW', ...ownValues(world) });
      for (const key of [
        undefined,
        world.ours.readerKey,
        world.ours.adminKey,
        setting.ground.installation.rootKey,
      ]) {
        const { status } = await ask(method, target, key);
        expect([400, 401, 404, 405]).toContain(status);
      }
    }
  });

  test('with HEAD show nothing to who may not GET', async () => {
    const { world } = setting.ground;
    for (const { path, method } of keyed) {
      const own = filledPath(path, { code: 'CONSTR_ESCROW', ...ownValues(world) });
      expect(method === 'GET' ? [401] : [401, 405]).toContain((await ask('HEAD', own)).status);
      const { status, text } = await ask('HEAD', filledPath(path, theirValues(world)), world.ours.adminKey);
      expect(text).toBe('');
      if (path.includes('{') && !path.includes('template-types'))
        expect([400, 403, 404, 405]).toContain(status);
    }
  });

  test('with a body that hides another request have one answer', async () => {
    const { world, process } = setting.ground;
    const hidden = `POST /v1/institutions HTTP/1.1\r\nHost: a\r\nX-API-Key: ${setting.ground.installation.rootKey}\r\nContent-Type: application/json\r\nContent-Length: ${ANY_BODY.length}\r\n\r\n${ANY_BODY}`;
    for (const lines of [
      [`Content-Length: ${hidden.length}`, 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity', `Content-Length: ${hidden.length}`],
      ['Transfer-Encoding : chunked', `Content-Length: ${hidden.length}`],
      ['Transfer-Encoding: xchunked', `Content-Length: ${hidden.length}`],
      [`Content-Length: ${hidden.length}`, 'Content-Length: 0'],
      ['Content-Length: +0', `Content-Length: ${hidden.length}`],
    ]) {
      using wire = await Wire.to(process.url);
      const head = ['POST /v1/positions HTTP/1.1', 'Host: a', `X-API-Key: ${world.ours.readerKey}`, ...lines];
      wire.send(`${head.join('\r\n')}\r\n\r\n${hidden}`);
      const received = await wire.untilClosed();
      expect(received.match(/^HTTP\/1\.1 (?:400|403) /gm)).toHaveLength(1);
      expect(received.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    }
    expect((await process.client(world.ours.adminKey).get('/v1/positions')).status).toBe(200);
  });

  test('have changed nothing, all of them together', async () => {
    expect(await changes()).toEqual(NOTHING);
  });

  testWhatWasTold(setting);
});
