import { describe, expect, test } from '@jest/globals';
import { EXAMPLE, REFUSES, ROLES_EXTENSION } from '#http';
import type { OpenAPIObject } from '@nestjs/swagger';
// Loading the service declares every room's faults.
import '../app.module.js';
import { completeDocument } from './complete-document.js';

type Operation = Record<string, unknown>;

const BOX = {
  type: 'object',
  properties: {
    id: { type: 'string', example: 'box-1' },
    lid: { type: 'string', enum: ['OPEN', 'SHUT'], nullable: true },
    version: { type: 'integer', example: 1 },
  },
};

function answering(schema: unknown, operation: Operation = {}): Operation {
  return {
    operationId: 'doThings',
    responses: { 200: { description: '', content: { 'application/json': { schema } } } },
    ...operation,
  };
}

/** A document of one operation, as the generator writes it. */
function generated(path: string, method: string, operation: Operation): OpenAPIObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Boxes', version: '1' },
    paths: { [path]: { [method]: operation } },
    components: { schemas: { Box: BOX } },
  };
}

function completed(path: string, method: string, operation: Operation) {
  const document = completeDocument(generated(path, method, operation));
  const { [method]: result } = document.paths[path] as Record<string, { responses: Record<string, unknown> }>;
  return { document, operation: result as Operation & { responses: Record<string, unknown> } };
}

const box = { $ref: '#/components/schemas/Box' };

describe('completeDocument', () => {
  test('says that a value may be null, and that there is no other member, as JSON Schema does', () => {
    const { document } = completed('/boxes', 'get', answering(box));
    expect(document.components?.schemas?.Box).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', examples: ['box-1'] },
        lid: { type: ['string', 'null'], enum: ['OPEN', 'SHUT', null] },
        version: { type: 'integer', examples: [1] },
      },
      additionalProperties: false,
    });
  });

  test('shows an answer put together from the examples of its members, and from those given', () => {
    const { operation } = completed(
      '/boxes',
      'get',
      answering(box, { [EXAMPLE]: { answer: { lid: null } } }),
    );
    expect(operation.responses['200']).toMatchObject({
      content: { 'application/json': { schema: box, example: { id: 'box-1', lid: null, version: 1 } } },
    });
    expect(Object.keys(operation)).not.toContain(EXAMPLE);
  });

  test.each<[string, string, Operation, string[]]>([
    ['open reads', 'get', {}, ['200', '400', '500']],
    [
      'reads',
      'get',
      { [ROLES_EXTENSION]: ['root', 'admin', 'read_only'] },
      ['200', '400', '401', '429', '500', '503'],
    ],
    [
      'reads that are not for everybody',
      'get',
      { [ROLES_EXTENSION]: ['root'] },
      ['200', '400', '401', '403', '429', '500', '503'],
    ],
    [
      'commands',
      'post',
      { [ROLES_EXTENSION]: ['root', 'admin'], [REFUSES]: ['asset.unknown'] },
      ['200', '400', '401', '403', '404', '409', '413', '415', '422', '429', '500', '503'],
    ],
  ])('gives %s the answers of their kind', (_, method, operation, statuses) => {
    const schema = { type: 'string', example: 'done' };
    expect(
      Object.keys(completed('/boxes', method, answering(schema, operation)).operation.responses),
    ).toEqual(statuses);
  });

  test('gives a read of one versioned thing its tag, and the answer to whoever has that version', () => {
    const operation = answering(box, { parameters: [{ name: 'assetId', in: 'path' }] });
    const { responses } = completed('/assets/{assetId}', 'get', operation).operation;
    const etag = { ETag: { $ref: '#/components/headers/ETag' } };
    expect(responses).toMatchObject({ 200: { headers: etag }, 304: { headers: etag } });
  });

  test.each<[string, string, Operation, RegExp]>([
    ['a refusal that nobody declares', '/boxes', answering(box, { [REFUSES]: ['box.shut'] }), /box\.shut/],
    ['a member without an example', '/boxes', answering({ type: 'string' }), /doThings 200 has no example/],
    [
      'a parameter of a path that is not described',
      '/boxes/{boxId}',
      answering(box, { parameters: [{ name: 'boxId', in: 'path' }] }),
      /\{boxId\} of \/boxes\/\{boxId\}/,
    ],
    ['a reference that leads nowhere', '/boxes', answering({ $ref: '#/components/schemas/Lid' }), /Lid/],
  ])('stops at %s', (_, path, operation, fault) => {
    expect(() => completeDocument(generated(path, 'get', operation))).toThrow(fault);
  });
});
