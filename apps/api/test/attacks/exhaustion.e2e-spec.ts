import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import type { Answer } from '../support/answer.js';
import { forgedKey } from '../support/forged-key.js';
import { position } from '../support/requests.js';
import { done, move, openPosition } from '../support/tenant.js';
import { Wire } from '../support/wire.js';
import { groundOn, NOTHING, testWhatWasTold } from './ground.js';

const MIB = 1024 ** 2;
const POSITIONS = '/v1/positions';

/** Bodies of a million characters, and what a parser might do with each. */
const HUGE: readonly (readonly [name: string, text: string])[] = [
  ['one text of a MiB', `{"x":"${'x'.repeat(MIB - 8)}"}`],
  ['brackets in brackets', '['.repeat(MIB / 2) + ']'.repeat(MIB / 2)],
  ['brackets that never close', '['.repeat(MIB)],
  ['objects in objects', `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`],
  ['a list of half a million zeros', `[${'0,'.repeat(MIB / 2 - 2)}0]`],
  ['many members', `{${Array.from({ length: 80_000 }, (_none, index) => `"m${index}":0`).join()}}`],
  ['one member many times', `{${'"amount":"1",'.repeat(80_000)}"amount":"1"}`],
  ['a number of a million digits', `{"amount":${'9'.repeat(MIB - 20)}}`],
  ['an exponent of a million digits', `{"amount":1e${'9'.repeat(MIB - 20)}}`],
  ['escapes', `{"x":"${'\\u0041'.repeat(170_000)}"}`],
  ['backslashes', `{"x":"${'\\\\'.repeat(MIB / 2 - 10)}"}`],
  ['blanks', ' '.repeat(MIB)],
];

describe.each(BACKENDS)('a single tenant that would wear the service out, on %s,', (backend) => {
  // As an operator would have it, but for what one test sends from one address in less than a minute.
  const setting = groundOn(backend, { RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '60' });

  /** Does something while another tenant goes on working, who is answered all the while. */
  async function whileOthersWork<Result>(work: () => Promise<Result>): Promise<Result> {
    const { theirs } = setting.ground.world;
    let isOver = false;
    const others = (async () => {
      let answered = 0;
      do {
        const id = await openPosition(theirs.admin, theirs.assetId, '1.00');
        expect((await theirs.reader.get(`${POSITIONS}/${id}`)).status).toBe(200);
        answered += 1;
      } while (!isOver);
      return answered;
    })();
    try {
      return await work();
    } finally {
      isOver = true;
      expect(await others).toBeGreaterThan(0);
    }
  }

  const statusesOf = (answers: readonly Answer[]): number[] => [
    ...new Set(answers.map(({ status }) => status)),
  ];
  const times = async (count: number, work: () => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: count }, work));

  test.each(HUGE)('is refused bodies of %s, many at once', async (_, raw) => {
    const { ours } = setting.ground.world;
    const changes = await setting.ground.watch();
    const answers = await times(8, async () => ours.admin.send('POST', POSITIONS, { raw }));
    expect(statusesOf(answers)).toEqual([400]);
    for (const { text } of answers) expect(text.length).toBeLessThan(100_000);
    expect(await changes()).toEqual(NOTHING);
  });

  test('is refused a body of a byte more than a MiB, announced or not, and what it would unpack', async () => {
    const { ours } = setting.ground.world;
    const raw = `{"x":"${'x'.repeat(MIB - 7)}"}`;
    expect((await ours.admin.send('POST', POSITIONS, { raw })).status).toBe(413);
    const packed = new Uint8Array(gzipSync(Buffer.alloc(50 * MIB, '[')));
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      const answer = await ours.admin.send('POST', POSITIONS, {
        raw: packed,
        headers: { 'content-encoding': coding },
      });
      expect([400, 415]).toContain(answer.status);
    }
    using wire = await Wire.to(setting.ground.process.url);
    wire.send(
      `POST ${POSITIONS} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${ours.adminKey}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${`10000\r\n${' '.repeat(0x10000)}\r\n`.repeat(20)}`,
    );
    expect(await wire.untilClosed()).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('is refused more parts than a request may have', async () => {
    const { world } = setting.ground;
    const { ours } = world;
    const changes = await setting.ground.watch();
    const { json } = position({})(world);
    const members = Object.fromEntries(Array.from({ length: 10_000 }, (_none, index) => [`m${index}`, 'x']));
    const nested = JSON.parse('{"a":'.repeat(1_000) + '1' + '}'.repeat(1_000));
    const asset = { templateId: ours.templateId, label: 'Pier' };
    const parameters = Array.from({ length: 700 }, (_none, index) => `metadata[m${index}]=x`).join('&');
    const states = 'state=FUNDED&'.repeat(600);
    const answers = [
      await ours.admin.post(`${POSITIONS}/batch`, { items: Array<unknown>(3_000).fill(json) }),
      await ours.admin.post(`${POSITIONS}/batch`, { items: Array<unknown>(10_000).fill(null) }),
      await ours.admin.post(`${POSITIONS}/batch`, { items: Array<unknown>(10_000).fill({}) }),
      await ours.admin.post('/v1/assets', { ...asset, metadata: members }),
      await ours.admin.post('/v1/assets', { ...asset, metadata: nested }),
      await ours.admin.post('/v1/assets', { ...asset, ...members }),
      await ours.admin.put(`/v1/institutions/${ours.id}/policies/US`, {
        position: { allowedCurrencies: Array<string>(10_000).fill('USD') },
      }),
      await ours.admin.get(`/v1/assets?${parameters}`),
      await ours.admin.get(`${POSITIONS}?${states}`),
      await ours.admin.get(`${POSITIONS}?limit=201`),
      await ours.admin.get(`${POSITIONS}?limit=999999999`),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    for (const { text } of answers) expect(text.length).toBeLessThan(MIB);
    expect((await ours.admin.get(`${POSITIONS}?holderReference=${'x'.repeat(20_000)}`)).status).toBe(431);
    const headers = Array.from({ length: 3_000 }, (_none, index) => `X-H${index}: x`);
    expect((await setting.ground.raw([`GET ${POSITIONS} HTTP/1.1`, ...headers])).status).toBe(431);
    expect(await changes()).toEqual(NOTHING);
  });

  test('keeps nobody from being answered by bodies and heads that come a byte at a time', async () => {
    const { ours } = setting.ground.world;
    const head = `POST ${POSITIONS} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${ours.adminKey}\r\nContent-Type: application/json\r\n`;
    const wires = await Promise.all(
      Array.from({ length: 150 }, async () => Wire.to(setting.ground.process.url)),
    );
    for (const [index, wire] of wires.entries()) {
      if (index % 3 === 0) wire.send('GET / HT');
      else if (index % 3 === 1) wire.send(`${head}Content-Length: 1000000\r\n\r\n{`);
      else wire.send(`${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`);
    }
    await whileOthersWork(async () => {
      for (let round = 0; round < 20; round += 1) {
        for (const [index, wire] of wires.entries()) wire.send(index % 3 === 2 ? '1\r\n \r\n' : ' ');
        expect((await ours.admin.get(POSITIONS)).status).toBe(200);
      }
    });
    for (const wire of wires) wire[Symbol.dispose]();
    expect((await ours.admin.get(POSITIONS)).status).toBe(200);
  });

  test('is answered a hundred verifications at once, and so are others meanwhile', async () => {
    const { ours } = setting.ground.world;
    const id = await openPosition(ours.admin, ours.assetId, '1000.00');
    done(await move(ours.admin, id, 'FUNDED'));
    for (let step = 0; step < 20; step += 1) done(await move(ours.admin, id, 'PARTIALLY_RELEASED', '1.00'));
    const path = `${POSITIONS}/${id}/ledger/verification`;
    const answers = await whileOthersWork(async () => times(100, async () => ours.reader.get(path)));
    expect(statusesOf(answers)).toEqual([200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ verified: true, length: 22 });
  });

  test('is answered the dearest lists at once, and so are others meanwhile', async () => {
    const { ours } = setting.ground.world;
    const paths = [
      `${POSITIONS}?include=total&limit=200&minAmount=0.00000001&currency=USD&holderReference=nobody`,
      '/v1/ledger-events?include=total&limit=200&order=desc',
      '/v1/audit-events?include=total&limit=200&outcome=REFUSED',
      '/v1/balances',
      '/v1/assets?include=total&metadata[a]=1&metadata[b]=2&metadata[c]=3',
    ];
    const answers = await whileOthersWork(async () =>
      Promise.all(paths.flatMap((path) => Array.from({ length: 40 }, async () => ours.admin.get(path)))),
    );
    expect(statusesOf(answers)).toEqual([200]);
  });

  test('floods it with forged keys in vain: they are cut off, and good keys of the same address go on', async () => {
    const { service } = setting.ground.world;
    const changes = await setting.ground.watch();
    const flood = async (): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (let round = 0; round < 20; round += 1) {
        answers.push(...(await times(50, async () => service.client(forgedKey()).get(POSITIONS))));
        expect((await service.root.get('/v1/institutions?limit=1')).status).toBe(200);
        expect((await setting.ground.world.ours.reader.get(`${POSITIONS}?limit=1`)).status).toBe(200);
      }
      return answers;
    };
    const answers = await flood();
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    expect(count(401) + count(429)).toBe(1_000);
    // The window may end in the midst of it, and another begin.
    expect(count(401)).toBeLessThanOrEqual(120);
    expect(await changes()).toEqual(NOTHING);
    // What is on record of them is bounded, and the trail can be read.
    const refused = '/v1/audit-events?outcome=REFUSED&action=AUTH_FAILED&include=total&limit=1';
    expect(done(await service.root.get(refused)).page.total).toBeLessThanOrEqual(700);
  });

  test('is refused what is too much for its key alone, and counted for no other', async () => {
    const { ours, theirs } = setting.ground.world;
    const left = (answer: Answer): number =>
      Number(/;r=(\d+);/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    const before = left(await theirs.reader.get(`${POSITIONS}?limit=1`));
    await times(50, async () => ours.reader.get(`${POSITIONS}?limit=1`));
    expect(left(await theirs.reader.get(`${POSITIONS}?limit=1`))).toBeGreaterThanOrEqual(before - 1);
  });

  testWhatWasTold(setting);
});
