import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { BACKENDS } from '#testing';
import type { Json } from './support/client.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';
import { tellStory } from './support/story.js';
import { done } from './support/tenant.js';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly responses: Readonly<Record<string, Json>>;
}

describe.each(BACKENDS)('the OpenAPI document on %s', (backend) => {
  let service: Service;
  let document: Json;
  let operations: Operation[];

  beforeAll(async () => {
    service = await openService(backend, { DOCS_ENABLED: 'true' });
    document = done(await service.client().get('/openapi.json'));
    operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, { responses }]) => ({
        method: method.toUpperCase(),
        path,
        responses,
      })),
    );
  });
  afterAll(() => closeService(service));

  test('it is OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  test('it describes every resource', () => {
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'DELETE /v1/institutions/{institutionId}/policies/{region}',
      'GET /v1/asset-templates',
      'GET /v1/asset-templates/{templateId}',
      'GET /v1/assets',
      'GET /v1/assets/{assetId}',
      'GET /v1/audit-events',
      'GET /v1/balances',
      'GET /v1/institutions',
      'GET /v1/institutions/{institutionId}',
      'GET /v1/institutions/{institutionId}/api-keys',
      'GET /v1/institutions/{institutionId}/policies',
      'GET /v1/institutions/{institutionId}/policies/{region}',
      'GET /v1/ledger-events',
      'GET /v1/positions',
      'GET /v1/positions/{positionId}',
      'GET /v1/positions/{positionId}/events',
      'GET /v1/positions/{positionId}/ledger/verification',
      'GET /v1/template-types',
      'GET /v1/template-types/{code}',
      'PATCH /v1/assets/{assetId}',
      'PATCH /v1/institutions/{institutionId}',
      'POST /v1/asset-templates',
      'POST /v1/assets',
      'POST /v1/institutions',
      'POST /v1/institutions/{institutionId}/api-keys',
      'POST /v1/institutions/{institutionId}/api-keys/{keyId}/revoke',
      'POST /v1/positions',
      'POST /v1/positions/batch',
      'POST /v1/positions/{positionId}/transition',
      'PUT /v1/institutions/{institutionId}/policies/{region}',
    ]);
  });

  test('every route that it describes refuses a request without a key, and one with a wrong key', async () => {
    for (const { method, path } of operations) {
      const asked = path.replaceAll(/\{\w+\}/g, 'x');
      const json = method === 'GET' || method === 'DELETE' ? undefined : {};
      const refused = { status: 401, code: 'auth.missing_key' };
      expectProblem(await service.client().send(method, asked, { json }), asked, refused);
      const wrong = await service.client('garbage').send(method, asked, { json });
      expectProblem(wrong, asked, { status: 401, code: 'auth.invalid_key' });
    }
  });

  /** The schema of an answer, closed: a member that the document does not name is a fault of one of them. */
  function schemaOf(method: string, path: string, status: number): Json {
    const operation = operations.find((each) => each.method === method && each.path === path);
    const schema = operation?.responses[status]?.content?.['application/json']?.schema;
    if (schema === undefined) throw new Error(`The document has no schema for ${method} ${path} ${status}.`);
    return schema;
  }

  function closed(schema: Json): Json {
    if (typeof schema !== 'object' || schema === null) return schema;
    if (Array.isArray(schema)) return schema.map(closed);
    const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
    return 'properties' in parts ? { additionalProperties: false, ...parts } : parts;
  }

  test('the answers of a story are as it describes them, member for member', async () => {
    const told = await tellStory(service);
    const admin = service.client(told.apiKey.body.apiKey);
    const position = `/v1/positions/${told.position.body.id}`;
    const { assetId, holderReference, currency, amount } = told.position.body;
    const items = [{ assetId, holderReference, currency, amount }];
    const described: [answer: { status: number; body: Json }, method: string, path: string][] = [
      [told.institution, 'POST', '/v1/institutions'],
      [told.apiKey, 'POST', '/v1/institutions/{institutionId}/api-keys'],
      [told.template, 'POST', '/v1/asset-templates'],
      [told.asset, 'POST', '/v1/assets'],
      [told.created, 'POST', '/v1/positions'],
      [told.partly, 'POST', '/v1/positions/{positionId}/transition'],
      [told.position, 'GET', '/v1/positions/{positionId}'],
      [told.events, 'GET', '/v1/positions/{positionId}/events'],
      [told.ledger, 'GET', '/v1/ledger-events'],
      [told.audit, 'GET', '/v1/audit-events'],
      [await admin.post('/v1/positions/batch', { items }), 'POST', '/v1/positions/batch'],
      [await admin.get('/v1/balances'), 'GET', '/v1/balances'],
      [
        await admin.get(`${position}?asOf=${told.position.body.createdAt}`),
        'GET',
        '/v1/positions/{positionId}',
      ],
      [
        await admin.get(`${position}/ledger/verification`),
        'GET',
        '/v1/positions/{positionId}/ledger/verification',
      ],
      [await service.root.get('/v1/positions'), 'GET', '/v1/positions'],
      [await service.root.get('/v1/template-types'), 'GET', '/v1/template-types'],
      [await service.root.get('/v1/template-types/TF_LC'), 'GET', '/v1/template-types/{code}'],
    ];
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: 'openapi:', components: closed(document.components) });
    const faults = described.flatMap(([{ status, body }, method, path]) => {
      const text = JSON.stringify(closed(schemaOf(method, path, status)));
      const isDescribed = ajv.compile(JSON.parse(text.replaceAll('"#/', '"openapi:#/')) as object);
      isDescribed(body);
      return (isDescribed.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${method} ${path}: ${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    });
    expect(faults).toEqual([]);
  });

  test('the explorer needs no foreign host', async () => {
    const page = await service.client().get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const tags = page.text.match(/<(?:script|link|img|iframe)\b[^>]*>/g) ?? [];
    const named = tags.flatMap((tag) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) {
      const asset = new URL(name, `${service.url}/docs`);
      expect(asset.origin).toBe(new URL(service.url).origin);
      expect((await service.client().get(asset.pathname)).status).toBe(200);
    }
    const scripts = named.filter((name) => name.endsWith('.css') || name.includes('initializer'));
    for (const name of scripts) {
      const { text } = await service.client().get(new URL(name, `${service.url}/docs`).pathname);
      expect(text).not.toMatch(/(?:src|href|url|import)\s*[=(:]\s*["']?(?:https?:)?\/\/(?!www\.w3\.org)/);
    }
  });
});

describe.each(BACKENDS)('a service without docs on %s', (backend) => {
  let service: Service;
  beforeAll(async () => {
    service = await openService(backend);
  });
  afterAll(() => closeService(service));

  test.each(['/docs', '/docs/', '/docs/swagger-ui.css', '/openapi.json', '/docs-json', '/docs-yaml'])(
    '%s is an unknown route',
    async (path) => {
      for (const client of [service.client(), service.root]) {
        expectProblem(await client.get(path), path, { status: 404, code: 'request.unknown_route' });
      }
    },
  );
});
