export { addAnswerHook } from './answer-hook.js';
export { Allow, Caller, Context, Open, requireAllowed } from './access.js';
export {
  Amount,
  CurrencyCode,
  CurrencyCodes,
  FreeObject,
  Id,
  ManyOf,
  Moment,
  OneOf,
  Text,
} from './fields.js';
export { ApiList, filterOf } from './list.js';
export {
  PageQuery,
  toListResponse,
  toPageRequest,
  toWholeListResponse,
  type ListResponse,
} from './page-query.js';
export { Nested, NestedList } from './nested.js';
export { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { requestFaults } from './request-faults.js';
export { UndeclaredInputGuard } from './undeclared-input.guard.js';
export { STATUS_OF } from './status-of.js';
export { RequestValidationPipe } from './request-validation.pipe.js';
