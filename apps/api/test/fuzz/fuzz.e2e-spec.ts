import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Figures } from './figures.js';
import { figuresFile, parametersOf, timeoutMsOf } from './fuzz-runs.js';
import { heapSizeMib } from './heap-size.js';
import { OPERATIONS } from './operations.js';
import { sessionsOf } from './sessions.js';
import { TwoBackends } from './two-backends.js';

const SESSIONS = 100;
const REQUESTS_PER_SESSION = 100;
/** Far more than thousands of small rows take, and far less than thousands of bodies of a megabyte. */
const MAX_GROWTH_MIB = 200;

describe('whatever is sent to the service', () => {
  let both: TwoBackends;
  let heapBeforeMib: number;
  const figures = new Figures();

  beforeAll(async () => {
    both = await TwoBackends.open();
    heapBeforeMib = heapSizeMib();
  });
  afterAll(async () => {
    await both.close();
    if (figuresFile !== undefined) writeFileSync(figuresFile, figures.toText());
  });

  test(
    'is answered as the OpenAPI document says, alike by both backends, and changes nothing when it is refused',
    async () => {
      const property = fc.asyncProperty(sessionsOf(REQUESTS_PER_SESSION), async (requests) => {
        const { exchanges, faults } = await both.send(requests);
        figures.count(exchanges);
        if (faults.length > 0) throw new Error(faults.slice(0, 4).join('\n'));
      });
      await fc.assert(property, parametersOf(SESSIONS));
    },
    timeoutMsOf(SESSIONS),
  );

  test('reached every operation, and was answered with every kind of status', () => {
    expect(figures.operations).toEqual(expect.arrayContaining(OPERATIONS.map(({ id }) => id)));
    const statuses = [200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422].map(String);
    expect(figures.statuses).toEqual(expect.arrayContaining(statuses));
  });

  test('leaves services that live, carry out commands, and hold on to no more memory than their rows take', async () => {
    expect(await both.areAlive()).toBe(true);
    expect(await both.send([])).toEqual({ exchanges: [], faults: [] });
    expect(heapSizeMib() - heapBeforeMib).toBeLessThan(MAX_GROWTH_MIB);
  });
});
