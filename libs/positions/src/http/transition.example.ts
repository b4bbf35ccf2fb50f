import { exampleId, type OperationExample } from '#http';

const FUNDED_AT = '2026-02-02T09:30:00.000Z';
const step = { positionId: exampleId('pos'), amount: '1000.10' };

/** A position is funded. */
export const TRANSITION_EXAMPLE: OperationExample = {
  answer: {
    state: 'FUNDED',
    heldAmount: '1000.10',
    version: 2,
    updatedAt: FUNDED_AT,
    events: [
      {
        ...step,
        id: exampleId('ple'),
        seq: 1,
        fromState: null,
        toState: 'CREATED',
        reason: null,
        metadata: null,
        at: '2026-01-31T12:00:00.000Z',
      },
      {
        ...step,
        id: 'ple_01kcb1q9w4f7d2r8t5v0x3yz6n',
        seq: 2,
        fromState: 'CREATED',
        toState: 'FUNDED',
        reason: 'Deposit received',
        metadata: { receipt: 'INV-7' },
        at: FUNDED_AT,
      },
    ],
  },
};
