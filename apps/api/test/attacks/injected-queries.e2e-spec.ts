import { beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer, Json } from '../support/answer.js';
import { OPERATIONS, resolved, type Operation } from '../support/document.js';
import { filledPath, ownValues } from '../support/paths-of.js';
import { WHO_MAY } from '../support/who-may.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';
import { INJECTIONS, MARK, UNTAKEABLE, VERY_LONG, WILDCARDS } from './payloads.js';

const KEYED = OPERATIONS.filter(({ name }) => WHO_MAY[name] !== 'everybody');
const TEXTS = [...INJECTIONS, ...WILDCARDS, ...UNTAKEABLE, VERY_LONG];

/** The parameters of one kind that an operation takes, as the document has them. */
function parametersIn(where: 'query' | 'path' | 'header', { described }: Operation): Json[] {
  const parameters: Json[] = (described.parameters ?? []).map(resolved);
  return parameters.filter((parameter) => parameter.in === where);
}

const QUERIED = KEYED.filter((operation) => parametersIn('query', operation).length > 0);
const WITH_PATHS = KEYED.filter((operation) => parametersIn('path', operation).length > 0);

/** Values of cursors that somebody could make up who has seen how they are made. */
const CURSORS = TEXTS.flatMap((text) => [
  ['2026-01-01T00:00:00.000Z', text],
  [text, 'pos_01jd8x3fqje3wve2q1q9n8h2kz'],
  [text],
  { 0: '2026-01-01T00:00:00.000Z', 1: text, length: 2 },
  [{ $gt: text }, { $gt: '' }],
]).map((cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url'));

const sizeOf = ({ body }: Answer): number => (Array.isArray(body?.data) ? body.data.length : 0);

describe.each(BACKENDS)('injected into what requests ask for, on %s,', (backend) => {
  const setting = groundOn(backend, { RATE_LIMIT_REQUESTS_PER_KEY: '0', AUDIT_REFUSALS_PER_MINUTE: '100' });
  let changes: () => Promise<unknown>;
  beforeAll(async () => {
    changes = await setting.ground.watch();
  });

  const pathOf = ({ path }: Operation): string =>
    filledPath(path, { code: 'CONSTR_ESCROW', ...ownValues(setting.ground.world) });

  /** Sends a query; expects that it finds no more than a harmless one, of a value that nothing has. */
  async function expectNoWider(operation: Operation, query: string, harmless: Answer): Promise<void> {
    const { ours } = setting.ground.world;
    const asked = `${pathOf(operation)}?${query}`;
    const answer = await ours.admin.send(operation.method, asked);
    const { status } = answer;
    expect([asked, [400, 404, 431, harmless.status].includes(status), status]).toEqual([asked, true, status]);
    expect([asked, sizeOf(answer) <= sizeOf(harmless)]).toEqual([asked, true]);
    if (status === 200 && harmless.status === 200) expect(answer.body.data).toEqual(harmless.body.data);
  }

  describe.each(QUERIED)('of $name', (operation) => {
    const parameters = parametersIn('query', operation);

    test.each(parameters)(
      'the parameter $name finds no more than a value that nothing has',
      async ({ name, style }) => {
        const { ours } = setting.ground.world;
        const field = style === 'deepObject' ? `${name}[lot]` : name;
        const harmless = await ours.admin.send(operation.method, `${pathOf(operation)}?${field}=${MARK}`);
        if (harmless.status === 200) expect(sizeOf(harmless)).toBe(0);
        const values =
          name === 'cursor' ? [...TEXTS.map(encodeURIComponent), ...CURSORS] : TEXTS.map(encodeURIComponent);
        for (const value of values) await expectNoWider(operation, `${field}=${value}`, harmless);
        // Several values, and names that some readers of queries make objects and lists of.
        for (const query of [
          `${field}=${MARK}&${field}='%20OR%20'1'='1`,
          `${name}[]=${MARK}`,
          `${name}[0]=${MARK}`,
          `${name}[$gt]=`,
          `${name}[$ne]=${MARK}`,
          `${name}[$regex]=.*`,
          `${name}[lot][$gt]=`,
          `${name}[__proto__]=x`,
          `${name}[__proto__][role]=root`,
          `${name}[constructor][prototype][role]=root`,
          `${name}.role=root`,
          `${name}%00=${MARK}`,
          `${name}%5B%24gt%5D=`,
          `${name}=`,
          `${name}`,
          `${name}=${MARK}&`.repeat(200),
          `${name}=%00`,
          `${name}=${MARK}%ed%a0%80`,
          `${name}=%27%20%6f%72%20%27%31%27%3d%27%31`,
          `${name}=%2527%2520or%25201=1`,
        ]) {
          const answer = await ours.admin.send(operation.method, `${pathOf(operation)}?${query}`);
          expect([query, [200, 400, 404].includes(answer.status), answer.status]).toEqual([
            query,
            true,
            answer.status,
          ]);
          expect([query, sizeOf(answer)]).toEqual([query, 0]);
        }
      },
    );

    test('names of parameters are known, or refused', async () => {
      const { ours } = setting.ground.world;
      for (const name of [
        ...TEXTS,
        '__proto__',
        'constructor',
        'toString',
        '$where',
        'limit;',
        "limit'--",
        '[limit]',
        '{}',
      ]) {
        const answer = await ours.admin.send(
          operation.method,
          `${pathOf(operation)}?${encodeURIComponent(name)}=1`,
        );
        expect([name, answer.status]).toEqual([name, name === VERY_LONG ? expect.any(Number) : 400]);
        expect(sizeOf(answer)).toBe(0);
      }
    });

    const deep = parameters.filter(({ style }) => style === 'deepObject');
    if (deep.length > 0) {
      test.each(deep)('names within $name find no more than one that nothing has', async ({ name }) => {
        const { ours } = setting.ground.world;
        const harmless = await ours.admin.get(`${pathOf(operation)}?${name}[${MARK}]=x`);
        expect([harmless.status, sizeOf(harmless)]).toEqual([200, 0]);
        for (const text of [...TEXTS, '__proto__', 'constructor', 'hasOwnProperty', '$gt', '']) {
          await expectNoWider(operation, `${name}[${encodeURIComponent(text)}]=x`, harmless);
          await expectNoWider(
            operation,
            `${name}[currency]=${MARK}&${name}[${encodeURIComponent(text)}]=`,
            harmless,
          );
        }
      });
    }
  });

  describe.each(WITH_PATHS)('of $name', (operation) => {
    test.each(parametersIn('path', operation))('the parameter {$name} names nothing', async ({ name }) => {
      const { service, ours } = setting.ground.world;
      for (const text of [
        ...TEXTS,
        '*',
        '%',
        '_',
        '[object Object]',
        '1 OR 1=1',
        '-1',
        '0',
        '1e9',
        '٣',
        'null',
      ]) {
        const values = {
          code: 'CONSTR_ESCROW',
          ...ownValues(setting.ground.world),
          [name]: encodeURIComponent(text),
        };
        const asked = filledPath(operation.path, values);
        for (const client of [service.root, ours.admin]) {
          const json = operation.described.requestBody === undefined ? undefined : {};
          const { status } = await client.send(operation.method, asked, { json });
          expect([asked, [400, 403, 404, 431].includes(status), status]).toEqual([asked, true, status]);
        }
      }
    });
  });

  test('headers that every operation takes change nothing of what it answers', async () => {
    const { ours } = setting.ground.world;
    // What is a good request id is one's own to send, and is given back.
    const taken = TEXTS.filter((text) => /^[\x20-\x7e]*$/.test(text) && /[^\w.-]/.test(text));
    for (const text of taken) {
      for (const name of [
        'X-Request-Id',
        'If-Match',
        'If-None-Match',
        'Idempotency-Key',
        'Accept',
        'Accept-Language',
        'Origin',
        'Range',
      ]) {
        const answer = await setting.ground.raw([
          `GET /v1/assets/${ours.assetId} HTTP/1.1`,
          `X-API-Key: ${ours.adminKey}`,
          `${name}: ${text}`,
        ]);
        expect([200, 304, 400, 412, 431]).toContain(answer.status);
        if (answer.status === 200) expect(answer.body.id).toBe(ours.assetId);
        expect(JSON.stringify([...answer.headers])).not.toContain(MARK);
        const refused = await setting.ground.raw(
          ['POST /v1/positions HTTP/1.1', `X-API-Key: ${ours.adminKey}`, `${name}: ${text}`],
          '{}',
        );
        expect([400, 412, 431]).toContain(refused.status);
      }
    }
  });

  test('have changed nothing, all of them together', async () => {
    expect(await changes()).toEqual(NOTHING);
  });

  testWhatWasTold(setting);
});
