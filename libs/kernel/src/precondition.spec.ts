import { describe, expect, test } from '@jest/globals';
import { DomainError } from './domain-error.js';
import { requirePrecondition, type Precondition } from './precondition.js';

/** What asking for a version fails with; undefined when it does not. */
function failureOf(precondition: Precondition, current: number | null): unknown {
  try {
    requirePrecondition(precondition, current);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Preconditions, with those of the versions null, 1, 2 and 3 that they hold for. */
const TABLE: [precondition: Precondition, holdsFor: (number | null)[]][] = [
  [{}, [null, 1, 2, 3]],
  [{ ifMatch: 'any' }, [1, 2, 3]],
  [{ ifMatch: [] }, []],
  [{ ifMatch: [2] }, [2]],
  [{ ifMatch: [1, 3] }, [1, 3]],
  [{ ifMatch: [7] }, []],
  [{ ifNoneMatch: 'any' }, [null]],
  [{ ifNoneMatch: [] }, [null, 1, 2, 3]],
  [{ ifNoneMatch: [2] }, [null, 1, 3]],
  [{ ifNoneMatch: [1, 3] }, [null, 2]],
  [{ ifMatch: 'any', ifNoneMatch: 'any' }, []],
  [{ ifMatch: 'any', ifNoneMatch: [2] }, [1, 3]],
  [{ ifMatch: [1, 2], ifNoneMatch: [2] }, [1]],
  [{ ifMatch: [1], ifNoneMatch: [2] }, [1]],
  [{ ifMatch: [2], ifNoneMatch: 'any' }, []],
  [{ ifMatch: [], ifNoneMatch: [] }, []],
];

describe.each(TABLE)('the precondition %j', (precondition, holdsFor) => {
  test.each([null, 1, 2, 3])('and the version %j', (current) => {
    const failure = failureOf(precondition, current);
    if (holdsFor.includes(current)) return expect(failure).toBeUndefined();
    expect(failure).toBeInstanceOf(DomainError);
    expect(failure).toMatchObject({
      fault: { code: 'request.precondition_failed', kind: 'precondition_failed' },
      message: current === null ? 'The resource does not exist.' : `The resource has version ${current} now.`,
      extensions: { currentVersion: current },
    });
  });
});
