import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { declaredFaults } from '#kernel';
import { BACKENDS } from '#testing';
import type { Json } from './support/answer.js';
import { REFUSED_OUTSIDE_OPERATIONS } from './support/contract.js';
import { DOCUMENT, OPERATIONS, resolved } from './support/document.js';
import { expectProblem } from './support/problems.js';
import { closeService, openService, type Service } from './support/service.js';
import { done } from './support/tenant.js';

/** Faults of fields, which stand in the `errors` of a problem and are the code of none. */
const ONLY_OF_FIELDS = /^field\.|^money\.(?:malformed_amount|unknown_currency)$/;

describe('docs/openapi.json', () => {
  test('it is OpenAPI 3.1', () => {
    expect(DOCUMENT.openapi).toMatch(/^3\.1\./);
  });

  test('it describes every route', () => {
    expect(OPERATIONS.map(({ name }) => name).sort()).toEqual([
      'DELETE /v1/institutions/{institutionId}/policies/{region}',
      'GET /health/live',
      'GET /health/ready',
      'GET /health/startup',
      'GET /metrics',
      'GET /openapi.json',
      'GET /problems',
      'GET /problems/{code}',
      'GET /v1/asset-templates',
      'GET /v1/asset-templates/{templateId}',
      'GET /v1/assets',
      'GET /v1/assets/{assetId}',
      'GET /v1/audit-events',
      'GET /v1/balances',
      'GET /v1/export',
      'GET /v1/institutions',
      'GET /v1/institutions/{institutionId}',
      'GET /v1/institutions/{institutionId}/api-keys',
      'GET /v1/institutions/{institutionId}/checkpoints',
      'GET /v1/institutions/{institutionId}/checkpoints/{number}/verification',
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
      'POST /v1/institutions/{institutionId}/api-keys/{keyId}/rotate',
      'POST /v1/positions',
      'POST /v1/positions/batch',
      'POST /v1/positions/{positionId}/transition',
      'PUT /v1/institutions/{institutionId}/policies/{region}',
    ]);
  });

  test('every operation has a name of its own that a generated client can use', () => {
    const ids: string[] = OPERATIONS.map(({ described }) => described.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]+)+$/);
  });

  test.each(OPERATIONS)('$name says what it is, to whom it belongs, and shows examples', (operation) => {
    const { summary, description, tags, parameters, requestBody, responses, security } = operation.described;
    expect([summary, description]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
    const known: string[] = DOCUMENT.tags.map(({ name }: Json) => name);
    expect(known.filter((name) => tags.includes(name))).toHaveLength(1);
    expect(operation.described['x-roles'] === undefined).toBe(security?.length === 0);
    for (const parameter of (parameters ?? []).map(resolved)) {
      const { schema } = parameter;
      const example =
        parameter.example ?? schema.examples ?? schema.enum ?? schema.default ?? schema.items?.enum;
      expect({ name: parameter.name, example }).toEqual({
        name: parameter.name,
        example: expect.anything(),
      });
    }
    const contents = [requestBody, ...Object.values(responses).map(resolved)].map(
      (part) => part?.content ?? {},
    );
    for (const media of contents.flatMap((content) => Object.values<Json>(content))) {
      expect(media.example ?? media.examples).toBeDefined();
    }
  });

  test.each(OPERATIONS)('$name names what it refuses', ({ path, described }) => {
    const statuses = Object.keys(described.responses);
    const isKeyed = described['x-roles'] !== undefined;
    expect(statuses).toEqual(
      expect.arrayContaining(['400', '500', ...(isKeyed ? ['401', '429', '503'] : [])]),
    );
    if (path.includes('{')) expect(statuses).toContain('404');
    const refusals = statuses.filter((status) => Number(status) >= 400);
    for (const status of refusals) {
      const { schema, examples } = resolved(described.responses[status]).content['application/problem+json'];
      expect(Object.keys(examples)).toEqual(schema.properties.code.enum);
    }
  });

  test('every example is valid', () => {
    const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
    ajv.addSchema(DOCUMENT, 'openapi');
    const faults: string[] = [];
    let checked = 0;
    const check = (schemaAt: string, example: unknown): void => {
      checked += 1;
      const validate = ajv.getSchema(`openapi#${schemaAt}`);
      if (validate?.(example) !== true) faults.push(`${schemaAt}: ${ajv.errorsText(validate?.errors)}`);
    };
    const walk = (part: Json, at: string): void => {
      if (typeof part !== 'object' || part === null) return;
      if (part.schema !== undefined && 'example' in part) check(`${at}/schema`, part.example);
      if (Array.isArray(part.examples)) for (const example of part.examples) check(at, example);
      else if (part.schema !== undefined) {
        for (const example of Object.values(part.examples ?? {}))
          check(`${at}/schema`, resolved(example).value);
      }
      for (const [name, child] of Object.entries(part)) {
        const isData = name === 'example' || name === 'examples' || name === 'enum';
        if (!isData) walk(child, `${at}/${encodeURIComponent(name.replaceAll('/', '~1'))}`);
      }
    };
    walk(DOCUMENT, '');
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(500);
  });

  test('every refusal is one of an operation, of a field, or one that no operation has', () => {
    const answered = OPERATIONS.flatMap(({ described }) =>
      Object.values<Json>(described.responses).flatMap(
        (response) =>
          resolved(response).content?.['application/problem+json']?.schema.properties.code.enum ?? [],
      ),
    );
    const declared = declaredFaults().map(({ code }) => code);
    const known = new Set([...answered, ...REFUSED_OUTSIDE_OPERATIONS]);
    expect(declared.filter((code) => !known.has(code) && !ONLY_OF_FIELDS.test(code))).toEqual([]);
    expect([...known].filter((code) => ONLY_OF_FIELDS.test(code))).toEqual([]);
  });
});

describe.each(BACKENDS)('the OpenAPI document on %s', (backend) => {
  let service: Service;

  beforeAll(async () => {
    service = await openService(backend, { DOCS_ENABLED: 'true' });
  });
  afterAll(() => closeService(service));

  test('it is the one that every answer is held to', async () => {
    expect(done(await service.client().get('/openapi.json'))).toEqual(DOCUMENT);
  });

  test('every route that needs a key refuses a request without one, and one with a wrong one', async () => {
    const keyed = OPERATIONS.filter(({ described }) => described['x-roles'] !== undefined);
    expect(keyed.length).toBeGreaterThan(20);
    for (const { method, path } of keyed) {
      const asked = path.replaceAll(/\{\w+\}/g, 'x');
      const json = method === 'GET' || method === 'DELETE' ? undefined : {};
      const refused = { status: 401, code: 'auth.missing_key' };
      expectProblem(await service.client().send(method, asked, { json }), asked, refused);
      const wrong = await service.client('garbage').send(method, asked, { json });
      expectProblem(wrong, asked, { status: 401, code: 'auth.invalid_key' });
    }
  });
});
