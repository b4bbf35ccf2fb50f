import type { BenchServer } from './bench-server.js';
import type { BenchOptions } from './options.js';
import type { Progress } from './progress.js';
import type { Tools } from './tools.js';

/** What every part of a bench works with. */
export interface Bench {
  readonly options: BenchOptions;
  readonly tools: Tools;
  readonly server: BenchServer;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}
