export { createClient, type Client, type ClientOptions } from './create-client.js';
export {
  everyItem,
  everyPage,
  type ItemOf,
  type ListOptions,
  type ListPath,
  type PageOf,
} from './every-item.js';
export { ProblemError, unwrap, type Problem } from './problem-error.js';
export { DEFAULT_RETRY, type RetryPolicy, type Send } from './repeating.js';
export type { components, operations, paths } from './schema.js';
