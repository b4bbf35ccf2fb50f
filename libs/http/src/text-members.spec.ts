import { describe, expect, test } from '@jest/globals';
import type { DomainError } from '#kernel';
import { Controller, Get, Module, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Text } from './fields.js';
import { RequestValidationPipe } from './request-validation.pipe.js';
import { TextMembers } from './text-members.js';

class ThingsQuery {
  @Text({ optional: true })
  name?: string;

  @TextMembers({ description: 'Texts of the metadata.', example: { project: 'harbour' } })
  metadata?: Record<string, string>;

  @TextMembers({ description: 'Texts of the config.', example: { currency: 'USD' } })
  config?: Record<string, string>;
}

const pipe = new RequestValidationPipe();
const read = async (query: object, type: 'query' | 'body' = 'query'): Promise<ThingsQuery> =>
  (await pipe.transform(query, { type, metatype: ThingsQuery })) as ThingsQuery;
const faultsOf = async (query: object, type?: 'query' | 'body'): Promise<string[]> =>
  read(query, type).then(
    () => [],
    (error: unknown) => (error as DomainError).errors.map(({ pointer, code }) => `${pointer} ${code}`),
  );

describe('texts by key in a query', () => {
  test('are gathered, each field its own, and nothing is there when none is given', async () => {
    expect({
      ...(await read({ 'metadata[project]': 'harbour', name: 'x', 'config[a]': '1', 'metadata[lot]': '' })),
    }).toEqual({ name: 'x', metadata: { project: 'harbour', lot: '' }, config: { a: '1' } });
    expect({ ...(await read({})) }).toEqual({});
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'prototype',
    '0',
    ' ',
    'a/b~c',
    'é🏗',
    'a: b',
    'x'.repeat(200),
  ])('may have any key without brackets: %j', async (key) => {
    const { metadata = {} } = await read({ [`metadata[${key}]`]: 'x'.repeat(200) });
    expect(Object.entries(metadata)).toEqual([[key, 'x'.repeat(200)]]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });

  test('are refused at their own name when they are repeated, too long or hold what no text may', async () => {
    expect(
      await faultsOf({
        'metadata[a]': ['1', '2'],
        'metadata[b/c~: d]': 'x'.repeat(201),
        [`config[${'🏗'.repeat(201)}]`]: 'x',
        'config[nul]': 'a\0',
        'config[lone\ud800]': 'x',
        'config[sound]': '🏗'.repeat(200),
      }),
    ).toEqual([
      '/metadata[a] field.wrong_type',
      '/metadata[b~1c~0: d] field.wrong_length',
      `/config[${'🏗'.repeat(201)}] field.wrong_length`,
      '/config[nul] field.forbidden_character',
      '/config[lone\ud800] field.forbidden_character',
    ]);
  });

  test('are ten at most', async () => {
    const of = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`metadata[${index}]`, 'x']));
    expect(await faultsOf(of(10))).toEqual([]);
    expect(await faultsOf(of(11))).toEqual(['/metadata field.wrong_length']);
  });

  test.each([
    'metadata[]',
    'metadata[a',
    'metadata]a[',
    'metadata[a][b]',
    'metadata[a]b',
    '[a]',
    'name[a]',
    'other[a]',
  ])('are nothing else in brackets: %s', async (name) => {
    expect(await faultsOf({ [name]: 'x' })).toEqual([`/${name} field.unknown`]);
  });

  test('are no text without a key, also beside one with a key', async () => {
    expect(await faultsOf({ metadata: 'x' })).toEqual(['/metadata field.wrong_type']);
    expect(await faultsOf({ metadata: ['x', 'y'] })).toEqual(['/metadata field.wrong_type']);
    expect(await faultsOf({ metadata: 'x', 'metadata[a]': 'x' })).toEqual(['/metadata field.wrong_type']);
    expect(await faultsOf({ 'metadata[a]': 'x', metadata: '' })).toEqual(['/metadata field.wrong_type']);
  });

  test('are not looked for in a body', async () => {
    expect(await faultsOf({ 'metadata[a]': 'x' }, 'body')).toEqual(['/metadata[a] field.unknown']);
  });
});

test('texts by key are documented as a deep object of texts', async () => {
  @Controller('things')
  class ThingsController {
    @Get()
    list(@Query() query: ThingsQuery): ThingsQuery {
      return query;
    }
  }
  @Module({ controllers: [ThingsController] })
  class ThingsModule {}
  const app = await NestFactory.create(ThingsModule, new FastifyAdapter(), { logger: false });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  await app.close();
  expect(document.paths['/things']?.get?.parameters).toContainEqual({
    name: 'metadata',
    in: 'query',
    required: false,
    description: expect.stringMatching(/^Texts of the metadata\. Each is a parameter/),
    style: 'deepObject',
    explode: true,
    schema: {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 200 },
      maxProperties: 10,
      example: { project: 'harbour' },
    },
  });
});
