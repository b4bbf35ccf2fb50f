import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** What a text adds to a Merkle tree (RFC 6962, section 2.1). */
export function leafHash(text: string): Buffer {
  return createHash('sha256').update(LEAF).update(text, 'utf8').digest();
}

/**
 * The Merkle tree hash of leaves in their order (RFC 6962, section 2.1), as lower-case hex: it tells of every leaf, and
 * that one of them is there can be shown without the others.
 */
export function merkleRoot(leaves: readonly Buffer[]): string {
  let level = leaves;
  // A node without a neighbour rises as it is, which gives the very tree that the standard divides top down.
  while (level.length > 1) level = parents(level);
  return (level[0] ?? createHash('sha256').digest()).toString('hex');
}

function parents(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2) as [Buffer, Buffer | undefined];
    above.push(
      right === undefined ? left : createHash('sha256').update(NODE).update(left).update(right).digest(),
    );
  }
  return above;
}
