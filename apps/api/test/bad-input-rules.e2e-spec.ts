import { describe, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { UNKNOWN } from './support/patterns.js';
import { settingOn, refusedAt, type RefusalCase } from './support/refusals.js';
import { asset, config, policy, position, template, transition } from './support/requests.js';

const badConfig = (pointer: string, code: string) => ({
  status: 400,
  code: 'template.invalid_config',
  errors: [[pointer, code]] as const,
});
const configs: RefusalCase[] = [
  ['an unknown field of a config', config({ x: 1 }), badConfig('/config/x', 'field.unknown')],
  [
    'a config without a currency',
    template({ config: { region: 'US' } }),
    badConfig('/config/currency', 'field.required'),
  ],
  [
    'an unknown currency in a config',
    config({ currency: 'XYZ' }),
    badConfig('/config/currency', 'money.unknown_currency'),
  ],
  [
    'another region than the template’s',
    config({ region: 'SG' }),
    badConfig('/config/region', 'field.not_allowed'),
  ],
  [
    'a JSON number as a template’s bound',
    config({ minAmount: 5 }),
    badConfig('/config/minAmount', 'money.malformed_amount'),
  ],
  [
    'a bound with too many decimals',
    config({ maxAmount: '1.001' }),
    badConfig('/config/maxAmount', 'money.too_many_decimals'),
  ],
  [
    'bounds the wrong way round',
    config({ minAmount: '2.00', maxAmount: '1.00' }),
    badConfig('/config/minAmount', 'field.not_allowed'),
  ],
  [
    'a letter of credit without its terms',
    template({ code: 'TF_LC', vertical: 'TRADE_FINANCE', config: { currency: 'USD', maxTenorDays: 90 } }),
    badConfig('/config/issuingBankCountry', 'field.required'),
  ],
  [
    'a country that does not exist',
    template({
      code: 'TF_LC',
      vertical: 'TRADE_FINANCE',
      config: { currency: 'USD', maxTenorDays: 90, issuingBankCountry: 'ZZ' },
    }),
    badConfig('/config/issuingBankCountry', 'field.not_allowed'),
  ],
  [
    'half a day of tenor',
    template({
      code: 'TF_INVOICE',
      vertical: 'TRADE_FINANCE',
      config: { currency: 'USD', maxTenorDays: 0.5, country: 'SG' },
    }),
    badConfig('/config/maxTenorDays', 'field.not_allowed'),
  ],
  [
    'a retainage of more than the whole',
    template({ code: 'CONSTR_RETAINAGE', config: { currency: 'USD', retainagePercentage: 100.01 } }),
    badConfig('/config/retainagePercentage', 'field.not_allowed'),
  ],
];

const rules: RefusalCase[] = [
  [
    'a code of another vertical',
    template({ vertical: 'TRADE_FINANCE' }),
    refusedAt(422, 'template.wrong_vertical', '/vertical', { expected: 'CONSTRUCTION' }),
  ],
  [
    'a region that the institution does not serve',
    template({ region: 'UAE', config: { currency: 'USD', region: 'UAE' } }),
    refusedAt(422, 'template.region_not_served', '/region', { regions: ['US', 'EU_UK', 'SG'] }),
  ],
  [
    'another currency than the template’s',
    position({ currency: 'EUR' }),
    ({ ours }) =>
      refusedAt(422, 'template.currency_mismatch', '/currency', {
        templateId: ours.templateId,
        expected: 'USD',
        currency: 'EUR',
      }),
  ],
  [
    'less than the template allows',
    position(({ bounded }) => ({ assetId: bounded.assetId, amount: '9.99' })),
    ({ bounded }) =>
      refusedAt(422, 'template.amount_out_of_bounds', '/amount', {
        templateId: bounded.templateId,
        currency: 'USD',
        amount: '9.99',
        minAmount: '10.00',
      }),
  ],
  [
    'more than the template allows',
    position(({ bounded }) => ({ assetId: bounded.assetId, amount: '100.01' })),
    ({ bounded }) =>
      refusedAt(422, 'template.amount_out_of_bounds', '/amount', {
        templateId: bounded.templateId,
        currency: 'USD',
        amount: '100.01',
        maxAmount: '100.00',
      }),
  ],
  [
    'less than the policy allows',
    position(({ underPolicy }) => ({ assetId: underPolicy.eurAssetId, currency: 'EUR', amount: '49.99' })),
    refusedAt(422, 'policy.amount_out_of_bounds', '/amount', {
      policyVersion: 2,
      region: 'SG',
      currency: 'EUR',
      amount: '49.99',
      minAmount: '50',
    }),
  ],
  [
    'a currency that the policy does not allow',
    position(({ underPolicy }) => ({ assetId: underPolicy.gbpAssetId, currency: 'GBP', amount: '60.00' })),
    refusedAt(422, 'policy.currency_not_allowed', '/currency', {
      policyVersion: 2,
      region: 'SG',
      currency: 'GBP',
      allowedCurrencies: ['EUR', 'USD'],
    }),
  ],
  [
    'policy bounds the wrong way round',
    policy({ minAmount: '2', maxAmount: '1' }),
    refusedAt(400, 'policy.bounds_reversed', '/position/minAmount', { minAmount: '2', maxAmount: '1' }),
  ],
  ['a policy for an unknown region', policy({}, 'MOON'), { status: 404, code: 'policy.unknown_region' }],
  ['an unknown asset', position({ assetId: UNKNOWN.asset }), refusedAt(404, 'asset.unknown', '/assetId')],
  ['a malformed asset id', position({ assetId: 'x' }), refusedAt(404, 'asset.unknown', '/assetId')],
  [
    'another tenant’s asset',
    position(({ theirs }) => ({ assetId: theirs.assetId })),
    refusedAt(404, 'asset.unknown', '/assetId'),
  ],
  [
    'an unknown template',
    asset({ templateId: UNKNOWN.template }),
    refusedAt(404, 'template.unknown', '/templateId'),
  ],
];

const steps: RefusalCase[] = [
  [
    'a step that the lifecycle does not know',
    transition({ toState: 'RELEASED' }, (world) => world.createdId),
    {
      status: 409,
      code: 'position.illegal_transition',
      extensions: { state: 'CREATED', toState: 'RELEASED', allowed: ['FUNDED', 'CANCELLED', 'EXPIRED'] },
    },
  ],
  [
    'funding a second time',
    transition({ toState: 'FUNDED' }),
    {
      status: 409,
      code: 'position.illegal_transition',
      extensions: {
        state: 'PARTIALLY_RELEASED',
        toState: 'FUNDED',
        allowed: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
      },
    },
  ],
  [
    'a step out of a terminal state',
    transition({ toState: 'CANCELLED' }, (world) => world.cancelledId),
    {
      status: 409,
      code: 'position.illegal_transition',
      extensions: { state: 'CANCELLED', toState: 'CANCELLED', allowed: [] },
    },
  ],
  [
    'a partial release without an amount',
    transition({ toState: 'PARTIALLY_RELEASED' }),
    refusedAt(400, 'position.amount_required', '/amount'),
  ],
  [
    'a partial release of more than remains',
    transition({ toState: 'PARTIALLY_RELEASED', amount: '700.06' }),
    refusedAt(422, 'position.insufficient_remaining', '/amount', {
      currency: 'USD',
      remaining: '700.05',
      requested: '700.06',
    }),
  ],
  [
    'a partial release of all that remains',
    transition({ toState: 'PARTIALLY_RELEASED', amount: '700.05' }),
    refusedAt(422, 'position.nothing_would_remain', '/amount', {
      currency: 'USD',
      remaining: '700.05',
      requested: '700.05',
    }),
  ],
  [
    'another amount than a release moves',
    transition({ toState: 'RELEASED', amount: '700.04' }),
    refusedAt(422, 'position.amount_mismatch', '/amount', {
      currency: 'USD',
      expected: '700.05',
      requested: '700.04',
    }),
  ],
  [
    'another amount than funding moves',
    transition({ toState: 'FUNDED', amount: '1000.11' }, (world) => world.createdId),
    refusedAt(422, 'position.amount_mismatch', '/amount', {
      currency: 'USD',
      expected: '1000.10',
      requested: '1000.11',
    }),
  ],
];

describe.each(BACKENDS)('broken rules on %s', (backend) => {
  const setting = settingOn(backend);

  describe.each([
    ['template configs', configs],
    ['rules', rules],
    ['lifecycle', steps],
  ])('%s', (_, cases) => {
    test.each(cases)('%s is refused and stores nothing', async (...refusalCase) => {
      await setting.expectRefused(refusalCase);
    });
  });
});
