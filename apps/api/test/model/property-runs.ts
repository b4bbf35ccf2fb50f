import fc, { type Parameters, type Plugin } from 'fast-check';

/**
 * How the properties of this folder are run. Unless told, every run tries the same sequences; the environment asks for
 * more of them, or for others:
 *
 * - `MODEL_TIMES=20` tries twenty times as many;
 * - `MODEL_SEED=7` tries others;
 * - `MODEL_SEED`, `MODEL_PATH` and `MODEL_REPLAY` bring back a sequence that failed, together with `-t` and the name of
 *   its test: they are the `seed`, the `path` and, where there is one, the `replayPath` of the failure.
 */
const { MODEL_TIMES = '1', MODEL_SEED, MODEL_PATH, MODEL_REPLAY } = process.env;
const DEFAULT_SEED = 20_260_101;
/** For how long sequences are tried, and one that fails is made shorter. */
const LIMIT_MS = 40_000;
const LIMIT_PER_RUN_MS = 5_000;

/** The part of a sequence of commands that is to be brought back. */
export const replayPath: { readonly replayPath?: string } =
  MODEL_REPLAY === undefined ? {} : { replayPath: MODEL_REPLAY };

/** The time that a test may take which tries `count` sequences unless told. */
export function timeoutMsOf(count: number): number {
  return 2 * limitMsOf(count);
}

export function parametersOf<Values>(count: number): Parameters<Values> {
  return {
    numRuns: runsOf(count),
    seed: MODEL_SEED === undefined ? DEFAULT_SEED : Number(MODEL_SEED),
    ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
    plugins: [fc.interruptAfterTimeLimit(limitMsOf(count), { failOnInterrupt: true }) as Plugin<Values>],
  };
}

function runsOf(count: number): number {
  return count * Number(MODEL_TIMES);
}

function limitMsOf(count: number): number {
  return LIMIT_MS + runsOf(count) * LIMIT_PER_RUN_MS;
}
