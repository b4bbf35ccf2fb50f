declare const staged: unique symbol;

/**
 * Collects the writes of one commit. Only {@link UnitOfWork.commit} hands one out and every write method
 * of every repository asks for one, so that writing outside a commit does not compile.
 */
export interface Changes {
  readonly [staged]: never;
}

/**
 * For how long a decision may be sent to the store. Rows carry the moment of their decision: that none comes later is
 * what lets history be sealed up to a moment.
 */
export const MAX_DECISION_AGE_MS = 30_000;

/**
 * Commits a decision: all of its writes or none.
 *
 * A commit holds three kinds of operation: insert a row, update a row that must still have the version the
 * decision saw, and require that a row which is not changed still has that version. Concurrency is
 * optimistic: nothing is locked while a decision is made.
 */
export abstract class UnitOfWork {
  /**
   * Runs `stage` once, synchronously, and commits what it staged.
   *
   * @param decidedAtMs when the decision was begun, by the clock that its rows carry (`Date.now()`): now, when left out
   * @throws ExpiredDecision when the decision is older than {@link MAX_DECISION_AGE_MS}
   * @throws StaleVersion when a guarded row has another version or is gone
   * @throws Duplicate when a row with that key exists
   * @throws MissingReference when a row refers to one that does not exist
   * @throws StoreUnavailable when the store did not commit, or its answer was lost and could not be found out
   */
  abstract commit(stage: (changes: Changes) => void, decidedAtMs?: number): Promise<void>;
}

/** Why nothing of a commit was stored. */
export abstract class CommitRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A row that the decision was taken on has changed since: read again, decide again. */
export class StaleVersion extends CommitRefused {
  constructor(
    readonly table: string,
    readonly id: string,
  ) {
    super(`A row of ${table} has changed since it was read.`);
  }
}

/** The decision waited too long for its commit: decide again. */
export class ExpiredDecision extends CommitRefused {
  constructor() {
    super('The decision was too old to be committed.');
  }
}

/** A row with the same primary or unique key exists. */
export class Duplicate extends CommitRefused {
  constructor(readonly constraint: string) {
    super(`The unique key ${constraint} is taken.`);
  }
}

/** A row refers to one that does not exist in the same institution. */
export class MissingReference extends CommitRefused {
  constructor(readonly constraint: string) {
    super(`The reference ${constraint} leads nowhere.`);
  }
}

/** The store cannot be reached, is read-only, or is too busy; the command can be sent again. */
export class StoreUnavailable extends CommitRefused {
  /** @param cause what the driver said: for whoever debugs, never for a log or an answer */
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}
