import { describe, expect, test } from '@jest/globals';
import type { DomainError } from '#kernel';
import {
  Amount,
  AnyOf,
  CurrencyCode,
  CurrencyCodes,
  FreeObject,
  Id,
  ManyOf,
  Moment,
  OneOf,
  Text,
  JsonWholeNumber,
  WholeNumber,
} from './fields.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

const pipe = new RequestValidationPipe();
const ITSELF = Symbol('itself');

/** What becomes of a value in a field of a small request: the value, or the code it is refused with, and at which item. */
async function judge(decorate: PropertyDecorator, ...value: unknown[]): Promise<unknown> {
  class SmallRequest {
    value?: unknown;
  }
  decorate(SmallRequest.prototype, 'value');
  try {
    const body = value.length === 0 ? {} : { value: value[0] };
    const { value: read } = (await pipe.transform(body, {
      type: 'body',
      metatype: SmallRequest,
    })) as SmallRequest;
    return read;
  } catch (error) {
    const { errors } = error as DomainError;
    expect(errors).toEqual([
      {
        pointer: expect.stringMatching(/^\/value(\/\d)?$/),
        code: expect.any(String),
        detail: expect.stringMatching(/./),
      },
    ]);
    return errors.map(({ pointer, code }) => code + pointer.slice('/value'.length)).join();
  }
}

const fields: [string, (options?: { optional: boolean }) => PropertyDecorator, unknown][] = [
  ['Text', (options) => Text(options), 'x'],
  ['Amount', (options) => Amount(options), '1.00'],
  ['CurrencyCode', (options) => CurrencyCode(options), 'USD'],
  ['OneOf', (options) => OneOf(['a', 'b'], options), 'a'],
  ['ManyOf', (options) => ManyOf(['a', 'b'], options), ['b']],
  ['CurrencyCodes', (options) => CurrencyCodes(options), ['JPY']],
  ['Id', (options) => Id('pos', options), 'pos_1'],
  ['FreeObject', (options) => FreeObject(options), {}],
];

describe.each(fields)('a field of kind %s', (_, field, sound) => {
  test('is required unless it is optional', async () => {
    expect(await judge(field())).toBe('field.required');
    expect(await judge(field({ optional: true }))).toBeUndefined();
    expect(await judge(field(), undefined)).toBe('field.required');
  });

  test('takes null as no value, also when it is optional', async () => {
    for (const options of [undefined, { optional: true }]) {
      expect(await judge(field(options), null)).toMatch(/^(field\.wrong_type|money\.malformed_amount)$/);
    }
  });

  test('takes a sound value, and none of another JSON type', async () => {
    expect(await judge(field(), sound)).toEqual(sound);
    for (const value of [1, true, 'x', [1], {}, [[]]]) {
      if (typeof value === typeof sound && Array.isArray(value) === Array.isArray(sound)) continue;
      expect([value, await judge(field(), value)]).toEqual([
        value,
        expect.stringMatching(/^(field\.wrong_type|money\.malformed_amount)$/),
      ]);
    }
  });
});

describe('a text', () => {
  test.each([
    ['a', ITSELF],
    [' ', ITSELF],
    ['Straße №7 🏗', ITSELF],
    ['x'.repeat(200), ITSELF],
    ['🏗'.repeat(200), ITSELF],
    ['', 'field.wrong_length'],
    ['x'.repeat(201), 'field.wrong_length'],
    ['🏗'.repeat(201), 'field.wrong_length'],
    ['a\0b', 'field.forbidden_character'],
    ['a\nb', 'field.forbidden_character'],
    ['a\tb', 'field.forbidden_character'],
    ['\x1b[31m', 'field.forbidden_character'],
    ['\x7f', 'field.forbidden_character'],
    ['\x85', 'field.forbidden_character'],
    ['\ud83c', 'field.forbidden_character'],
    ['\udfd7\ud83c', 'field.forbidden_character'],
  ])('is judged by its characters, case %#', async (text, verdict) => {
    expect(await judge(Text(), text)).toBe(verdict === ITSELF ? text : verdict);
  });

  test('may have another length', async () => {
    expect(await judge(Text({ max: 2 }), 'xx')).toBe('xx');
    expect(await judge(Text({ max: 2 }), 'xxx')).toBe('field.wrong_length');
  });
});

describe('an amount', () => {
  test.each([
    '0',
    '0.00',
    '1',
    '1000.10',
    '123456789012345678.12',
    '9'.repeat(24),
    `${'9'.repeat(24)}.99999999`,
  ])('is exact text: %s', async (amount) => {
    expect(await judge(Amount(), amount)).toBe(amount);
  });

  test.each([
    1000.1,
    1,
    0,
    '',
    ' ',
    '1 ',
    ' 1',
    '+1',
    '-1',
    '-0',
    '01',
    '00.5',
    '.5',
    '1.',
    '1.000000001',
    '1e3',
    '1E3',
    '1,5',
    '1_000',
    '0x10',
    'NaN',
    'Infinity',
    '١٢',
    '１',
    '1.0.0',
    '1'.repeat(25),
    '1\n',
    '1\0',
    'one',
  ])('is nothing else: %j', async (amount) => {
    expect(await judge(Amount(), amount)).toBe('money.malformed_amount');
  });
});

describe('a currency', () => {
  test.each(['USD', 'EUR', 'JPY', 'KWD', 'CLF', 'UYW'])('is in use: %s', async (code) => {
    expect(await judge(CurrencyCode(), code)).toBe(code);
    expect(await judge(CurrencyCodes(), ['GBP', code])).toEqual(['GBP', code]);
  });

  test.each([
    'usd',
    'Usd',
    'USDX',
    'US',
    '',
    ' USD',
    'ABC',
    'XXX',
    'XTS',
    'XAU',
    'DEM',
    '840',
    '__proto__',
    'constructor',
  ])('is not in use: %j', async (code) => {
    expect(await judge(CurrencyCode(), code)).toBe('money.unknown_currency');
    expect(await judge(CurrencyCodes(), ['GBP', code])).toBe('money.unknown_currency/1');
  });
});

describe('a name out of some', () => {
  test.each(['A', '', ' a', 'c', 'a,b', 'toString', '0', 'length'])(
    'is one of them exactly: %j',
    async (name) => {
      expect(await judge(OneOf(['a', 'b']), name)).toBe('field.not_allowed');
      expect(await judge(ManyOf(['a', 'b']), ['a', name])).toBe('field.not_allowed/1');
      expect(await judge(AnyOf(['a', 'b']), ['a', name])).toBe('field.not_allowed');
    },
  );
});

describe('a list of names', () => {
  test.each([
    [['a'], ITSELF],
    [['b', 'a'], ITSELF],
    [[], 'field.wrong_length'],
    [['b', 'a', 'a'], 'field.not_allowed/2'],
    [['a', 'c'], 'field.not_allowed/1'],
    [['c', 'd', 1], 'field.not_allowed/0'],
    [['a', 1], 'field.wrong_type/1'],
    [['a', null], 'field.wrong_type/1'],
    [[['a']], 'field.wrong_type/0'],
    [[{}], 'field.wrong_type/0'],
    [{ 0: 'a', length: 1 }, 'field.wrong_type'],
  ])('has some, each once: %j → %s', async (names, verdict) => {
    expect(await judge(ManyOf(['a', 'b']), names)).toEqual(verdict === ITSELF ? names : verdict);
  });

  test.each([
    [[], 'field.wrong_length'],
    [['USD', 'USD'], 'field.not_allowed/1'],
    [['USD', 5], 'field.wrong_type/1'],
  ])('of currencies is held to the same: %j → %s', async (codes, verdict) => {
    expect(await judge(CurrencyCodes(), codes)).toBe(verdict);
  });
});

describe('a parameter that may be repeated', () => {
  test.each([
    ['a', ['a']],
    [
      ['b', 'a'],
      ['b', 'a'],
    ],
    [['a', 'a'], 'field.not_allowed'],
    ['', 'field.not_allowed'],
    [['a', 1], 'field.wrong_type'],
    [{ a: 'a' }, 'field.wrong_type'],
  ])('is a list of names, and at fault as a whole: %j → %s', async (given, verdict) => {
    expect(await judge(AnyOf(['a', 'b']), given)).toEqual(verdict);
  });
});

describe('an id', () => {
  test.each(['pos_01jd8x3fqje3wve2q1q9n8h2kz', 'inst_1', '', 'x', 'a\0', 'x'.repeat(1000), "' OR true --"])(
    'is any text, since what is no id is the id of nothing: %j',
    async (id) => {
      expect(await judge(Id('pos'), id)).toBe(id);
    },
  );
});

describe('a free JSON object', () => {
  const nested = (levels: number): object =>
    JSON.parse('{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1)) as object;
  const sized = (bytes: number): object => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

  test.each([
    [{}, ITSELF],
    [{ a: null, b: [1, { c: true }], 'é/~': 'x' }, ITSELF],
    [nested(16), ITSELF],
    [nested(17), 'field.too_deep'],
    [{ a: JSON.parse('['.repeat(15) + ']'.repeat(15)) as unknown }, ITSELF],
    [{ a: JSON.parse('['.repeat(16) + ']'.repeat(16)) as unknown }, 'field.too_deep'],
    [sized(16 * 1024), ITSELF],
    [sized(16 * 1024 + 1), 'field.too_large'],
    [{ a: 'é'.repeat(8 * 1024) }, 'field.too_large'],
    [{ a: 'x\0' }, 'field.forbidden_character'],
    [{ a: ['\ud800'] }, 'field.forbidden_character'],
    [{ 'a\0': 1 }, 'field.forbidden_character'],
    [{ a: { '\udc00': 1 } }, 'field.forbidden_character'],
    [JSON.parse('{"a": 1e999}') as object, 'field.malformed'],
    [JSON.parse('{"a": [-1e999]}') as object, 'field.malformed'],
  ])('%#: is bounded, and holds what can be kept', async (value, verdict) => {
    expect(await judge(FreeObject(), value)).toEqual(verdict === ITSELF ? value : verdict);
  });
});

describe('a moment', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00+05:30', '2026-01-31T06:30:00.000Z'],
    ['2026-01-31T23:30:00-02:00', '2026-02-01T01:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is given on as a Date: %s', async (text, moment) => {
    expect(await judge(Moment(), text)).toEqual(new Date(moment));
  });

  test.each([
    '2026-01-31',
    '2026-01-31T12:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00+01:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:61Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+0100',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567890Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '12026-01-31T12:00:00Z',
    '-000001-01-01T00:00:00Z',
    '1767225600',
    'now',
    '',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
  ])('is RFC 3339 text of a moment that exists: not %j', async (text) => {
    expect(await judge(Moment(), text)).toBe('field.malformed');
  });

  test('is nothing but text', async () => {
    for (const value of [1767225600000, true, {}, ['2026-01-31T12:00:00Z'], null]) {
      expect(await judge(Moment(), value)).toBe('field.wrong_type');
      expect(await judge(Moment({ optional: true }), value)).toBe('field.wrong_type');
    }
  });

  test('is required unless it is optional', async () => {
    expect(await judge(Moment())).toBe('field.required');
    expect(await judge(Moment({ optional: true }))).toBeUndefined();
  });
});

describe('a whole number', () => {
  const number = WholeNumber({ min: 1, max: 200, default: 50 });

  test.each([
    ['1', 1],
    ['200', 200],
    ['007', 7],
  ])('is read from the text of a query: %j', async (text, value) => {
    expect(await judge(number, text)).toBe(value);
  });

  test.each([
    '0',
    '201',
    '-1',
    '+1',
    '1.0',
    '1e1',
    '',
    ' 1',
    '0x1',
    '١',
    '9'.repeat(30),
    ['1'],
    null,
    true,
    {},
  ])('is in its range and in digits: not %j', async (text) => {
    expect(await judge(number, text)).toBe('field.not_allowed');
  });

  test('may be left out', async () => {
    expect(await judge(number)).toBeUndefined();
  });
});

describe('a whole number in JSON', () => {
  const number = JsonWholeNumber({ min: 0, max: 200, default: 50 });

  test.each([0, 1, 200, -0])('is in its range: %j', async (value) => {
    expect(await judge(number, value)).toBe(value);
  });

  test.each([-1, 201, 1.5, 1e-9, 2 ** 53])(
    'is not out of its range, nor a part of one: %j',
    async (value) => {
      expect(await judge(number, value)).toBe('field.not_allowed');
    },
  );

  test.each(['1', '', null, true, [1], {}])('is a JSON number: not %j', async (value) => {
    expect(await judge(number, value)).toBe('field.wrong_type');
  });

  test('may be left out', async () => {
    expect(await judge(number)).toBeUndefined();
  });
});
