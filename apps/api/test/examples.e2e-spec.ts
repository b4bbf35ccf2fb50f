import { readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { BACKENDS, FixedClock, type Backend } from '#testing';
import { describe, expect, test } from '@jest/globals';
import type { Json } from './support/client.js';
import { ExamplePage, readRequest, writeAnswer } from './support/example-page.js';
import { expectUnbrokenChain } from './support/ledger.js';
import { closeService, openService } from './support/service.js';
import { ShownValues } from './support/shown-values.js';

const PAGE = 'docs/EXAMPLES.md';
const readPage = (): string => readFileSync(PAGE, 'utf8');
/**
 * `EXAMPLES_WRITE=true` writes what the service answers into the page, and keeps the ids, keys and hashes that it
 * shows; `EXAMPLES_WRITE=anew` writes those of this session too.
 */
const WRITE = process.env['EXAMPLES_WRITE'];

/** The root key of the page. */
const SETTINGS = { ROOT_API_KEY: 'root-7Qm2Vx9Rt4Wz8Bn3Lc6Yd1Hf5Jg0Ps' };
/** When the first request of the page is sent; every other one is a minute after the one before. */
const FIRST_AT = '2026-03-02T09:00:00.000Z';
const MINUTE_MS = 60_000;
/** Noted behind the requests, at no certain moment: the page shows keys whose use is not noted yet. */
const LAST_USE = /"lastUsedAt":"[^"]*"/g;

/** Sends what a page shows, and answers the page as it should be, beside the page with the values of the session. */
async function tell(text: string, backend: Backend): Promise<{ page: string; session: string }> {
  const page = ExamplePage.parse(text);
  const clock = new FixedClock(FIRST_AT);
  const values = new ShownValues();
  const answers: string[] = [];
  const service = await openService(backend, SETTINGS, clock);
  try {
    for (const { request, answer: shown } of page.examples) {
      const { method, path, headers, body } = readRequest(values.toReal(request));
      const answer = await service.client().send(method, path, { headers, raw: body });
      const text = answer.text.replaceAll(LAST_USE, '"lastUsedAt":null');
      const written = writeAnswer({ ...answer, text }, STATUS_CODES[answer.status] ?? '', shown);
      answers.push(values.toShown(written, shown));
      clock.advance(MINUTE_MS);
    }
  } finally {
    await closeService(service);
  }
  const told = page.withAnswers(answers);
  return { page: told, session: values.toReal(told) };
}

describe('the page of examples', () => {
  test.each(BACKENDS)('shows what the service answers on %s', async (backend) => {
    const told = await tell(readPage(), backend);
    if (WRITE !== undefined && backend === 'memory') {
      writeFileSync(PAGE, WRITE === 'anew' ? told.session : told.page);
    }
    if (WRITE === undefined) expect(told.page).toBe(readPage());
  });

  test('shows a hash chain that its readers can recompute', () => {
    const [ledger, ...others] = ExamplePage.parse(readPage()).examples.filter(({ request }) =>
      request.startsWith('GET /v1/ledger-events?positionId='),
    );
    expect(others).toEqual([]);
    const { data }: Json = JSON.parse(ledger?.answer.split('\n\n')[1] ?? '');
    expect(data).toHaveLength(3);
    expectUnbrokenChain(data);
  });
});

describe('a page of examples with a mistake', () => {
  const [anId = '', anotherId = ''] = new Set(readPage().match(/ple_[0-9a-z]{26}/g));
  const [aHash = '', anotherHash = ''] = new Set(readPage().match(/(?<="hash": ")[0-9a-f]{64}/g));

  test.each([
    ['a digit of an amount', '"heldAmount": "700.05"', '"heldAmount": "700.06"'],
    ['a status', '412 Precondition Failed', '409 Conflict'],
    ['the reason of a status', '201 Created', '201 Made'],
    ['a header', 'ETag: "3"', 'ETag: "4"'],
    ['a header that is not sent', 'ETag: "3"', 'ETag: "3"\nAge: 0'],
    ['a member left out', '  "refundedAmount": "0.00",\n', ''],
    ['a member too many', '  "state": "FUNDED",\n', '  "state": "FUNDED",\n  "extra": null,\n'],
    [
      'members in another order',
      '"state": "FUNDED",\n  "externalReference": "contract-7",',
      '"externalReference": "contract-7",\n  "state": "FUNDED",',
    ],
    ['a moment', '"at": "2026-03-02T09:07:00.000Z"', '"at": "2026-03-02T09:07:00.001Z"'],
    ['the id of something else', `"id": "${anotherId}"`, `"id": "${anId}"`],
    ['the id of nothing', `"id": "${anotherId}"`, `"id": "${anId.replace(/.$/, 'z')}"`],
    ['the hash of another event', `"previousHash": "${aHash}"`, `"previousHash": "${anotherHash}"`],
    ['another request', '"amount": "300.05",\n  "reason"', '"amount": "300.04",\n  "reason"'],
  ])('is told from what the service answers: %s', async (_mistake, right, wrong) => {
    const page = readPage();
    expect(page).toContain(right);
    const altered = page.replace(right, () => wrong);
    expect((await tell(altered, 'memory')).page).not.toBe(altered);
  });

  test.each([
    [
      'a request without an answer',
      '```http\nGET /v1/assets\n```\n',
      'A request without an answer: GET /v1/assets',
    ],
    ['a block of another language', '```json\n{}\n```\n', 'nobody would run it: ```json'],
    ['a block that is not closed', '```http\nGET /v1/assets\n', 'nobody would run it: ```http'],
    ['a block that is indented', 'So:\n\n    GET /v1/assets\n', 'nobody would run it:     GET'],
    ['a request of no known form', '```http\nFETCH me\n```\n\n```http\n```\n', 'No request line: FETCH me'],
    [
      'a header of no known form',
      '```http\nGET /v1/assets\nX-API-Key\n```\n\n```http\n```\n',
      'No header, under GET /v1/assets: X-API-Key',
    ],
    [
      'a body without its type',
      '```http\nPOST /v1/assets\n\n{}\n```\n\n```http\n```\n',
      'No Content-Type, under POST /v1/assets',
    ],
    [
      'an answer without a blank line before its body',
      '```http\nGET /v1/assets\n```\n\n```http\n200 OK\n{}\n```\n',
      'No header, under 200 OK: {}',
    ],
  ])('is refused before anything is sent: %s', (_mistake, addition, reason) => {
    expect(() => ExamplePage.parse(`${readPage()}\n${addition}`)).toThrow(reason);
  });
});
