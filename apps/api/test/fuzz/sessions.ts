import fc, { type Arbitrary } from 'fast-check';
import { faultsIn } from './request-faults.js';
import { FuzzRequest } from './fuzz-request.js';
import { OPERATIONS, type Operation } from './operations.js';
import { soundRequests } from './sound-requests.js';

function requestsTo(operation: Operation): Arbitrary<FuzzRequest> {
  return fc
    .tuple(soundRequests(operation), faultsIn(operation))
    .map(
      ([draft, faults]) => new FuzzRequest(faults.reduce((changed, { change }) => change(changed), draft)),
    );
}

/** To every operation of the document, most often to those that take a body, in which most can go wrong. */
const fuzzRequests: Arbitrary<FuzzRequest> = fc.oneof(
  ...OPERATIONS.map((operation) => ({
    weight: operation.body === undefined ? 1 : 4,
    arbitrary: requestsTo(operation),
  })),
);

/** Requests that are sent one after the other, now and then one twice. */
export function sessionsOf(count: number): Arbitrary<readonly FuzzRequest[]> {
  const once = fuzzRequests.map((request) => [request]);
  const twice = fuzzRequests.map((request) => [request, request]);
  const steps = fc.oneof({ weight: 12, arbitrary: once }, { weight: 1, arbitrary: twice });
  return fc.array(steps, { minLength: 1, maxLength: count, size: 'max' }).map((requests) => requests.flat());
}
