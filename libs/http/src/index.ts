export { addAnswerHook } from './answer-hook.js';
export { Allow, Caller, Context, Open, requireAllowed, ROLES_EXTENSION } from './access.js';
export {
  Amount,
  AnyOf,
  CurrencyCode,
  CurrencyCodes,
  FreeObject,
  Id,
  JsonWholeNumber,
  ManyOf,
  Moment,
  OneOf,
  Text,
} from './fields.js';
export { contentTagOf, hasCurrent } from './entity-tags.js';
export { readIdempotencyKey } from './idempotency-key.js';
export { filterOf } from './list.js';
export { EXAMPLE, Operation, REFUSES, type OperationExample } from './operation.js';
export {
  AMOUNT_SCHEMA,
  CURRENCY_SCHEMA,
  exampleId,
  FREE_SCHEMA,
  HASH_SCHEMA,
  idSchema,
  TIME_SCHEMA,
  VERSION_SCHEMA,
} from './schemas.js';
export {
  EXAMPLE_CURSOR,
  INSTITUTION_FILTER,
  PageQuery,
  toListResponse,
  toPageRequest,
  toWholeListResponse,
  type ListResponse,
} from './page-query.js';
export { Nested, NestedList } from './nested.js';
export { OptionalBody } from './optional-body.js';
export { TextMembers } from './text-members.js';
export { PROBLEM_MEDIA_TYPE, problemType, toProblem } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { requestFaults } from './request-faults.js';
export { requireNoFields, UndeclaredInputGuard } from './undeclared-input.guard.js';
export { STATUS_OF } from './status-of.js';
export { RequestValidationPipe } from './request-validation.pipe.js';
