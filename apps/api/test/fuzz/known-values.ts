import fc, { type Arbitrary } from 'fast-check';
import type { Json } from '../support/client.js';

/** Mostly what is ours, else what is another tenant's, nobody's, or no id at all. */
function ids(ours: readonly string[], theirs: string, nobodys: string): Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...ours) },
    { weight: 2, arbitrary: fc.constantFrom(theirs, nobodys) },
    { weight: 1, arbitrary: fc.constantFrom(...MALFORMED_IDS) },
  );
}

const MALFORMED_IDS = [
  'x',
  'pos_',
  'ast_01jd8x3fqje3wve2q1q9n8h2k',
  'POS_01JD8X3FQJE3WVE2Q1Q9N8H2KZ',
  '💰',
  '0',
];

const amounts = fc.constantFrom(
  ...[
    '1',
    '5.00',
    '10.00',
    '60',
    '60.00',
    '100.00',
    '300.05',
    '700.05',
    '1000.10',
    '0.01',
    '0',
    '100.5',
    '1.234',
  ],
  ...['5000', '5000.01', '123456789012345678901234.12', '0.00000001'],
);

const keyIds = ids(['~our.spare.key~', '~our.reader.key~', '~our.admin.key~'], '~their.key~', '~no.key~');
const positionIds = ids(
  ['~our.created.position~', '~our.partial.position~', '~our.cancelled.position~'],
  '~their.position~',
  '~no.position~',
);

/** What fields and parameters of these names take, in names of a {@link FuzzWorld}. */
export const knownValues: Readonly<Record<string, Arbitrary<Json>>> = {
  institutionId: ids(['~our.institution~'], '~their.institution~', '~no.institution~'),
  templateId: ids(['~our.template~', '~our.bounded.template~'], '~their.template~', '~no.template~'),
  assetId: ids(
    ['~our.asset~', '~our.asset~', '~our.yen.asset~', '~our.bounded.asset~', '~our.ruled.asset~'],
    '~their.asset~',
    '~no.asset~',
  ),
  positionId: positionIds,
  keyId: keyIds,
  apiKeyId: keyIds,
  resourceId: fc.oneof(positionIds, keyIds),
  cursor: fc.constantFrom('~our.cursor~', '~our.cursor~', '~their.cursor~', '~no.cursor~', 'WzFd', 'W10'),
  region: fc.constantFrom('US', 'US', 'SG', 'EU_UK', 'UAE'),
  code: fc.constantFrom('CONSTR_ESCROW', 'CONSTR_RETAINAGE', 'TF_INVOICE', 'TF_LC'),
  currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR', 'JPY', 'KWD', 'CLF', 'GBP'),
  amount: amounts,
  minAmount: amounts,
  maxAmount: amounts,
  allowedCurrencies: fc.uniqueArray(fc.constantFrom('USD', 'EUR', 'JPY'), { minLength: 1 }),
  expiresAt: fc.constantFrom('2999-01-01T00:00:00Z', '2999-12-31T23:59:59.999+14:00', '2020-01-01T00:00:00Z'),
  holderReference: fc.constantFrom('holder-1', 'holder-2', 'بنك 銀行'),
  'Idempotency-Key': fc.integer({ min: 1, max: 60 }).map((number) => `"key-${number}"`),
  'If-Match': fc.constantFrom('*', '*', '"1"', '"1"', '"2"', '"3"', '"1", "2"', 'W/"1"'),
  'If-None-Match': fc.constantFrom('"9"', '"9"', '"1"', '"2"', '*', 'W/"1"', '"1", W/"3"'),
  'X-Request-Id': fc.uuid(),
};

/** Members that agree with each other, for objects that have all of these names. */
export const agreeingMembers: readonly {
  readonly names: readonly string[];
  readonly members: Arbitrary<Readonly<Record<string, Json>>>;
}[] = [
  {
    names: ['code', 'vertical', 'region', 'config'],
    members: fc.constantFrom(
      template('CONSTR_ESCROW', 'CONSTRUCTION', 'US', { currency: 'USD', region: 'US', minAmount: '1.00' }),
      template('CONSTR_RETAINAGE', 'CONSTRUCTION', 'SG', { currency: 'EUR', retainagePercentage: 10 }),
      template('TF_INVOICE', 'TRADE_FINANCE', 'EU_UK', { currency: 'KWD', maxTenorDays: 90, country: 'GB' }),
      template('TF_LC', 'TRADE_FINANCE', 'US', {
        currency: 'JPY',
        maxTenorDays: 30,
        issuingBankCountry: 'JP',
      }),
    ),
  },
  {
    names: ['assetId', 'currency', 'amount'],
    members: fc.constantFrom(
      { assetId: '~our.asset~', currency: 'USD', amount: '1000.10' },
      { assetId: '~our.asset~', currency: 'USD', amount: '60.00' },
      { assetId: '~our.yen.asset~', currency: 'JPY', amount: '5000' },
      { assetId: '~our.bounded.asset~', currency: 'USD', amount: '10' },
      { assetId: '~our.ruled.asset~', currency: 'EUR', amount: '60' },
    ),
  },
  {
    names: ['toState', 'amount'],
    members: fc.constantFrom(
      { toState: 'FUNDED', amount: '1000.10' },
      { toState: 'PARTIALLY_RELEASED', amount: '10.00' },
      { toState: 'RELEASED', amount: '700.05' },
    ),
  },
  {
    names: ['minAmount', 'maxAmount'],
    members: fc.constantFrom({ minAmount: '1', maxAmount: '100' }, { minAmount: '0', maxAmount: '5000' }),
  },
];

function template(code: string, vertical: string, region: string, config: Json): Record<string, Json> {
  return { code, vertical, region, config };
}
