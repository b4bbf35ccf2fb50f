import fc, { type Arbitrary } from 'fast-check';
import { cutTo, fromMinorUnits, placesOf } from './minor-units.js';

/** An amount in words; what it comes to follows from what there is when it is sent. */
export interface AmountChoice {
  readonly words: string;
  /** @param whole what there is to move, in minor units; left out when nothing is said of an amount */
  readonly of: (whole: bigint, currency: string) => string | undefined;
}

function units(words: string, reckon: (whole: bigint) => bigint): AmountChoice {
  return {
    words,
    of: (whole, currency) => {
      const reckoned = reckon(whole);
      return fromMinorUnits(reckoned < 0n ? 0n : reckoned, currency);
    },
  };
}

const text = (words: string, written: (currency: string) => string): AmountChoice => ({
  words,
  of: (_whole, currency) => written(currency),
});

const tooPrecise = text(
  'with one decimal place too many',
  (currency) => `5.${'0'.repeat(placesOf(currency))}1`,
);
const malformed = fc
  .constantFrom('1e3', '-1', '+1', '01', '1.', '.5', ' 1', '', '1,000', '0x10', '١', '1'.repeat(25))
  .map((written) => text(`written as ${JSON.stringify(written)}`, () => written));

const unstated: AmountChoice = { words: 'of no stated amount', of: () => undefined };
const parts = fc
  .integer({ min: 1, max: 999 })
  .map((permille) => units(`of ${permille}/1000 of it`, (whole) => (whole * BigInt(permille)) / 1000n || 1n));

/** How much of a whole a step asks to move, when it is to be made. */
export const fittingAmount: Arbitrary<{ readonly part: AmountChoice; readonly whole: AmountChoice }> =
  fc.record({
    part: parts,
    whole: fc.constantFrom(
      unstated,
      units('of all of it', (whole) => whole),
    ),
  });

/** How much of a whole a step asks to move, whether or not it can. */
export const anyAmount: Arbitrary<AmountChoice> = fc.oneof(
  { weight: 3, arbitrary: parts },
  { weight: 3, arbitrary: fc.constant(unstated) },
  { weight: 3, arbitrary: fc.constant(units('of all of it', (whole) => whole)) },
  { weight: 3, arbitrary: fc.constant(units('of one unit more than it', (whole) => whole + 1n)) },
  { weight: 3, arbitrary: fc.constant(units('of one unit less than it', (whole) => whole - 1n)) },
  { weight: 1, arbitrary: fc.constant(units('of the smallest unit', () => 1n)) },
  { weight: 1, arbitrary: fc.constant(units('of nothing', () => 0n)) },
  { weight: 1, arbitrary: fc.constant(tooPrecise) },
  { weight: 1, arbitrary: malformed },
);

/** Plain decimals that lower bounds, upper bounds and amounts are drawn from, so that they often meet. */
export const LOWER_BOUNDS = ['0', '0.001', '0.01', '9.99', '10', '10.50'];
export const UPPER_BOUNDS = ['9.99', '99.999', '100', '1000.10', '2500'];
const AMOUNTS = [...LOWER_BOUNDS, ...UPPER_BOUNDS, '10.51', '100.01', '123456789012345678901234.99'];

const about = (decimal: string): AmountChoice =>
  text(`of about ${decimal}`, (currency) => cutTo(decimal, placesOf(currency)));

/** How much is claimed. */
export const amountToClaim: Arbitrary<AmountChoice> = fc.oneof(
  // Within most bounds.
  {
    weight: 12,
    arbitrary: fc
      .integer({ min: 1_100, max: 9_999 })
      .map((hundredths) =>
        about(`${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`),
      ),
  },
  { weight: 4, arbitrary: fc.constantFrom(...AMOUNTS).map(about) },
  {
    weight: 1,
    arbitrary: fc.bigInt({ min: 1n, max: 2_000_000n }).map((size) => units(`of ${size} units`, () => size)),
  },
  { weight: 1, arbitrary: fc.constant(tooPrecise) },
  { weight: 1, arbitrary: malformed },
);
