import { describe, expect, test } from '@jest/globals';
import type { Json } from './answer.js';
import { checkContract, type Exchange } from './contract.js';
import { DOCUMENT } from './document.js';

const REQUEST_ID = { 'x-request-id': 'request-7' };
const opening = DOCUMENT.paths['/v1/positions'].post;
const position = opening.responses['201'].content['application/json'].example;
const unknownAsset = DOCUMENT.components.examples['asset.unknown'].value;

/** What differs from an answer that is as described. */
interface Difference extends Partial<Omit<Exchange, 'headers' | 'body'>> {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
}

function exchange(usual: Difference, different: Difference): Exchange {
  const headers = Object.entries({ ...REQUEST_ID, ...usual.headers, ...different.headers });
  const body = 'body' in different ? different.body : usual.body;
  return {
    method: 'POST',
    path: '/v1/positions',
    status: 201,
    text: body === undefined ? '' : JSON.stringify(body),
    ...usual,
    ...different,
    headers: new Headers(headers.filter((header): header is [string, string] => header[1] !== undefined)),
    body,
  };
}

const opened = (different: Difference = {}): Exchange =>
  exchange(
    {
      body: position,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        etag: '"1"',
        location: '/v1/positions/x',
      },
    },
    different,
  );

const refused = (different: Difference = {}): Exchange =>
  exchange(
    {
      status: 404,
      body: unknownAsset,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    },
    different,
  );

const read = (different: Difference = {}): Exchange =>
  opened({ method: 'GET', path: '/v1/positions/pos_x?asOf=2026-01-31', status: 200, ...different });

const removed = (different: Difference = {}): Exchange =>
  exchange({ method: 'DELETE', path: '/v1/institutions/x/policies/US', status: 204 }, different);

/** An event of a position, which is described by another schema than the position itself. */
const [event] = position.events;

describe('the contract', () => {
  test.each<[string, Exchange]>([
    ['a described answer', opened()],
    ['a described refusal', refused()],
    ['an answer without a body where none is described', removed()],
    [
      'an unchanged resource',
      exchange({ method: 'GET', path: '/v1/positions/x', status: 304 }, { headers: { etag: '"1"' } }),
    ],
    [
      'an answer to HEAD, which has no body',
      read({ method: 'HEAD', headers: { location: undefined }, body: undefined }),
    ],
    ['a member that may be left out', opened({ body: { ...position, events: undefined } })],
    [
      'an unknown route',
      refused({ path: '/v1/nothing', body: { ...unknownAsset, code: 'request.unknown_route' } }),
    ],
    ['a page of the explorer', exchange({ method: 'GET', path: '/docs', status: 200 }, { text: '<html>' })],
  ])('takes %s', (_, answer) => {
    expect(() => checkContract(answer)).not.toThrow();
  });

  test.each<[string, Exchange, RegExp]>([
    ['an undocumented status', opened({ status: 202 }), /^openPosition .* 202: .*this status/],
    ['an undocumented member', opened({ body: { ...position, secret: 1 } }), /additional properties.*secret/],
    [
      'an undocumented member within',
      opened({ body: { ...position, events: [{ ...event, x: 1 }] } }),
      /events\/0/,
    ],
    ['a missing member', opened({ body: { ...position, state: undefined } }), /'state'/],
    [
      'a member of another type',
      opened({ body: { ...position, amount: 1000.1 } }),
      /\/amount must be string/,
    ],
    ['an id of another kind', opened({ body: { ...position, id: position.assetId } }), /\/id must match/],
    [
      'a malformed time',
      opened({ body: { ...position, createdAt: 'today' } }),
      /\/createdAt must match format/,
    ],
    ['an answer without its body', opened({ body: undefined }), /must be object/],
    ['another content type', opened({ headers: { 'content-type': 'text/plain' } }), /the type text\/plain/],
    ['a missing header', opened({ headers: { etag: undefined } }), /the header ETag is missing/],
    ['a malformed header', opened({ headers: { etag: '1' } }), /ETag: 1/],
    ['a header that is described elsewhere', refused({ headers: { etag: '"1"' } }), /the header ETag here/],
    ['a body where none is described', removed({ text: '{}' }), /no body/],
    ['an undocumented code', refused({ body: { ...unknownAsset, code: 'position.unknown' } }), /\/code/],
    ['an undocumented extension', refused({ body: { ...unknownAsset, sql: 'SELECT' } }), /unevaluated.*sql/],
    ['another status in the body', refused({ body: { ...unknownAsset, status: 400 } }), /\/status/],
    [
      'an unknown route that answers',
      opened({ path: '/v1/nothing' }),
      /^no operation \(POST \/v1\/nothing\) answered 201/,
    ],
    ['a refusal of no operation with a code of one', refused({ path: '/v1/nothing' }), /operations alone/],
    ['a method that is not described', opened({ method: 'PUT' }), /^no operation/],
  ])('refuses %s', (_, answer, fault) => {
    expect(() => checkContract(answer)).toThrow(fault);
  });
});
