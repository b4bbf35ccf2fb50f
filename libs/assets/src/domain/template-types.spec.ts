import { describe, expect, test } from '@jest/globals';
import { currencyCodesInUse, REGIONS, type JsonObject, type Region } from '#kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { requireTemplateType, TEMPLATE_CODES, TEMPLATE_TYPES } from './template-types.js';

type Fault = readonly [pointer: string, code: string];

const REGION: Region = 'US';

/** The pointers and codes of what is wrong, sorted: the order of faults is no promise. */
function faultsOf(code: string, config: JsonObject, region = REGION): Fault[] {
  const faults = requireTemplateType(code).findFaults(config, region);
  return faults.map((fault): Fault => [fault.pointer, fault.code]).sort();
}

const REQUIRED = 'field.required';
const UNKNOWN = 'field.unknown';
const NOT_ALLOWED = 'field.not_allowed';
const NO_CURRENCY = 'money.unknown_currency';
const NO_AMOUNT = 'money.malformed_amount';
const TOO_FINE = 'money.too_many_decimals';

test('the codes are those of the product, each of its vertical', () => {
  expect(TEMPLATE_TYPES.map(({ code, vertical }) => [code, vertical])).toEqual([
    ['CONSTR_ESCROW', 'CONSTRUCTION'],
    ['CONSTR_RETAINAGE', 'CONSTRUCTION'],
    ['TF_INVOICE', 'TRADE_FINANCE'],
    ['TF_LC', 'TRADE_FINANCE'],
  ]);
});

test.each(['tf_lc', '', 'constructor', '__proto__'])('%j is no code', (code) => {
  expect(() => requireTemplateType(code)).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'template_type.unknown' }) }),
  );
});

describe.each(TEMPLATE_CODES)('the schema of %s', (code) => {
  const { schema } = requireTemplateType(code);

  test('is JSON that any validator of the 2020-12 dialect takes as it is published', () => {
    const published = JSON.parse(JSON.stringify(schema)) as JsonObject;
    expect(published.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const validate = new Ajv2020({ strict: true }).compile(published);
    expect(validate({})).toBe(false);
  });

  test('demands a currency and refuses what it does not name', () => {
    expect(schema.required).toContain('currency');
    expect(schema.additionalProperties).toBe(false);
    expect(faultsOf(code, { 'no/such~field': 1 })).toEqual(
      expect.arrayContaining([
        ['/config/currency', REQUIRED],
        ['/config/no~1such~0field', UNKNOWN],
      ]),
    );
  });

  test.each([
    'usd',
    'US',
    'USDX',
    'XAU',
    'XXX',
    'DEM',
    '',
    ' USD',
    840,
    null,
    ['USD'],
    { code: 'USD' },
    true,
  ])('has no currency %j', (currency) => {
    expect(faultsOf(code, { currency })).toContainEqual(['/config/currency', NO_CURRENCY]);
  });

  test('has every currency that money can be held in', () => {
    for (const currency of currencyCodesInUse()) {
      expect(faultsOf(code, { currency })).not.toContainEqual(['/config/currency', NO_CURRENCY]);
    }
  });
});

describe('a config of CONSTR_ESCROW', () => {
  const code = 'CONSTR_ESCROW';
  const config = { currency: 'USD', region: 'US' };

  test.each<JsonObject>([
    config,
    { ...config, minAmount: '0' },
    { ...config, minAmount: '0.01' },
    { ...config, maxAmount: '1000.1' },
    { ...config, minAmount: '1000.10', maxAmount: '1000.1' },
    { ...config, minAmount: '9.99', maxAmount: '10' },
    { ...config, maxAmount: '123456789012345678901234.56' },
    { currency: 'JPY', region: 'US', maxAmount: '100' },
    { currency: 'KWD', region: 'US', maxAmount: '1.234' },
    { currency: 'CLF', region: 'US', maxAmount: '1.2345' },
  ])('may be %j', (good) => {
    expect(faultsOf(code, good)).toEqual([]);
  });

  test.each<[JsonObject, Fault[]]>([
    [
      {},
      [
        ['/config/currency', REQUIRED],
        ['/config/region', REQUIRED],
      ],
    ],
    [{ currency: 'USD' }, [['/config/region', REQUIRED]]],
    [{ ...config, region: 'SG' }, [['/config/region', NOT_ALLOWED]]],
    [{ ...config, region: 'MARS' }, [['/config/region', NOT_ALLOWED]]],
    [{ ...config, region: null }, [['/config/region', NOT_ALLOWED]]],
    [{ ...config, minAmount: 5 }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: null }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '-1' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '1e3' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '01' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: ' 1' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '1\n' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '١' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '' }, [['/config/minAmount', NO_AMOUNT]]],
    [{ ...config, minAmount: '1.234' }, [['/config/minAmount', TOO_FINE]]],
    [{ ...config, currency: 'JPY', maxAmount: '100.5' }, [['/config/maxAmount', TOO_FINE]]],
    [{ ...config, currency: 'CLF', maxAmount: '1.23456' }, [['/config/maxAmount', TOO_FINE]]],
    [{ ...config, minAmount: '10', maxAmount: '9.99' }, [['/config/minAmount', NOT_ALLOWED]]],
    [{ ...config, maxTenorDays: 30 }, [['/config/maxTenorDays', UNKNOWN]]],
    [{ ...config, constructor: 1 }, [['/config/constructor', UNKNOWN]]],
    [
      { currency: 'usd', region: 'MARS', minAmount: 1, maxAmount: '', more: 1 },
      [
        ['/config/currency', NO_CURRENCY],
        ['/config/maxAmount', NO_AMOUNT],
        ['/config/minAmount', NO_AMOUNT],
        ['/config/more', UNKNOWN],
        ['/config/region', NOT_ALLOWED],
      ],
    ],
  ])('may not be %j', (bad, faults) => {
    expect(faultsOf(code, bad)).toEqual(faults);
  });

  test('names the region of its template, whichever that is', () => {
    for (const own of REGIONS) {
      for (const named of REGIONS) {
        const faults = faultsOf(code, { currency: 'USD', region: named }, own);
        expect(faults).toEqual(named === own ? [] : [['/config/region', NOT_ALLOWED]]);
      }
    }
  });

  test('has bounds in order, compared exactly', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 25n });
    const written = (amount: bigint): string => `${amount / 100n}.${`${amount % 100n}`.padStart(2, '0')}`;
    fc.assert(
      fc.property(
        cents,
        fc.oneof(cents, fc.constant(0n), fc.constant(1n)),
        fc.boolean(),
        (low, gap, reversed) => {
          const [minAmount, maxAmount] = reversed
            ? [written(low + gap), written(low)]
            : [written(low), written(low + gap)];
          const isOrdered = !reversed || gap === 0n;
          const faults = faultsOf(code, { ...config, minAmount, maxAmount });
          expect(faults).toEqual(isOrdered ? [] : [['/config/minAmount', NOT_ALLOWED]]);
        },
      ),
    );
  });
});

describe('a config of CONSTR_RETAINAGE', () => {
  const code = 'CONSTR_RETAINAGE';

  test.each([0, 0.0001, 5, 9.5, 99.9999, 100])('may retain %j per cent', (retainagePercentage) => {
    expect(faultsOf(code, { currency: 'USD', retainagePercentage })).toEqual([]);
  });

  test.each<JsonObject[string]>([-0.0001, 100.0001, 1e6, '5', '', null, true, [5]])(
    'may not retain %j per cent',
    (retainagePercentage) => {
      expect(faultsOf(code, { currency: 'USD', retainagePercentage })).toEqual([
        ['/config/retainagePercentage', NOT_ALLOWED],
      ]);
    },
  );

  test('retains a stated percentage and knows no bounds', () => {
    expect(faultsOf(code, { currency: 'USD', minAmount: '1' })).toEqual([
      ['/config/minAmount', UNKNOWN],
      ['/config/retainagePercentage', REQUIRED],
    ]);
  });
});

const tradeFinance: [code: string, countryField: string][] = [
  ['TF_INVOICE', 'country'],
  ['TF_LC', 'issuingBankCountry'],
];

describe.each(tradeFinance)('a config of %s', (code, countryField) => {
  const config = { currency: 'EUR', maxTenorDays: 90, [countryField]: 'DE' };

  test.each(['DE', 'US', 'AE', 'SG', 'GB', 'AX', 'TW'])('may name the country %s', (country) => {
    expect(faultsOf(code, { ...config, [countryField]: country })).toEqual([]);
  });

  test.each<JsonObject[string]>(['de', 'DEU', 'UK', 'EU', 'XK', 'AN', 'ZZ', '276', '', 276, null])(
    'may not name the country %j',
    (country) => {
      expect(faultsOf(code, { ...config, [countryField]: country })).toEqual([
        [`/config/${countryField}`, NOT_ALLOWED],
      ]);
    },
  );

  test.each([1, 30, 365, Number.MAX_SAFE_INTEGER])('may run for %p days', (maxTenorDays) => {
    expect(faultsOf(code, { ...config, maxTenorDays })).toEqual([]);
  });

  test.each<JsonObject[string]>([0, -1, 0.5, 30.5, 2 ** 53, 1e300, '30', null, true])(
    'may not run for %j days',
    (maxTenorDays) => {
      expect(faultsOf(code, { ...config, maxTenorDays })).toEqual([['/config/maxTenorDays', NOT_ALLOWED]]);
    },
  );

  test('needs all of its fields and takes no others', () => {
    expect(faultsOf(code, {})).toEqual(
      [
        ['/config/currency', REQUIRED],
        [`/config/${countryField}`, REQUIRED],
        ['/config/maxTenorDays', REQUIRED],
      ].sort(),
    );
    expect(faultsOf(code, { ...config, region: 'US' })).toEqual([['/config/region', UNKNOWN]]);
  });
});
