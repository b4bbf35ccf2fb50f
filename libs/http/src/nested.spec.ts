import { describe, expect, test } from '@jest/globals';
import { DomainError } from '#kernel';
import { Amount, Text } from './fields.js';
import { Nested, NestedList } from './nested.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

class Lot {
  @Amount()
  price: string;

  @Text({ optional: true })
  label?: string;
}

class Sale {
  @Nested(() => Lot)
  lot: Lot;
}

class Auction {
  @NestedList(() => Lot, { max: 3 })
  lots: Lot[];
}

const pipe = new RequestValidationPipe();

/** What a request of a class is read as, or the faults that it is refused with. */
async function read(metatype: typeof Sale | typeof Auction, body: unknown): Promise<unknown> {
  return pipe.transform(body, { type: 'body', metatype }).catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
    for (const { detail } of error.errors) expect(detail).toMatch(/^[A-Z].*\.$/);
    return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
  });
}

const GOOD = { price: '1.00' };
const NO_OBJECTS: [name: string, value: unknown][] = [
  ['null', null],
  ['a text', 'x'],
  ['an empty text', ''],
  ['a number', 7],
  ['zero', 0],
  ['true', true],
  ['false', false],
  ['an empty list', []],
  ['a list of one', [GOOD]],
];

describe('a nested object', () => {
  test('is read as one of its class', async () => {
    const { lot } = (await read(Sale, { lot: { ...GOOD, label: 'x' } })) as Sale;
    expect(lot).toBeInstanceOf(Lot);
    expect({ ...lot }).toEqual({ ...GOOD, label: 'x' });
  });

  test('is required', async () => {
    expect(await read(Sale, {})).toEqual(['/lot field.required']);
  });

  test.each(NO_OBJECTS)('is not %s', async (_, lot) => {
    expect(await read(Sale, { lot })).toEqual(['/lot field.wrong_type']);
  });

  test('has its fields named by their pointers, each once', async () => {
    expect(await read(Sale, { lot: {} })).toEqual(['/lot/price field.required']);
    expect(await read(Sale, { lot: { price: 1, label: '', more: 1 } })).toEqual(
      expect.arrayContaining([
        '/lot/price money.malformed_amount',
        '/lot/label field.wrong_length',
        '/lot/more field.unknown',
      ]),
    );
  });
});

describe('a list of nested objects', () => {
  test.each([1, 2, 3])('of %d is read as one of its class, in its order', async (length) => {
    const sent = Array.from({ length }, (_none, index) => ({ price: `${index}` }));
    const { lots } = (await read(Auction, { lots: sent })) as Auction;
    for (const lot of lots) expect(lot).toBeInstanceOf(Lot);
    expect(lots.map((lot) => ({ ...lot }))).toEqual(sent);
  });

  test('is required', async () => {
    expect(await read(Auction, {})).toEqual(['/lots field.required']);
  });

  test.each([...NO_OBJECTS.filter(([, value]) => !Array.isArray(value)), ['an object', GOOD]])(
    'is not %s',
    async (_, lots) => {
      expect(await read(Auction, { lots })).toEqual(['/lots field.wrong_type']);
    },
  );

  test('has one item at least, and no more than it may', async () => {
    expect(await read(Auction, { lots: [] })).toEqual(['/lots field.wrong_length']);
    expect(await read(Auction, { lots: [GOOD, GOOD, GOOD, GOOD] })).toEqual(['/lots field.wrong_length']);
  });

  test.each(NO_OBJECTS)('has no item that is %s', async (_, item) => {
    expect(await read(Auction, { lots: [GOOD, item] })).toEqual(['/lots/1 field.wrong_type']);
  });

  test('names the fields of each item by its place, each once', async () => {
    expect(await read(Auction, { lots: [{ price: 1 }, GOOD, { label: 7, more: 1 }] })).toEqual([
      '/lots/0/price money.malformed_amount',
      '/lots/2/more field.unknown',
      '/lots/2/price field.required',
      '/lots/2/label field.wrong_type',
    ]);
  });

  test('takes no member that every object inherits', async () => {
    const lots = JSON.parse('[{"price":"1"},{"price":"1","constructor":"x"}]') as unknown;
    expect(await read(Auction, { lots })).toEqual(['/lots/1/constructor field.unknown']);
  });
});
