import { describe, expect, test } from '@jest/globals';
import { checkLifecycle, isTerminal, LIFECYCLE, POSITION_STATES } from './lifecycle.js';

describe('the lifecycle', () => {
  test('is whole', () => {
    expect(() => checkLifecycle(LIFECYCLE)).not.toThrow();
    expect(Object.keys(LIFECYCLE).sort()).toEqual([...POSITION_STATES].sort());
  });

  test('ends in RELEASED, CANCELLED and EXPIRED only', () => {
    expect(POSITION_STATES.filter(isTerminal)).toEqual(['RELEASED', 'CANCELLED', 'EXPIRED']);
  });

  test.each([
    ['leads to a state nobody described', { CREATED: ['LOST'] }, 'unknown state LOST'],
    [
      'describes a state that nothing leads to',
      { CREATED: ['DONE'], DONE: [], ISLAND: ['DONE'] },
      'never reaches the state ISLAND',
    ],
    ['locks money in a circle', { CREATED: ['A'], A: ['B'], B: ['A'] }, 'never ends from the state'],
  ])('stops the start when it %s', (_, table, message) => {
    expect(() => checkLifecycle(table)).toThrow(message);
  });
});
