import { describe, expect, test } from '@jest/globals';
import type { DomainError } from '#kernel';
import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Amount, FreeObject, Id, Text } from './fields.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

class Lot {
  @Amount()
  price: string;

  @Text({ optional: true })
  'a/b~c'?: string;
}

class Sale {
  @Text()
  label: string;

  @Id('inst', { optional: true })
  institutionId?: string;

  @ValidateNested({ message: 'field.wrong_type: Must be a JSON object.' })
  @Type(() => Lot)
  main?: Lot;

  @ValidateNested({ each: true, message: 'field.wrong_type: Must be a JSON array of objects.' })
  @Type(() => Lot)
  lots?: Lot[];

  @FreeObject({ optional: true })
  metadata?: Record<string, unknown>;
}

const pipe = new RequestValidationPipe();
const read = async (value: unknown, type: ArgumentMetadata['type'] = 'body'): Promise<unknown> =>
  pipe.transform(value, { type, metatype: Sale });

async function faultsOf(value: unknown, type?: ArgumentMetadata['type']): Promise<DomainError['errors']> {
  const refusal = (await read(value, type).then(
    () => undefined,
    (error: unknown) => error,
  )) as DomainError | undefined;
  if (refusal === undefined) return [];
  expect(refusal.fault).toMatchObject({ code: 'request.invalid', kind: 'malformed' });
  return refusal.errors;
}
const codesOf = async (value: unknown): Promise<string[]> =>
  (await faultsOf(value)).map(({ pointer, code }) => `${pointer} ${code}`);

describe('the validation of a request', () => {
  test('makes a sound body one of its class, and its parts of theirs', async () => {
    const sale = (await read({
      label: 'House',
      main: { price: '1.00' },
      lots: [{ price: '2.00', 'a/b~c': 'x' }],
    })) as Sale;
    expect(sale).toBeInstanceOf(Sale);
    expect(sale.main).toBeInstanceOf(Lot);
    expect(sale.lots?.[0]).toBeInstanceOf(Lot);
    expect({ ...sale, main: { ...sale.main }, lots: sale.lots?.map((lot) => ({ ...lot })) }).toEqual({
      label: 'House',
      main: { price: '1.00' },
      lots: [{ price: '2.00', 'a/b~c': 'x' }],
    });
  });

  test('names every field at fault, at once, and each once', async () => {
    expect(await codesOf({ label: 7, main: { price: 1 }, lots: [], metadata: [], more: true })).toEqual(
      expect.arrayContaining([
        '/label field.wrong_type',
        '/main/price money.malformed_amount',
        '/metadata field.wrong_type',
        '/more field.unknown',
      ]),
    );
    expect(await faultsOf({ label: 7, main: { price: 1 }, lots: [], metadata: [], more: true })).toHaveLength(
      4,
    );
  });

  test('points into nested objects and lists', async () => {
    expect(
      await codesOf({
        label: 'x',
        main: {},
        lots: [{ price: '1' }, { price: '-1' }, { price: '1', more: 1 }],
      }),
    ).toEqual([
      '/main/price field.required',
      '/lots/1/price money.malformed_amount',
      '/lots/2/more field.unknown',
    ]);
  });

  test('escapes what has a meaning in pointers', async () => {
    expect(await codesOf({ label: 'x', 'a/b': 1, 'c~d': 1, '~1': 1, '/': 1, '': 1 })).toEqual(
      expect.arrayContaining([
        '/a~1b field.unknown',
        '/c~0d field.unknown',
        '/~01 field.unknown',
        '/~1 field.unknown',
        '/ field.unknown',
      ]),
    );
    expect(await codesOf({ label: 'x', main: { price: '1', 'a/b~c': 5, 'x/y~z': 5 } })).toEqual(
      expect.arrayContaining(['/main/a~1b~0c field.wrong_type', '/main/x~1y~0z field.unknown']),
    );
  });

  test.each([
    ['a list', []],
    ['a list of bodies', [{ label: 'x' }]],
    ['text', 'label'],
    ['a number', 5],
    ['true', true],
    ['null', null],
    ['nothing', undefined],
  ])('refuses a body that is %s', async (_, body) => {
    expect(await faultsOf(body)).toEqual([
      { pointer: '', code: 'field.wrong_type', detail: 'Must be a JSON object.' },
    ]);
  });

  test('asks for what is missing in an empty body', async () => {
    expect(await codesOf({})).toEqual(['/label field.required']);
  });

  test('takes no unknown field, whatever its value', async () => {
    for (const value of [1, null, 'x', {}, []]) {
      expect(await codesOf({ label: 'x', more: value })).toEqual(['/more field.unknown']);
    }
  });

  test.each([
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
    'valueOf',
    'prototype',
    '__defineGetter__',
  ])('drops no member without a word: %s', async (name) => {
    const member = JSON.parse(`{"${name}": "x"}`) as object;
    const body = (parts: object): unknown =>
      JSON.parse(JSON.stringify(parts).replace('"MEMBER":1', `"${name}":"x"`));
    expect(Object.keys(member)).toEqual([name]);
    expect(await faultsOf(body({ label: 'x', MEMBER: 1 }))).toMatchObject([{ pointer: `/${name}` }]);
    expect(await faultsOf(body({ label: 'x', main: { price: '1', MEMBER: 1 } }))).toMatchObject([
      { pointer: `/main/${name}` },
    ]);
    const free = body({ deep: [{ MEMBER: 1 }] });
    const { metadata } = (await read({ label: 'x', metadata: free })) as Sale;
    expect(JSON.stringify(metadata)).toBe(JSON.stringify(free));
  });

  test('gives free JSON on as it came', async () => {
    const metadata = {
      '': 1,
      '1': [null, true, 'x', [[]], {}],
      'a/b~': { then: 'x', length: 2, name: '', type: null, 'é🏗': -0.5 },
      big: 1e300,
    };
    const { metadata: given } = (await read({ label: 'x', metadata })) as Sale;
    expect(given).toEqual(metadata);
    expect(JSON.stringify(given)).toBe(JSON.stringify(metadata));
  });

  test('bounds the depth of what it looks through', async () => {
    const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
    expect(await codesOf({ label: nested(10_000), more: nested(10_000) })).toEqual([
      '/more field.unknown',
      '/label field.wrong_type',
    ]);
    expect(await codesOf({ label: 'x', metadata: nested(10_000) })).toEqual(['/metadata field.too_deep']);
  });

  test('names a hundred faults, however many there are, and says how many', async () => {
    const members = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`m${index}`, 1]));
    const refusal = (await read({ label: 'x', ...members }).catch((error: unknown) => error)) as DomainError;
    expect(refusal.errors).toHaveLength(100);
    expect(refusal.message).toBe('The request has invalid fields. Of 9000 faults the first 100 are named.');
  });

  test.each([
    ['members', Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`m${index}`, 1]))],
    ['items', { label: 'x', lots: [Array.from({ length: 50_000 }, () => ({}))] }],
  ])('looks at no request of very many %s', async (_, value) => {
    expect(await codesOf(value)).toEqual([' field.too_large']);
  });

  test('repeats nothing of a value that is refused', async () => {
    const faults = await faultsOf({ label: ['hunter2'], institutionId: 5, more: 'hunter2', main: 'hunter2' });
    expect(faults.length).toBeGreaterThan(2);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  test('holds queries to their class too', async () => {
    const faults = await faultsOf({ label: ['a', 'b'], more: '1' }, 'query');
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(
      expect.arrayContaining(['/label field.wrong_type', '/more field.unknown']),
    );
    expect(await faultsOf({ label: 'a' }, 'query')).toEqual([]);
  });
});
