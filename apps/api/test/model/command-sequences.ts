import fc, { type Arbitrary, type AsyncCommand } from 'fast-check';
import { amountToClaim, anyAmount, fittingAmount, LOWER_BOUNDS, UPPER_BOUNDS } from './amount-choices.js';
import {
  Move,
  MoveUnknown,
  NewAsset,
  NewTemplate,
  Open,
  OpenBatch,
  PutPolicy,
  ReadPolicy,
  RemovePolicy,
  type OpeningChoice,
  type TransitionChoice,
} from './commands.js';
import type { InstitutionModel } from './institution-model.js';
import { STATES } from './position-model.js';
import { ListPositions, ReadAsOf, ReadBalances, ReadPosition, TimePasses } from './reading-commands.js';
import { replayPath } from './property-runs.js';
import { UNKNOWN_CURRENCIES, type Terms } from './request-rules.js';
import type { Institutions } from './side-by-side.js';

type AnyCommand = AsyncCommand<InstitutionModel, Institutions>;

const CURRENCIES = ['USD', 'EUR', 'JPY', 'KWD', 'CLF'];
const regions = fc.constantFrom('US', 'EU_UK', 'SG');
const currencies = fc.constantFrom(...CURRENCIES);
const holders = fc.constantFrom('holder-1', 'holder-2', 'holder-3');
/** Often the latest or the one before it, so that a few positions go through many steps. */
const recent = fc.oneof({ weight: 4, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(20) });
const optionally = <Value>(value: Arbitrary<Value>): Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

/** Members that are undefined are left out, as they are on the wire. */
function given<Members extends object>(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members;
}

const bounds = fc.record({
  minAmount: optionally(fc.constantFrom(...LOWER_BOUNDS)),
  maxAmount: optionally(fc.constantFrom(...UPPER_BOUNDS)),
});

/** Region and business are nearly always right. */
const nearlyAlways = (right: string, wrong: string): Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constant(wrong) });

const escrowTerms: Arbitrary<Terms> = fc
  .oneof({ weight: 6, arbitrary: regions }, fc.constant('UAE'))
  .chain((region) =>
    fc
      .record({
        vertical: nearlyAlways('CONSTRUCTION', 'TRADE_FINANCE'),
        configRegion: nearlyAlways(region, 'US'),
        currency: currencies,
        limits: bounds,
      })
      .map(({ vertical, configRegion, currency, limits }) => ({
        code: 'CONSTR_ESCROW',
        name: 'Project escrow',
        vertical,
        region,
        config: given({ currency, region: configRegion, ...limits }),
      })),
  );

const otherTerms: Arbitrary<Terms> = fc
  .tuple(
    fc.constantFrom(
      ['CONSTR_RETAINAGE', 'CONSTRUCTION', { retainagePercentage: 10 }] as const,
      ['TF_INVOICE', 'TRADE_FINANCE', { maxTenorDays: 30, country: 'SG' }] as const,
      ['TF_LC', 'TRADE_FINANCE', { maxTenorDays: 90, issuingBankCountry: 'GB' }] as const,
    ),
    regions,
    currencies,
  )
  .map(([[code, vertical, config], region, currency]) => ({
    code,
    name: `Programme in ${currency}`,
    vertical,
    region,
    config: { currency, ...config },
  }));

const rules = fc
  .record({
    limits: bounds,
    allowedCurrencies: optionally(fc.uniqueArray(currencies, { minLength: 1, maxLength: 4 })),
  })
  .map(({ limits, allowedCurrencies }) => given({ ...limits, allowedCurrencies }));

const openings: Arbitrary<OpeningChoice> = fc
  .record({
    asset: fc.oneof({ weight: 20, arbitrary: recent }, { weight: 1, arbitrary: fc.constant(null) }),
    amount: fc.oneof(
      { weight: 12, arbitrary: amountToClaim },
      {
        weight: 4,
        arbitrary: fc.record({ bound: fc.nat(3), offset: fc.constantFrom(-1n, 0n, 1n) }),
      },
      { weight: 1, arbitrary: fc.record({ number: fc.constantFrom(10, 0.1) }) },
    ),
    currency: fc.oneof(
      { weight: 24, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: currencies },
      { weight: 1, arbitrary: fc.constantFrom(...UNKNOWN_CURRENCIES) },
    ),
    holderReference: holders,
    externalReference: optionally(fc.constantFrom('contract-7', 'Vertrag Ü')),
  })
  .map(given);

const transitions = fc
  .record({
    position: recent,
    to: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 3) },
      { weight: 2, arbitrary: fc.constantFrom(...STATES) },
    ),
    amount: fc.oneof<Arbitrary<TransitionChoice['amount']>[]>(fittingAmount, anyAmount),
    reason: optionally(fc.constantFrom('First part is built', 'Überwiesen')),
    metadata: optionally(fc.constantFrom({ invoice: 'INV-7' }, { b: 'ü', a: '2' }, {})),
  })
  .map(given);

const about = { position: recent, step: fc.nat(8), offsetMs: fc.constantFrom(-1, 0, 0, 1) };
const moments = fc.record(about);
const times = fc.constantFrom(0, 1, 2, 1_000, 86_400_000, -1, -2_000);
const filters = fc
  .record({
    asset: optionally(fc.nat(4)),
    holderReference: optionally(holders),
    currency: optionally(currencies),
    states: optionally(fc.uniqueArray(fc.constantFrom(...STATES), { minLength: 1, maxLength: 3 })),
  })
  .map(given);
const narrow = fc.record({ asset: optionally(fc.nat(4)), holderReference: optionally(holders) }).map(given);

const anyCommand: Arbitrary<AnyCommand> = fc.oneof(
  { weight: 30, arbitrary: transitions.map((choice) => new Move(choice)) },
  { weight: 8, arbitrary: openings.map((choice) => new Open(choice)) },
  {
    weight: 2,
    arbitrary: fc.array(openings, { minLength: 1, maxLength: 4 }).map((choices) => new OpenBatch(choices)),
  },
  { weight: 4, arbitrary: fc.tuple(regions, rules).map(([region, put]) => new PutPolicy(region, put)) },
  { weight: 3, arbitrary: regions.map((region) => new RemovePolicy(region)) },
  { weight: 1, arbitrary: regions.map((region) => new ReadPolicy(region)) },
  { weight: 3, arbitrary: fc.oneof(escrowTerms, otherTerms).map((terms) => new NewTemplate(terms)) },
  { weight: 2, arbitrary: optionally(fc.nat(2)).map((back) => new NewAsset(back)) },
  { weight: 5, arbitrary: times.map((ms) => new TimePasses(ms)) },
  { weight: 1, arbitrary: recent.map((position) => new ReadPosition(position)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(filters, fc.integer({ min: 1, max: 5 }))
      .map(([filter, limit]) => new ListPositions(filter, limit)),
  },
  {
    weight: 2,
    arbitrary: moments.map(({ position, step, offsetMs }) => new ReadAsOf(position, step, offsetMs)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(narrow, optionally(moments))
      .map(([filter, moment]) => new ReadBalances(filter, moment)),
  },
  { weight: 1, arbitrary: fc.constantFrom(...STATES).map((state) => new MoveUnknown(state)) },
);

/** What every sequence begins with, so that there is something to open positions under. */
export const FIRST_COMMANDS: readonly AnyCommand[] = [
  ['USD', 'US', {}] as const,
  ['JPY', 'SG', { minAmount: '10', maxAmount: '2500' }] as const,
  ['KWD', 'EU_UK', { minAmount: '0.01' }] as const,
].flatMap(([currency, region, limits]) => [
  new NewTemplate({
    code: 'CONSTR_ESCROW',
    name: `Project escrow in ${currency}`,
    vertical: 'CONSTRUCTION',
    region,
    config: { currency, region, ...limits },
  }),
  new NewAsset(0),
  new Open({ asset: 0, amount: { bound: 0, offset: 1n }, currency: null, holderReference: 'holder-1' }),
]);

export const FIRST_WORDS =
  'an institution has ast#1 of USD in US, ast#2 of JPY 10 to 2500 in SG, ast#3 of KWD from 0.01 in EU_UK, ' +
  'and under them pos#1 of 100.01 USD, pos#2 of 11 JPY, and pos#3 of 0.011 KWD';

export const commandSequences: Arbitrary<Iterable<AnyCommand>> = fc.commands([anyCommand], {
  maxCommands: 80,
  size: 'max',
  ...replayPath,
});
