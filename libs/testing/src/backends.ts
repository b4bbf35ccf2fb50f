/** Where a store is kept. */
export type Backend = 'memory' | 'postgres';

/**
 * The stores every behaviour is tested on. A run through a pooler is about what stands before a database, and tests
 * nothing of memory.
 */
export const BACKENDS: readonly Backend[] = process.env['TEST_POOLER']
  ? ['postgres']
  : ['memory', 'postgres'];
