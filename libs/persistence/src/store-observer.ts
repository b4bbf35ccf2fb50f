import {
  Duplicate,
  ExpiredDecision,
  MissingReference,
  StaleVersion,
  StoreUnavailable,
  type CommitRefused,
} from '#kernel';

/** What a store is asked, by names of which there are few. */
export const STORE_OPERATIONS = [
  'commit',
  'point_read',
  'list',
  'count',
  'read',
  'snapshot',
  'maintenance',
] as const;
export type StoreOperation = (typeof STORE_OPERATIONS)[number];

/** What became of a commit: it was stored, or why not. */
export const COMMIT_OUTCOMES = [
  'stored',
  'stale',
  'duplicate',
  'missing_reference',
  'expired',
  'unavailable',
  'failed',
] as const;
export type CommitOutcome = (typeof COMMIT_OUTCOMES)[number];

/** Why a transaction was sent again: it collided with another one, or its connection was lost. */
export const RETRY_REASONS = ['collision', 'connection'] as const;
export type RetryReason = (typeof RETRY_REASONS)[number];

/** What was found out of a commit whose answer was lost. */
export const FATES = ['stored', 'refused', 'unknown'] as const;
export type Fate = (typeof FATES)[number];

/** The connections of a pool at this moment. */
export interface PoolFigures {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Those who wait for a connection. */
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

/** Is told what a store does, for whoever measures it. What it is told of waits for it, so that it does little. */
export interface StoreObserver {
  /** The connections that the store has from now on, to be looked at whenever somebody asks. */
  poolOpened(pool: PoolFigures): void;
  /**
   * Something was asked, and answered or not.
   *
   * @param durationMs with the wait for a connection
   * @param isUnavailable whether the store could not be reached, or was too busy
   */
  asked(operation: StoreOperation, durationMs: number, isUnavailable: boolean): void;
  /** Commits that shared a transaction went their way in it. */
  grouped(units: number): void;
  settled(outcome: CommitOutcome): void;
  retried(reason: RetryReason): void;
  fateResolved(fate: Fate): void;
}

const ignore = (): void => undefined;

/** For a store that nobody measures. */
export const UNOBSERVED: StoreObserver = {
  poolOpened: ignore,
  asked: ignore,
  grouped: ignore,
  settled: ignore,
  retried: ignore,
  fateResolved: ignore,
};

const OUTCOMES: readonly (readonly [new (...given: never[]) => CommitRefused, CommitOutcome])[] = [
  [StaleVersion, 'stale'],
  [Duplicate, 'duplicate'],
  [MissingReference, 'missing_reference'],
  [ExpiredDecision, 'expired'],
  [StoreUnavailable, 'unavailable'],
];

/** The name of what became of a commit that was refused for a reason, or was not refused. */
export function commitOutcomeOf(refusal: unknown): CommitOutcome {
  if (refusal === undefined) return 'stored';
  return OUTCOMES.find(([kind]) => refusal instanceof kind)?.[1] ?? 'failed';
}
