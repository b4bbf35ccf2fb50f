import { hash } from 'node:crypto';
import { canonicalJson, type JsonObject, type Money } from '#kernel';
import type { PositionState } from './lifecycle.js';

/** The accounts of one position. */
export const ACCOUNTS = ['depositor', 'escrow', 'beneficiary'] as const;
export type Account = (typeof ACCOUNTS)[number];

export const LEDGER_EVENT_KINDS = ['POSITION_CREATED', 'POSITION_STATE_CHANGED'] as const;
export type LedgerEventKind = (typeof LEDGER_EVENT_KINDS)[number];

/** Debits one account and credits another, so that the books balance by construction. */
export interface Transfer {
  readonly debitAccount: Account;
  readonly creditAccount: Account;
  readonly amount: Money;
}

/** The immutable financial record of one step of a position. */
export interface LedgerEvent {
  readonly id: string;
  readonly institutionId: string;
  readonly positionId: string;
  readonly seq: number;
  readonly kind: LedgerEventKind;
  readonly previousState: PositionState | null;
  readonly newState: PositionState;
  /** Null when the step moves no money. */
  readonly transfer: Transfer | null;
  readonly currency: string;
  readonly payload: JsonObject;
  readonly at: Date;
  /** The hash of the position's ledger event before this one; {@link FIRST_PREVIOUS_HASH} for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** A ledger event as the API shows it, but for its hash: the text that the hash is taken of. */
function toLedgerDocument(event: Omit<LedgerEvent, 'hash'>) {
  return {
    id: event.id,
    institutionId: event.institutionId,
    positionId: event.positionId,
    seq: event.seq,
    kind: event.kind,
    previousState: event.previousState,
    newState: event.newState,
    debitAccount: event.transfer?.debitAccount ?? null,
    creditAccount: event.transfer?.creditAccount ?? null,
    amount: event.transfer?.amount.toString() ?? null,
    currency: event.currency,
    payload: event.payload,
    at: event.at.toISOString(),
    previousHash: event.previousHash,
  };
}

/** A ledger event as the API shows it. */
export function toShownLedgerEvent(event: LedgerEvent) {
  return { ...toLedgerDocument(event), hash: event.hash };
}

/** Lower-case hex SHA-256 of the UTF-8 RFC 8785 text of the event without its hash. */
export function hashOf(event: Omit<LedgerEvent, 'hash'>): string {
  return sha256(toLedgerDocument(event));
}

/** The event with its place in the position's hash chain. */
export function sealed(event: Omit<LedgerEvent, 'hash'>): LedgerEvent {
  return { ...event, hash: hashOf(event) };
}

/** A digest that stands in the ledger for JSON that is kept elsewhere; null for null. */
export function digestOf(value: JsonObject | null): string | null {
  return value === null ? null : sha256(value);
}

function sha256(value: JsonObject): string {
  return hash('sha256', canonicalJson(value), 'hex');
}
