import type { Account } from './ledger-event.js';
import type { PositionState } from './lifecycle.js';

/** The accounts that money leaves and reaches. */
interface Movement {
  readonly from: Account;
  readonly to: Account;
}

/** Between which accounts the step to each state moves money, where there is any to move; creation moves none. */
export const MOVEMENTS: Readonly<Record<PositionState, Movement | null>> = {
  CREATED: null,
  FUNDED: { from: 'depositor', to: 'escrow' },
  PARTIALLY_RELEASED: { from: 'escrow', to: 'beneficiary' },
  RELEASED: { from: 'escrow', to: 'beneficiary' },
  CANCELLED: { from: 'escrow', to: 'depositor' },
  EXPIRED: { from: 'escrow', to: 'depositor' },
};

/** Whether a step gives money back: refunds are never refused by policy, money always has a way out. */
export function isRefund(toState: PositionState): boolean {
  return MOVEMENTS[toState]?.to === 'depositor';
}
