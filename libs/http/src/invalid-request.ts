import type { DomainError, FieldFault } from '#kernel';
import { requestFaults } from './request-faults.js';

/** So many that a person sees what is wrong, and so few that no answer is larger than its request may be. */
const MAX_NAMED_FAULTS = 100;

/** The refusal of a request for its fields, of which it names the first hundred at fault. */
export function invalidRequest(faults: readonly FieldFault[]): DomainError {
  const detail =
    faults.length > MAX_NAMED_FAULTS
      ? `The request has invalid fields. Of ${faults.length} faults the first ${MAX_NAMED_FAULTS} are named.`
      : 'The request has invalid fields.';
  return requestFaults['request.invalid'].because(detail, { errors: faults.slice(0, MAX_NAMED_FAULTS) });
}
