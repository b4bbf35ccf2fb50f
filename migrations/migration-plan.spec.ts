import { describe, expect, test } from '@jest/globals';
import { MigrationRefusedError } from './migration-faults.js';
import { faultOf, planDown, planUp } from './migration-plan.js';
import type { MigrationClass } from './migration-sql.js';
import type { Likeness, MigrationState } from './migration-state.js';

class First1795346400000 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}
class Second1795346401000 extends First1795346400000 {
  readonly transaction = false;
}
class Third1795346402000 extends First1795346400000 {}
const known: readonly MigrationClass[] = [First1795346400000, Second1795346401000, Third1795346402000];
const [FIRST = '', SECOND = '', THIRD = ''] = known.map(({ name }) => name);

/** What is recorded of migrations, in the order in which they were applied; all others are pending. */
function aState(recorded: Readonly<Record<string, Likeness>>): MigrationState {
  const applied = Object.entries(recorded).map(([name, likeness]) => ({
    name,
    likeness,
    appliedAt: undefined,
  }));
  return { applied, pending: known.filter(({ name }) => !(name in recorded)), runner: undefined };
}

const stepsOf = ({ steps }: { steps: readonly { name: string }[] }): string[] =>
  steps.map(({ name }) => name);
const ALL: Readonly<Record<string, Likeness>> = { [FIRST]: 'intact', [SECOND]: 'intact', [THIRD]: 'intact' };

describe('the plan to go up', () => {
  test('is all that is pending, in order, and says which has no transaction', () => {
    const plan = planUp(aState({ [FIRST]: 'intact' }));
    expect(plan.steps.map(({ name, isTransactional }) => [name, isTransactional])).toEqual([
      [SECOND, false],
      [THIRD, true],
    ]);
    expect(plan).toMatchObject({ direction: 'up', unrecorded: [], unknown: [], isPartial: false });
  });

  test.each([['Second'], [SECOND]])('ends with the migration %s where that is wished for', (to) => {
    const plan = planUp(aState({}), to);
    expect([stepsOf(plan), plan.isPartial]).toEqual([[FIRST, SECOND], true]);
  });

  test('is nothing up to a migration that was applied', () => {
    const plan = planUp(aState({ [FIRST]: 'intact' }), 'First');
    expect([stepsOf(plan), plan.isPartial]).toEqual([[], true]);
  });

  test('takes what came late before what was applied', () => {
    expect(stepsOf(planUp(aState({ [FIRST]: 'intact', [THIRD]: 'intact' })))).toEqual([SECOND]);
  });

  test('records the checksums that nobody did', () => {
    const state = aState({ ...ALL, [FIRST]: 'unrecorded', [THIRD]: 'unrecorded' });
    expect(planUp(state).unrecorded).toEqual([FIRST, THIRD]);
  });

  test('is nothing on a database that is ahead, and says so', () => {
    expect(planUp(aState({ ...ALL, Fourth1795346403000: 'unknown' }))).toMatchObject({
      steps: [],
      unknown: ['Fourth1795346403000'],
    });
  });

  test('is refused to a migration that nobody knows', () => {
    expect(() => planUp(aState({}), 'Fourth')).toThrow(
      new MigrationRefusedError('There is no migration Fourth.'),
    );
  });
});

describe('the plan to go down', () => {
  const down = (selection: Parameters<typeof planDown>[1], state = aState(ALL)): string[] =>
    stepsOf(planDown(state, selection, known));

  test('is the last migration unless more is asked for', () => {
    expect(down({})).toEqual([THIRD]);
    expect(down({ steps: 2 })).toEqual([THIRD, SECOND]);
    expect(down({ steps: 0 })).toEqual([]);
    expect(down({ steps: 9 })).toEqual([THIRD, SECOND, FIRST]);
    expect(down({ all: true })).toEqual([THIRD, SECOND, FIRST]);
    expect(down({ to: 'First' })).toEqual([THIRD, SECOND]);
    expect(down({ to: THIRD })).toEqual([]);
    expect(down({ all: true }, aState({}))).toEqual([]);
  });

  test('goes by the order in which they were applied', () => {
    const state = aState({ [FIRST]: 'intact', [THIRD]: 'intact', [SECOND]: 'intact' });
    expect(down({ steps: 2 }, state)).toEqual([SECOND, THIRD]);
  });

  test('has a transaction for each', () => {
    expect(
      planDown(aState(ALL), { all: true }, known).steps.map(({ isTransactional }) => isTransactional),
    ).toEqual([true, true, true]);
  });

  test.each<[string, MigrationState, RegExp]>([
    [
      'what other code applied',
      aState({ ...ALL, Fourth1: 'unknown' }),
      /^Only the code that applied Fourth1 knows/,
    ],
    ['what was edited', aState({ ...ALL, [FIRST]: 'edited' }), /^Edited after it was applied: First/],
  ])('is refused over %s', (_what, state, message) => {
    expect(() => planDown(state, {}, known)).toThrow(message);
    expect(() => planDown(state, {}, known)).toThrow(MigrationRefusedError);
  });

  test('is refused to a migration that was not applied', () => {
    expect(() => down({ to: 'Third' }, aState({ [FIRST]: 'intact' }))).toThrow(
      'No migration Third was applied.',
    );
  });
});

describe('a database', () => {
  test.each<[string, MigrationState]>([
    ['up to date', aState(ALL)],
    ['behind', aState({ [FIRST]: 'intact' })],
    ['ahead', aState({ ...ALL, Fourth1: 'unknown' })],
    ['migrated by who keeps no checksums', aState({ [FIRST]: 'unrecorded' })],
  ])('that is %s has no fault', (_what, state) => {
    expect(faultOf(state)).toBeUndefined();
  });

  test.each<[string, MigrationState, RegExp]>([
    [
      'edited',
      aState({ ...ALL, [SECOND]: 'edited', [THIRD]: 'edited' }),
      /they were applied: Second\d+, Third\d+\./,
    ],
    [
      'both ahead and behind',
      aState({ [FIRST]: 'intact', Fourth1: 'unknown' }),
      /has Fourth1, .* lacks Second\d+, Third/,
    ],
  ])('that is %s has one, and is not migrated', (_what, state, fault) => {
    expect(faultOf(state)).toMatch(fault);
    expect(() => planUp(state)).toThrow(fault);
  });
});
