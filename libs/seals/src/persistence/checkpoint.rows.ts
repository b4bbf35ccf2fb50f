import type { Checkpoint } from '../domain/checkpoint.js';
import type { CheckpointEntity } from './checkpoint.entity.js';

/** One institution's checkpoints, in the order in which each seals what came after the one before. */
export const CHECKPOINT_ORDER = ['number'] as const;

export function toRow({ range, ...checkpoint }: Checkpoint): CheckpointEntity {
  return { ...checkpoint, rangeAfter: range.after, rangeUntil: range.until };
}

export function fromRow({ rangeAfter, rangeUntil, ...row }: CheckpointEntity): Checkpoint {
  return { ...row, range: { after: rangeAfter, until: rangeUntil } };
}
