import { describe, expect, test } from '@jest/globals';
import { Money } from '#kernel';
import fc from 'fast-check';
import { aRandomStory } from '../testing.js';
import { POSITION_STATES } from './lifecycle.js';
import { heldAmountOf, type Position } from './position.js';
import { standingOf, type PositionTotal } from './position-totals.js';

const none = (currency: string): Money => Money.parse(currency, '0');

describe('the standing of positions', () => {
  test('of none is no position in any state, and no currency', () => {
    const counts = Object.fromEntries(POSITION_STATES.map((state) => [state, 0]));
    expect(standingOf([])).toEqual({ counts, held: [] });
  });

  test('names a currency in which positions are and nothing is held', () => {
    const claimed: PositionTotal = {
      state: 'CREATED',
      count: 2,
      amount: Money.parse('USD', '20.00'),
      releasedAmount: none('USD'),
      refundedAmount: none('USD'),
    };
    expect(standingOf([claimed]).held.map(String)).toEqual(['0.00']);
  });

  test('holds, for any stories, what their positions hold one by one, by currency', () => {
    fc.assert(
      fc.property(fc.array(aRandomStory(), { maxLength: 12 }), (stories) => {
        const positions = stories.map((story) => story.at(-1)?.position as Position);
        const groups = Map.groupBy(positions, ({ state, amount }) => `${state} ${amount.currency.code}`);
        const { counts, held } = standingOf([...groups.values()].map(totalOf));
        const currencies = [...new Set(positions.map(({ amount }) => amount.currency.code))].sort();
        expect(held.map(({ currency }) => currency.code)).toEqual(currencies);
        for (const money of held) expect(money).toEqual(heldIn(money.currency.code, positions));
        for (const state of POSITION_STATES) {
          expect(counts[state]).toBe(positions.filter((position) => position.state === state).length);
        }
      }),
    );
  });
});

function totalOf(positions: readonly Position[]): PositionTotal {
  const [first] = positions as [Position];
  const sum = (which: 'amount' | 'releasedAmount' | 'refundedAmount'): Money =>
    positions.map((position) => position[which]).reduce((total, money) => total.plus(money));
  return {
    state: first.state,
    count: positions.length,
    amount: sum('amount'),
    releasedAmount: sum('releasedAmount'),
    refundedAmount: sum('refundedAmount'),
  };
}

function heldIn(currency: string, positions: readonly Position[]): Money {
  return positions
    .filter(({ amount }) => amount.currency.code === currency)
    .reduce((total, position) => total.plus(heldAmountOf(position)), none(currency));
}
