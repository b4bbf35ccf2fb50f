import { Money } from '#kernel';
import { POSITION_STATES, type PositionState } from './lifecycle.js';
import { heldAmountOf, type Position } from './position.js';

/** The positions of one currency that are in one state: how many they are, and the sums of their amounts. */
export interface PositionTotal extends Pick<
  Position,
  'state' | 'amount' | 'releasedAmount' | 'refundedAmount'
> {
  readonly count: number;
}

/** How many positions are in each state, and what is in escrow in each currency that any position is in. */
export interface Standing {
  readonly counts: Readonly<Record<PositionState, number>>;
  /** By currency. */
  readonly held: readonly Money[];
}

/** What is held of a sum is the sum of what is held, since all of it is in one state. */
export function standingOf(totals: readonly PositionTotal[]): Standing {
  const counts = Object.fromEntries(POSITION_STATES.map((state) => [state, 0])) as Record<
    PositionState,
    number
  >;
  const held = new Map<string, Money>();
  for (const total of totals) {
    const { currency } = total.amount;
    counts[total.state] += total.count;
    held.set(currency.code, (held.get(currency.code) ?? Money.zero(currency)).plus(heldAmountOf(total)));
  }
  const sorted = [...held].sort(([left], [right]) => (left < right ? -1 : 1));
  return { counts, held: sorted.map(([, money]) => money) };
}
