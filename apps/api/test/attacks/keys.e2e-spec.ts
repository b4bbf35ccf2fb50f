import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BACKENDS, withClient } from '#testing';
import type { Answer } from '../support/answer.js';
import { forgedKey } from '../support/forged-key.js';
import { expectProblem } from '../support/problems.js';
import { done, issueKey } from '../support/tenant.js';
import { groundOn, NOTHING, testWhatWasTold, type Ground } from './ground.js';

const LIST = '/v1/positions';
const INVALID = { status: 401, code: 'auth.invalid_key' };
const MISSING = { status: 401, code: 'auth.missing_key' };

/** A key text of parts, with a checksum that is right. */
function composed(suffix: string, secret: string): string {
  const text = `egk_${suffix}_${secret}`;
  return `${text}_${crc32(text).toString(16).padStart(8, '0')}`;
}

const suffixOf = (key: string): string => key.split('_')[1] ?? '';
const secretOf = (key: string): string => key.split('_')[2] ?? '';
const otherDigit = (digit: string): string => (digit === '0' ? '1' : '0');

/** Keys that somebody could make of what is known: one's own key, another's id and prefix, how keys look. */
const FORGERIES: readonly [name: string, forge: (own: string, theirs: string, ground: Ground) => string][] = [
  ['a key that nobody was given', () => forgedKey()],
  [
    'another’s id with an invented secret',
    (_, theirs) => composed(suffixOf(theirs), randomBytes(32).toString('hex')),
  ],
  ['another’s id with one’s own secret', (own, theirs) => composed(suffixOf(theirs), secretOf(own))],
  ['one’s own id with another secret', (own, theirs) => composed(suffixOf(own), secretOf(theirs))],
  [
    'another’s key with one digit changed',
    (_, theirs) => composed(suffixOf(theirs), secretOf(theirs).replace(/.$/, otherDigit)),
  ],
  ['another’s key with a wrong checksum', (_, theirs) => theirs.replace(/.$/, otherDigit)],
  ['a secret of zeros', (_, theirs) => composed(suffixOf(theirs), '0'.repeat(64))],
  ['a prefix, as lists show it', (_, theirs) => `egk_${suffixOf(theirs)}`],
  ['a key without its checksum', (_, theirs) => theirs.slice(0, -9)],
  ['a key without its last letter', (_, theirs) => theirs.slice(0, -1)],
  ['a key without its first letter', (_, theirs) => theirs.slice(1)],
  [
    'half a secret, with a right checksum',
    (_, theirs) => composed(suffixOf(theirs), secretOf(theirs).slice(0, 32)),
  ],
  ['a key with a letter more', (_, theirs) => `${theirs}0`],
  ['a secret with zeros before it', (_, theirs) => composed(suffixOf(theirs), `00${secretOf(theirs)}`)],
  ['a key twice', (_, theirs) => theirs + theirs],
  ['a key in quotes', (_, theirs) => `"${theirs}"`],
  ['two keys with a comma', (own, theirs) => `${own},${theirs}`],
  ['one’s own key twice with a comma', (own) => `${own}, ${own}`],
  ['a key with its scheme', (own) => `Bearer ${own}`],
  ['a key in capitals', (_, theirs) => theirs.toUpperCase()],
  [
    'a secret in capitals, with a right checksum',
    (_, theirs) => composed(suffixOf(theirs), secretOf(theirs).toUpperCase()),
  ],
  [
    'an id in capitals, with a right checksum',
    (_, theirs) => composed(suffixOf(theirs).toUpperCase(), secretOf(theirs)),
  ],
  [
    'a checksum in capitals',
    (_, theirs) => theirs.slice(0, -8) + theirs.slice(-8).toUpperCase().replace(/^\d+$/, 'F'),
  ],
  // Sent as the bytes of UTF-8, in Latin-1.
  ['letters of another alphabet that look alike', (_, theirs) => latin1(theirs.replace('e', 'е'))],
  ['digits of full width', (_, theirs) => latin1(theirs.replace(/[0-9]$/, '０').replace(/[a-f]$/, 'ａ'))],
  ['a key with a soft hyphen', (_, theirs) => latin1(theirs.replace('_', '_\u00ad'))],
  ['a key with a blank in it', (_, theirs) => theirs.replace('_', '_ ')],
  ['a key with percent signs', (_, theirs) => encodeURIComponent(theirs).replaceAll('_', '%5F')],
  ['an id', (_, _theirs, { world }) => world.theirs.adminKeyId],
  ['a root key without its end', (_, _theirs, { installation }) => installation.rootKey.slice(0, -1)],
  ['a root key with an end of its own', (_, _theirs, { installation }) => `${installation.rootKey}0`],
  [
    'both root keys, as they are configured',
    (_, _theirs, { installation }) => installation.environment['ROOT_API_KEY'] ?? '',
  ],
  ['a root key in capitals', (_, _theirs, { installation }) => installation.rootKey.toUpperCase()],
  [
    'a token without a signature',
    () => `${btoa('{"alg":"none"}')}.${btoa('{"role":"root"}')}.`.replaceAll('=', ''),
  ],
  ['a name', () => 'root'],
  ['the text of nothing', () => 'undefined'],
  ['what is always true', () => `' OR '1'='1`],
  ['a text of 8,000 letters', () => 'e'.repeat(8_000)],
];

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

describe.each(BACKENDS)('keys that are none, on %s,', (backend) => {
  const setting = groundOn(backend);

  /** Asks for one’s positions with some lines of headers. */
  const ask = async (...lines: string[]): Promise<Answer> =>
    setting.ground.raw([`GET ${LIST} HTTP/1.1`, ...lines]);
  const shapeOf = ({ headers, body }: Answer): unknown => [[...headers.keys()], { ...body, requestId: '' }];

  test.each(FORGERIES)('are refused: %s', async (_, forge) => {
    const { ours, theirs } = setting.ground.world;
    const key = forge(ours.adminKey, theirs.adminKey, setting.ground);
    const usual = await ask('X-API-Key: garbage');
    for (const line of [`X-API-Key: ${key}`, `Authorization: Bearer ${key}`]) {
      const answer = await ask(line);
      expectProblem(answer, LIST, INVALID);
      expect(shapeOf(answer)).toEqual(shapeOf(usual));
    }
  });

  test('are refused when two are sent, one of them good', async () => {
    const { ours, theirs } = setting.ground.world;
    const [own, foreign, root] = [ours.adminKey, theirs.adminKey, setting.ground.installation.rootKey];
    for (const lines of [
      [`X-API-Key: ${own}`, `X-API-Key: ${foreign}`],
      [`X-API-Key: ${own}`, 'X-API-Key: garbage'],
      [`X-API-Key: garbage`, `X-API-Key: ${own}`],
      [`X-API-Key: ${own}`, `x-api-key: ${root}`],
      [`X-API-Key: ${ours.readerKey}`, `Authorization: Bearer ${own}`],
      [`X-API-Key: ${own}`, `Authorization: Bearer ${foreign}`],
    ]) {
      expectProblem(await ask(...lines), LIST, INVALID);
    }
    // Node would go by the first, and whoever stands before the service by the last.
    const twice = await ask(`Authorization: Bearer ${own}`, `Authorization: Bearer ${foreign}`);
    expectProblem(twice, LIST, { status: 400, code: 'request.malformed' });
  });

  test.each(['apiKey', 'api_key', 'X-API-Key', 'key', 'access_token', 'token', 'Authorization'])(
    'are missing where a good one is a query parameter or a cookie: %s',
    async (name) => {
      const { process, world } = setting.ground;
      const [key, anonymous] = [world.ours.adminKey, process.client()];
      const inQuery = `${LIST}?${name}=${key}`;
      expectProblem(await anonymous.get(inQuery), inQuery, MISSING);
      expectProblem(await anonymous.get(LIST, { cookie: `${name}=${key}` }), LIST, MISSING);
      expectProblem(await anonymous.get(LIST, { [`x-my-${name}`]: key }), LIST, MISSING);
    },
  );

  test.each(['Basic', 'Token', 'ApiKey', 'Digest', 'Negotiate', ''])(
    'are missing where a good one comes with the scheme “%s”',
    async (scheme) => {
      const { adminKey } = setting.ground.world.ours;
      for (const text of [adminKey, btoa(`${adminKey}:`), btoa(`:${adminKey}`)]) {
        expectProblem(await ask(`Authorization: ${scheme} ${text}`), LIST, MISSING);
      }
    },
  );

  test('are refused where a key was revoked, has expired or was rotated, from the first request on', async () => {
    const { world } = setting.ground;
    const { service, ours } = world;
    const keys = `/v1/institutions/${ours.id}/api-keys`;
    const [revoked, rotated] = [
      await issueKey(service, ours.id, 'admin'),
      await issueKey(service, ours.id, 'admin'),
    ];
    // So long that a slow machine uses it before.
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const expiring = done(
      await service.root.post(keys, { label: 'Of three seconds', role: 'admin', expiresAt }),
    ).apiKey;
    for (const key of [expiring, revoked.text, rotated.text])
      expect((await service.client(key).get(LIST)).status).toBe(200);
    done(await service.root.post(`${keys}/${revoked.id}/revoke`));
    const successor = done(await service.root.post(`${keys}/${rotated.id}/rotate`)).apiKey;
    for (const key of [revoked.text, rotated.text])
      expectProblem(await service.client(key).get(LIST), LIST, INVALID);
    expect((await service.client(successor).get(LIST)).status).toBe(200);
    await pause(Date.parse(expiresAt) - Date.now() + 5);
    expectProblem(await service.client(expiring).get(LIST), LIST, INVALID);
    // What has ended cannot be brought back by its holder.
    for (const key of [revoked.text, rotated.text, expiring]) {
      for (const step of ['rotate', 'revoke']) {
        const path = `${keys}/ak_${suffixOf(key)}/${step}`;
        expectProblem(await service.client(key).post(path), path, INVALID);
      }
    }
  });

  test('change nothing, whatever is sent with them, and a good key goes on', async () => {
    const { world, process } = setting.ground;
    const changes = await setting.ground.watch();
    for (const [, forge] of FORGERIES) {
      const key = forge(world.ours.adminKey, world.theirs.adminKey, setting.ground);
      const answer = await setting.ground.raw(
        ['POST /v1/institutions HTTP/1.1', `X-API-Key: ${key}`],
        JSON.stringify({ name: 'Of Forgers', regions: ['US'] }),
      );
      expect(answer.status).toBe(401);
    }
    expect(await changes()).toEqual(NOTHING);
    expect((await process.client(world.ours.adminKey).get(LIST)).status).toBe(200);
  });

  if (backend === 'postgres') {
    test('are not made of what the database holds of good ones', async () => {
      const { installation } = setting.ground;
      const stored = await withClient(installation.database?.ownerUrl ?? '', async (client) =>
        client.query<{ id: string; key_hash: string }>('SELECT id, key_hash FROM api_keys'),
      );
      for (const { id, key_hash: hash } of stored.rows) {
        const suffix = id.slice('ak_'.length);
        for (const key of [
          hash,
          composed(suffix, hash),
          createHmac('sha256', hash).update(id).digest('hex'),
        ]) {
          expectProblem(await ask(`X-API-Key: ${key}`), LIST, INVALID);
        }
      }
      expect(stored.rows.length).toBeGreaterThan(4);
    });

    test('have no statement run where form or checksum is wrong, nor where root’s is', async () => {
      const { installation, world, process } = setting.ground;
      await withClient(installation.database?.ownerUrl ?? '', async (client) => {
        // Whoever asks any table for anything waits until the end of this, and is answered 503 before.
        await client.query('BEGIN');
        const tables = await client.query<{ name: string }>(
          `SELECT string_agg(quote_ident(tablename), ', ') AS name FROM pg_tables WHERE schemaname = 'public'`,
        );
        await client.query(`LOCK TABLE ${tables.rows[0]?.name} IN ACCESS EXCLUSIVE MODE`);
        for (const key of [
          // Of nobody, so that it is no kept key that answers for the store.
          forgedKey().replace(/.$/, otherDigit),
          world.theirs.adminKey.replace(/.$/, otherDigit),
          world.theirs.adminKey.slice(0, -1),
          world.theirs.adminKey.toUpperCase(),
          'garbage',
          `${installation.rootKey}0`,
        ]) {
          expectProblem(await process.client(key).get(LIST), LIST, INVALID);
        }
        expect((await process.client(forgedKey()).get(LIST)).status).toBe(503);
        await client.query('ROLLBACK');
      });
      expect((await world.ours.admin.get(LIST)).status).toBe(200);
    });
  }

  testWhatWasTold(setting);
});
