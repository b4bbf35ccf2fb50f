import type { Backend } from '#testing';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { expectProblem, type Refusal } from './problems.js';
import { RecordWatch } from './records.js';
import { methodOf, send, type Request } from './send.js';
import { closeService } from './service.js';
import { openWorld, type World } from './world.js';

/** A request that must be refused, and how. */
export type RefusalCase = readonly [
  name: string,
  request: (world: World) => Request,
  refusal: Refusal | ((world: World) => Refusal),
];

/** What a suite of refusals stands in. */
export interface Setting {
  /** Only inside tests. */
  readonly world: World;
  /** Sends the request of a case; expects exactly its refusal, and that nothing is stored. */
  expectRefused(refusalCase: RefusalCase): Promise<void>;
  /** What was stored since the last look. */
  changes(): Promise<unknown>;
}

/** Opens a service with two tenants for the suite that calls it, and closes it at its end. */
export function settingOn(backend: Backend): Setting {
  let world: World;
  let watch: RecordWatch;
  beforeAll(async () => {
    world = await openWorld(backend);
    watch = await RecordWatch.over(world.service);
  });
  afterAll(async () => closeService(world.service));
  return {
    get world() {
      return world;
    },
    changes: async () => watch.changes(),
    expectRefused: async (refusalCase) => expectRefusal(world, watch, refusalCase),
  };
}

/**
 * Sends the request of a case; expects exactly its refusal, and that nothing at all is stored. Whether reads store
 * anything the suites look at together, since that takes longer than the reads.
 */
async function expectRefusal(
  world: World,
  watch: RecordWatch,
  [, prepare, refusal]: RefusalCase,
): Promise<void> {
  const request = prepare(world);
  const answer = await send(world, request);
  const changes = methodOf(request) === 'GET' ? [] : await watch.changes();
  expectProblem(answer, request.path, typeof refusal === 'function' ? refusal(world) : refusal);
  expect(changes).toEqual([]);
}

/** A refusal of fields, each given by its pointer and the code of its fault. */
export function invalid(...errors: (readonly [pointer: string, code: string])[]): Refusal {
  return { status: 400, code: 'request.invalid', errors };
}

/** A refusal of one field by a rule, whose code is that of the whole answer too. */
export function refusedAt(
  status: number,
  code: string,
  pointer: string,
  extensions?: Refusal['extensions'],
): Refusal {
  return { status, code, errors: [[pointer, code]], extensions };
}
