import type { JsonObject } from '#kernel';

/** A position as its row says, which may have been changed by other means than this program. */
export interface StoredPosition {
  readonly id: string;
  readonly institutionId: string;
  readonly assetId: string;
  readonly holderReference: string;
  readonly currency: string;
  readonly amount: string;
  readonly releasedAmount: string;
  readonly refundedAmount: string;
  readonly state: string;
  readonly externalReference: string | null;
  readonly ledgerHead: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A position event as its row says. */
export interface StoredPositionEvent {
  readonly id: string;
  readonly institutionId: string;
  readonly positionId: string;
  readonly seq: number;
  readonly fromState: string | null;
  readonly toState: string;
  readonly amount: string | null;
  readonly reason: string | null;
  readonly metadata: JsonObject | null;
  readonly at: Date;
  readonly createdAt: Date;
}

/** A ledger event as its row says. */
export interface StoredLedgerEvent {
  readonly id: string;
  readonly institutionId: string;
  readonly positionId: string;
  readonly seq: number;
  readonly kind: string;
  readonly previousState: string | null;
  readonly newState: string;
  readonly debitAccount: string | null;
  readonly creditAccount: string | null;
  readonly amount: string | null;
  readonly currency: string;
  readonly payload: JsonObject;
  readonly at: Date;
  readonly createdAt: Date;
  readonly previousHash: string;
  readonly hash: string;
}

/**
 * All that is stored of one position, as of one moment and as it is stored: amounts may be no amounts, states no
 * states, moments no moments.
 */
export interface PositionRecord {
  readonly institutionId: string;
  readonly positionId: string;
  /** Undefined where there is history of a position that there is not. */
  readonly position: StoredPosition | undefined;
  /** By seq. */
  readonly events: readonly StoredPositionEvent[];
  /** By seq. */
  readonly ledgerEvents: readonly StoredLedgerEvent[];
}
