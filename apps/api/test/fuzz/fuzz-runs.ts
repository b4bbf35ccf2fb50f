import fc, { type Parameters, type Plugin } from 'fast-check';

/**
 * How much is sent, and what. Unless told, every run sends the same requests; the environment asks for more of them, or
 * for others:
 *
 * - `FUZZ_TIMES=20` sends twenty times as many;
 * - `FUZZ_SEED=7` sends others;
 * - `FUZZ_SEED` and `FUZZ_PATH` bring back what failed: they are the `seed` and the `path` of the failure;
 * - `FUZZ_FIGURES=figures.md` writes there what was sent and how it was answered.
 */
const { FUZZ_TIMES = '1', FUZZ_SEED, FUZZ_PATH, FUZZ_FIGURES } = process.env;
const DEFAULT_SEED = 20_260_101;
/** For how long requests are sent, and those that met a fault are made fewer and shorter. */
const LIMIT_MS = 60_000;
const LIMIT_PER_RUN_MS = 2_000;

export const figuresFile: string | undefined = FUZZ_FIGURES;

export function timeoutMsOf(count: number): number {
  return 2 * limitMsOf(count);
}

export function parametersOf<Values>(count: number): Parameters<Values> {
  return {
    numRuns: runsOf(count),
    seed: FUZZ_SEED === undefined ? DEFAULT_SEED : Number(FUZZ_SEED),
    ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
    plugins: [fc.interruptAfterTimeLimit(limitMsOf(count), { failOnInterrupt: true }) as Plugin<Values>],
  };
}

function runsOf(count: number): number {
  return count * Number(FUZZ_TIMES);
}

function limitMsOf(count: number): number {
  return LIMIT_MS + runsOf(count) * LIMIT_PER_RUN_MS;
}
