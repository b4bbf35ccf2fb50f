import type { Json } from '../support/client.js';
import { canonicalText, sha256 } from '../support/ledger.js';
import type { Refusal } from '../support/problems.js';
import { refusalAt } from './expected.js';
import { fromMinorUnits, placesOf, toMinorUnits, writtenPlaces } from './minor-units.js';
import { tooManyDecimals } from './request-rules.js';
import { timeText } from './time-text.js';

export const STATES = [
  'CREATED',
  'FUNDED',
  'PARTIALLY_RELEASED',
  'RELEASED',
  'CANCELLED',
  'EXPIRED',
] as const;
export type State = (typeof STATES)[number];

/** Where a position can go, as the documents say it: typed out, since the product's own table is what is tested. */
export const NEXT: Readonly<Record<State, readonly State[]>> = {
  CREATED: ['FUNDED', 'CANCELLED', 'EXPIRED'],
  FUNDED: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
  PARTIALLY_RELEASED: ['PARTIALLY_RELEASED', 'RELEASED', 'CANCELLED', 'EXPIRED'],
  RELEASED: [],
  CANCELLED: [],
  EXPIRED: [],
};

/** Which account a step takes money from, and which it gives it to. */
const ACCOUNTS: Readonly<Record<State, readonly [debit: string, credit: string] | null>> = {
  CREATED: null,
  FUNDED: ['depositor', 'escrow'],
  PARTIALLY_RELEASED: ['escrow', 'beneficiary'],
  RELEASED: ['escrow', 'beneficiary'],
  CANCELLED: ['escrow', 'depositor'],
  EXPIRED: ['escrow', 'depositor'],
};

export interface Claim {
  /** The name of the asset. */
  readonly assetId: string;
  readonly holderReference: string;
  readonly currency: string;
  /** In minor units. */
  readonly amount: bigint;
  readonly externalReference: string | null;
}

export interface Transition {
  readonly toState: State;
  readonly amount?: string;
  readonly reason?: string;
  readonly metadata?: Json;
}

export interface Step {
  readonly seq: number;
  readonly fromState: State | null;
  readonly toState: State;
  /** What was claimed at creation, what moved later; null when nothing moved. In minor units. */
  readonly amount: bigint | null;
  readonly reason: string | null;
  readonly metadata: Json;
  readonly atMs: number;
  /** Whatever was made later has a greater one. */
  readonly order: number;
}

export interface Transfer {
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly atMs: number;
}

/** What the steps so far have made of a position, in minor units. */
export interface Standing {
  readonly state: State;
  readonly released: bigint;
  readonly refunded: bigint;
  readonly held: bigint;
  readonly remaining: bigint;
}

/** Replays steps, the first of which opened the position, from what each says of itself and nothing else. */
export function replay(steps: readonly Pick<Step, 'toState' | 'amount'>[]): Standing {
  const accounts: Record<string, bigint> = { escrow: 0n, beneficiary: 0n, refunded: 0n };
  const give = (account: string, amount: bigint): void => {
    accounts[account] = (accounts[account] ?? 0n) + amount;
  };
  for (const { toState, amount } of steps) {
    const [debit, credit] = ACCOUNTS[toState] ?? [];
    if (debit === undefined || credit === undefined || amount === null) continue;
    if (debit === 'escrow') give('escrow', -amount);
    give(credit === 'depositor' ? 'refunded' : credit, amount);
  }
  const state = steps.at(-1)?.toState ?? 'CREATED';
  const { escrow: held = 0n, beneficiary: released = 0n, refunded = 0n } = accounts;
  return {
    state,
    released,
    refunded,
    held,
    remaining: state === 'CREATED' ? (steps[0]?.amount ?? 0n) : held,
  };
}

/** One position, kept as its steps alone: whatever else is known of it follows from them. */
export class PositionModel {
  readonly steps: Step[] = [];

  constructor(
    /** What it is called here: `pos#1`. */
    readonly name: string,
    readonly claim: Claim,
    opened: Pick<Step, 'atMs' | 'order'>,
  ) {
    this.steps.push({
      seq: 1,
      fromState: null,
      toState: 'CREATED',
      amount: claim.amount,
      reason: null,
      metadata: null,
      ...opened,
    });
  }

  get standing(): Standing {
    return replay(this.steps);
  }

  get opening(): Step {
    return this.steps[0] as Step;
  }

  text(units: bigint): string {
    return fromMinorUnits(units, this.claim.currency);
  }

  /** What a step of a known position would move, or why its state or its amount forbids it. */
  judge({ toState, amount }: Transition): bigint | Refusal {
    const { state } = this.standing;
    const allowed = NEXT[state];
    if (!allowed.includes(toState)) {
      const extensions = { state, toState, allowed };
      return { status: 409, code: 'position.illegal_transition', extensions };
    }
    const { currency } = this.claim;
    if (amount !== undefined && writtenPlaces(amount) > placesOf(currency)) return tooManyDecimals(currency);
    const given = amount === undefined ? undefined : toMinorUnits(amount, currency);
    return toState === 'PARTIALLY_RELEASED' ? this.judgePart(given ?? 0n) : this.judgeWhole(toState, given);
  }

  private judgePart(given: bigint): bigint | Refusal {
    const { currency } = this.claim;
    const { held } = this.standing;
    if (given === 0n) return refusalAt('/amount', 400, 'money.not_positive');
    if (given < held) return given;
    const code = given === held ? 'position.nothing_would_remain' : 'position.insufficient_remaining';
    return refusalAt('/amount', 422, code, {
      currency,
      remaining: this.text(held),
      requested: this.text(given),
    });
  }

  private judgeWhole(toState: State, given: bigint | undefined): bigint | Refusal {
    const moved = toState === 'FUNDED' ? this.claim.amount : this.standing.held;
    if (given === undefined || given === moved) return moved;
    const { currency } = this.claim;
    return refusalAt('/amount', 422, 'position.amount_mismatch', {
      currency,
      expected: this.text(moved),
      requested: this.text(given),
    });
  }

  /** Takes a step that was judged legal. A position's own time never runs backwards. */
  take(
    { toState, reason, metadata }: Transition,
    moved: bigint,
    { atMs, order }: Pick<Step, 'atMs' | 'order'>,
  ): void {
    const last = this.steps.at(-1) as Step;
    this.steps.push({
      seq: last.seq + 1,
      fromState: last.toState,
      toState,
      amount: moved === 0n ? null : moved,
      reason: reason ?? null,
      metadata: metadata ?? null,
      atMs: Math.max(atMs, last.atMs),
      order,
    });
  }

  /** The row as the API shows it in lists, at a moment not before its creation. */
  row(asOfMs = Infinity): Json {
    const { claim, name } = this;
    const past = this.steps.filter(({ atMs }) => atMs <= asOfMs);
    const { state, released, refunded, held, remaining } = replay(past);
    return {
      id: name,
      institutionId: 'inst#1',
      assetId: claim.assetId,
      holderReference: claim.holderReference,
      currency: claim.currency,
      amount: this.text(claim.amount),
      releasedAmount: this.text(released),
      refundedAmount: this.text(refunded),
      heldAmount: this.text(held),
      remainingAmount: this.text(remaining),
      state,
      externalReference: claim.externalReference,
      version: past.length,
      createdAt: timeText(this.opening.atMs),
      updatedAt: timeText(past.at(-1)?.atMs ?? 0),
    };
  }

  events(asOfMs = Infinity): Json[] {
    return this.steps
      .filter(({ atMs }) => atMs <= asOfMs)
      .map(({ seq, fromState, toState, amount, reason, metadata, atMs }) => ({
        id: this.part('ple', seq),
        positionId: this.name,
        seq,
        fromState,
        toState,
        amount: amount === null ? null : this.text(amount),
        reason,
        metadata,
        at: timeText(atMs),
      }));
  }

  /** The position as a single read or a write shows it. */
  whole(asOfMs = Infinity): Json {
    return { ...this.row(asOfMs), events: this.events(asOfMs) };
  }

  transfers(): Transfer[] {
    return this.steps.flatMap(({ toState, amount, atMs }) => {
      const [debit, credit] = ACCOUNTS[toState] ?? [];
      if (debit === undefined || credit === undefined || amount === null) return [];
      return [{ debit, credit, amount, atMs }];
    });
  }

  ledgerEvents(): Json[] {
    return this.steps.map((step) => this.ledgerEvent(step));
  }

  ledgerEvent(step: Step): Json {
    const [debit = null, credit = null] = step.amount === null ? [] : (ACCOUNTS[step.toState] ?? []);
    return {
      id: this.part('le', step.seq),
      institutionId: 'inst#1',
      positionId: this.name,
      seq: step.seq,
      kind: step.seq === 1 ? 'POSITION_CREATED' : 'POSITION_STATE_CHANGED',
      previousState: step.fromState,
      newState: step.toState,
      debitAccount: debit,
      creditAccount: credit,
      amount: debit === null || step.amount === null ? null : this.text(step.amount),
      currency: this.claim.currency,
      payload: this.payloadOf(step),
      at: timeText(step.atMs),
      previousHash: step.seq === 1 ? '0'.repeat(64) : this.part('hash', step.seq - 1),
      hash: this.part('hash', step.seq),
    };
  }

  private payloadOf({ seq, reason, metadata }: Step): Json {
    if (seq > 1) return { metadataHash: metadata === null ? null : sha256(canonicalText(metadata)), reason };
    const { amount, assetId, externalReference, holderReference } = this.claim;
    return { amount: this.text(amount), assetId, externalReference, holderReference };
  }

  /** What something that belongs to one step is called: `ple#1.2` is the second event of `pos#1`. */
  part(kind: 'ple' | 'le' | 'hash', seq: number): string {
    return `${kind}#${this.name.slice('pos#'.length)}.${seq}`;
  }
}
