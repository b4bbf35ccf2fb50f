import { describe, expect, test } from '@jest/globals';
import { entityTagOf, Reply } from './reply.js';

const shape = ({ status, body, headers, keptBody }: Reply): unknown => ({ status, body, headers, keptBody });

describe('a reply', () => {
  const resource = { id: 'pos_1', version: 3 };

  test('is tagged with the version of its resource', () => {
    expect(shape(Reply.ok(resource))).toEqual({
      status: 200,
      body: resource,
      headers: { etag: '"3"' },
      keptBody: resource,
    });
  });

  test('says where what was created is, when it can be read by itself', () => {
    expect(shape(Reply.created(resource, '/v1/positions/pos_1'))).toEqual({
      status: 201,
      body: resource,
      headers: { etag: '"3"', location: '/v1/positions/pos_1' },
      keptBody: resource,
    });
    expect(Reply.created(resource).headers).toEqual({ etag: '"3"' });
  });

  test('has no tag without a version', () => {
    expect(Reply.ok({ data: [] }).headers).toEqual({});
    expect(Reply.created({ id: 'ak_1' }, '/v1/x').headers).toEqual({ location: '/v1/x' });
  });

  test('without content has neither body nor headers, and nothing to keep', () => {
    expect(shape(Reply.noContent())).toEqual({
      status: 204,
      body: undefined,
      headers: {},
      keptBody: undefined,
    });
  });

  test('that is given again says so, beside all that it said', () => {
    const headers = { etag: '"3"', location: '/v1/positions/pos_1' };
    const replayed = Reply.replayed(201, JSON.stringify(resource), headers);
    expect(replayed).toMatchObject({
      status: 201,
      text: JSON.stringify(resource),
      headers: { ...headers, 'idempotent-replayed': 'true' },
    });
    expect(headers).toEqual({ etag: '"3"', location: '/v1/positions/pos_1' });
  });

  test('can be tagged otherwise, and keep another body than is sent, without any other change', () => {
    const secret = { id: 'ak_1', apiKey: 'secret' };
    const made = Reply.created(secret, '/v1/x');
    const kept = made.keeping({ ...secret, apiKey: null });
    expect(shape(kept)).toEqual({
      status: 201,
      body: secret,
      headers: { location: '/v1/x' },
      keptBody: { id: 'ak_1', apiKey: null },
    });
    expect(shape(kept.tagged('"t"'))).toEqual({
      status: 201,
      body: secret,
      headers: { location: '/v1/x', etag: '"t"' },
      keptBody: { id: 'ak_1', apiKey: null },
    });
    expect(made.keptBody).toEqual(secret);
    expect(made.headers).toEqual({ location: '/v1/x' });
  });
});

describe('the entity tag', () => {
  test.each([
    [{ version: 1 }, '"1"'],
    [{ version: 2147483647, id: 'x' }, '"2147483647"'],
    [{}, undefined],
    [{ version: '1' }, undefined],
    [{ version: null }, undefined],
    [null, undefined],
    [undefined, undefined],
    ['version', undefined],
    [7, undefined],
    [[{ version: 1 }], undefined],
    [{ data: { version: 1 } }, undefined],
  ])('of %j is %s', (body, tag) => {
    expect(entityTagOf(body)).toBe(tag);
  });
});
