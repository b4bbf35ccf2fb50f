import { describe, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { settingOn, invalid, refusedAt, type RefusalCase } from './support/refusals.js';
import { apiKey, asset, institution, policy, position, template, transition } from './support/requests.js';

const amount = invalid(['/amount', 'money.malformed_amount']);
const unknownFields: RefusalCase[] = [
  ['an unknown field of an institution', institution({ x: 1 }), invalid(['/x', 'field.unknown'])],
  ['an unknown field of an API key', apiKey({ x: 1 }), invalid(['/x', 'field.unknown'])],
  ['an unknown field of a template', template({ x: 1 }), invalid(['/x', 'field.unknown'])],
  ['an unknown field of an asset', asset({ x: 1 }), invalid(['/x', 'field.unknown'])],
  ['an unknown field of a position', position({ x: 1 }), invalid(['/x', 'field.unknown'])],
  ['a state given to a new position', position({ state: 'FUNDED' }), invalid(['/state', 'field.unknown'])],
  [
    'an unknown field of a transition',
    transition({ toState: 'RELEASED', x: 1 }),
    invalid(['/x', 'field.unknown']),
  ],
  ['an unknown field of a policy', policy({ x: 1 }), invalid(['/position/x', 'field.unknown'])],
  [
    'an unknown field whose name needs escapes in a pointer',
    asset({ 'a/b~c': 1 }),
    invalid(['/a~1b~0c', 'field.unknown']),
  ],
  ['a field named toString', asset({ toString: 'x' }), invalid(['/toString', 'field.unknown'])],
  ['a field named constructor', asset({ constructor: 'x' }), invalid(['/constructor', 'field.unknown'])],
];

const wrongValues: RefusalCase[] = [
  [
    'an empty institution',
    () => ({ as: 'root', path: '/v1/institutions', json: {} }),
    invalid(['/name', 'field.required'], ['/regions', 'field.required']),
  ],
  ['a number for a name', institution({ name: 7 }), invalid(['/name', 'field.wrong_type'])],
  ['null for a name', institution({ name: null }), invalid(['/name', 'field.wrong_type'])],
  ['an empty name', institution({ name: '' }), invalid(['/name', 'field.wrong_length'])],
  [
    'a name of 201 characters',
    institution({ name: 'é'.repeat(201) }),
    invalid(['/name', 'field.wrong_length']),
  ],
  ['a text for a list', institution({ regions: 'US' }), invalid(['/regions', 'field.wrong_type'])],
  ['no region', institution({ regions: [] }), invalid(['/regions', 'field.wrong_length'])],
  ['an unknown region', institution({ regions: ['MOON'] }), invalid(['/regions/0', 'field.not_allowed'])],
  ['a region twice', institution({ regions: ['US', 'US'] }), invalid(['/regions/1', 'field.not_allowed'])],
  ['null for verticals', institution({ verticals: null }), invalid(['/verticals', 'field.wrong_type'])],
  [
    'an unknown vertical',
    institution({ verticals: ['ART'] }),
    invalid(['/verticals/0', 'field.not_allowed']),
  ],
  ['the role root for a key', apiKey({ role: 'root' }), invalid(['/role', 'field.not_allowed'])],
  [
    'a day that does not exist',
    apiKey({ expiresAt: '2999-02-30T00:00:00Z' }),
    invalid(['/expiresAt', 'field.malformed']),
  ],
  [
    'a time without a zone',
    apiKey({ expiresAt: '2999-01-01T00:00:00' }),
    invalid(['/expiresAt', 'field.malformed']),
  ],
  ['null for an expiry', apiKey({ expiresAt: null }), invalid(['/expiresAt', 'field.wrong_type'])],
  [
    'an expiry in the past',
    apiKey({ expiresAt: '2020-01-01T00:00:00Z' }),
    refusedAt(400, 'api_key.expiry_past', '/expiresAt'),
  ],
  ['an unknown template code', template({ code: 'GOLD' }), invalid(['/code', 'field.not_allowed'])],
  ['an unknown region of a template', template({ region: 'EU' }), invalid(['/region', 'field.not_allowed'])],
  ['a list for a config', template({ config: [] }), invalid(['/config', 'field.wrong_type'])],
  ['a text for metadata', asset({ metadata: 'x' }), invalid(['/metadata', 'field.wrong_type'])],
  ['a list for metadata', asset({ metadata: [] }), invalid(['/metadata', 'field.wrong_type'])],
  ['null for metadata', asset({ metadata: null }), invalid(['/metadata', 'field.wrong_type'])],
  [
    'null for a label in a patch',
    ({ ours }) => ({ method: 'PATCH', path: `/v1/assets/${ours.assetId}`, json: { label: null } }),
    invalid(['/label', 'field.wrong_type']),
  ],
  ['an object for an id', position({ assetId: { $ne: '' } }), invalid(['/assetId', 'field.wrong_type'])],
  ['an unknown state', transition({ toState: 'PAID' }), invalid(['/toState', 'field.not_allowed'])],
  ['no state', transition({}), invalid(['/toState', 'field.required'])],
  [
    'a reason of 1,001 characters',
    transition({ toState: 'RELEASED', reason: 'x'.repeat(1001) }),
    invalid(['/reason', 'field.wrong_length']),
  ],
  ['a policy without rules', policy(undefined), invalid(['/position', 'field.required'])],
  ['a list of rules', policy([]), invalid(['/position', 'field.wrong_type'])],
  ['null for rules', policy(null), invalid(['/position', 'field.wrong_type'])],
];

const amounts: RefusalCase[] = [
  ['a JSON number as an amount', position({ amount: 1000.1 }), amount],
  ['a whole JSON number as an amount', position({ amount: 1000 }), amount],
  ['null as an amount', position({ amount: null }), amount],
  ...[
    '1e3',
    '+1.00',
    '-1.00',
    ' 1.00',
    '1.00 ',
    '01.00',
    '.50',
    '1.',
    '1,000.00',
    '',
    '١٠',
    '0x10',
    'NaN',
  ].map((text): RefusalCase => [`the amount ${JSON.stringify(text)}`, position({ amount: text }), amount]),
  ['an amount of 25 digits', position({ amount: '1'.repeat(25) }), amount],
  ['nine decimal places', position({ amount: '1.000000000' }), amount],
  [
    'three decimal places of USD',
    position({ amount: '1.001' }),
    refusedAt(400, 'money.too_many_decimals', '/amount', { currency: 'USD', decimalPlaces: 2 }),
  ],
  [
    'one decimal place of JPY',
    position(({ jpyAssetId }) => ({ assetId: jpyAssetId, currency: 'JPY', amount: '100.5' })),
    refusedAt(400, 'money.too_many_decimals', '/amount', { currency: 'JPY', decimalPlaces: 0 }),
  ],
  [
    'three decimal places in a partial release',
    transition({ toState: 'PARTIALLY_RELEASED', amount: '0.001' }),
    refusedAt(400, 'money.too_many_decimals', '/amount', { currency: 'USD', decimalPlaces: 2 }),
  ],
  ['nothing as an amount', position({ amount: '0.00' }), refusedAt(400, 'money.not_positive', '/amount')],
  [
    'a partial release of nothing',
    transition({ toState: 'PARTIALLY_RELEASED', amount: '0' }),
    refusedAt(400, 'money.not_positive', '/amount'),
  ],
  ['a JSON number as a released amount', transition({ toState: 'RELEASED', amount: 700.05 }), amount],
  [
    'a JSON number as a bound',
    policy({ minAmount: 5 }),
    invalid(['/position/minAmount', 'money.malformed_amount']),
  ],
  [
    'a currency that does not exist',
    position({ currency: 'XYZ' }),
    invalid(['/currency', 'money.unknown_currency']),
  ],
  [
    'a currency in small letters',
    position({ currency: 'usd' }),
    invalid(['/currency', 'money.unknown_currency']),
  ],
  ['gold', position({ currency: 'XAU' }), invalid(['/currency', 'money.unknown_currency'])],
  [
    'an unknown currency in a policy',
    policy({ allowedCurrencies: ['USD', 'XYZ'] }),
    invalid(['/position/allowedCurrencies/1', 'money.unknown_currency']),
  ],
];

describe.each(BACKENDS)('bad fields on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['unknown fields', unknownFields],
    ['wrong values', wrongValues],
    ['amounts', amounts],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused and stores nothing', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });
});
