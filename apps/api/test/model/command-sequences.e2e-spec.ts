import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandSequences, FIRST_COMMANDS, FIRST_WORDS } from './command-sequences.js';
import { expectInvariants } from './expect-invariants.js';
import { InstitutionModel } from './institution-model.js';
import { NEXT, STATES } from './position-model.js';
import { parametersOf, timeoutMsOf } from './property-runs.js';
import { SideBySide } from './side-by-side.js';

const RUNS = 30;

const OUTCOMES = [
  'GET 200',
  'POST 200',
  'POST 201',
  'PUT 200',
  'PUT 201',
  'DELETE 204',
  'asset.unknown',
  'money.not_positive',
  'money.too_many_decimals',
  'policy.amount_out_of_bounds',
  'policy.bounds_reversed',
  'policy.currency_not_allowed',
  'policy.unknown',
  'position.amount_mismatch',
  'position.amount_required',
  'position.future_moment',
  'position.illegal_transition',
  'position.insufficient_remaining',
  'position.nothing_would_remain',
  'position.unknown',
  'request.invalid',
  'template.amount_out_of_bounds',
  'template.currency_mismatch',
  'template.invalid_config',
  'template.region_not_served',
  'template.unknown',
  'template.wrong_vertical',
];

describe('any sequence of commands on one institution', () => {
  let both: SideBySide;
  const steppedFrom = new Set<string>();

  beforeAll(async () => {
    both = await SideBySide.open();
  });
  afterAll(() => both.close());

  test(
    'is answered as the model says, by memory and postgres alike, and leaves the books whole',
    async () => {
      const property = fc.asyncProperty(commandSequences, async (commands) => {
        const institutions = await both.found();
        const model = new InstitutionModel(both.clock.now().getTime());
        for (const command of FIRST_COMMANDS) await command.run(model, institutions);
        institutions.beginStory(FIRST_WORDS);
        await fc.asyncModelRun(() => ({ model, real: institutions }), commands);
        await expectInvariants(model, institutions);
        for (const { steps } of model.positions) {
          for (const { fromState, toState } of steps) steppedFrom.add(`${fromState} -> ${toState}`);
        }
      });
      await fc.assert(property, parametersOf(RUNS));
    },
    timeoutMsOf(RUNS),
  );

  test('has met every step that the lifecycle has, and every refusal that the rules know', () => {
    const legal = STATES.flatMap((from) => NEXT[from].map((to) => `${from} -> ${to}`));
    expect([...steppedFrom].sort()).toEqual(['null -> CREATED', ...legal].sort());
    expect([...both.met].sort()).toEqual([...OUTCOMES].sort());
  });
});
