import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, merkleRoot } from './merkle-root.js';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** As the standard writes it: D[n] is divided at the largest power of two smaller than n. */
function treeHash(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] as string);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}

const rootOf = (leaves: readonly string[]): string => merkleRoot(leaves.map(leafHash));

describe('a Merkle root', () => {
  test('is what RFC 6962 defines, for trees of every size up to 300', () => {
    const texts = Array.from({ length: 300 }, (_none, index) => `leaf ${index}`);
    for (let size = 0; size <= texts.length; size += 1) {
      const leaves = texts.slice(0, size);
      expect([size, rootOf(leaves)]).toEqual([size, treeHash(leaves).toString('hex')]);
    }
  });

  test('is what RFC 6962 defines, for any texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 70 }), (leaves) => {
        expect(rootOf(leaves)).toBe(treeHash(leaves).toString('hex'));
      }),
    );
  });

  test('of no leaf is the hash of nothing', () => {
    expect(rootOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('of one leaf is the hash of a zero byte and its text in UTF-8', () => {
    expect(rootOf([''])).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(rootOf(['Zürich 🏗'])).toBe(sha256(Buffer.of(0), Buffer.from('Zürich 🏗', 'utf8')).toString('hex'));
  });

  test('of two leaves is not that of one leaf which holds their hashes', () => {
    const [left, right] = [leafHash('left'), leafHash('right')];
    const forged = Buffer.concat([Buffer.of(1), left, right]);
    const asLeaf = sha256(Buffer.of(0), forged).toString('hex');
    expect(merkleRoot([left, right])).toBe(sha256(forged).toString('hex'));
    expect(merkleRoot([left, right])).not.toBe(asLeaf);
    // Nor does a leaf that begins with the byte of a node pass for one.
    expect(leafHash(forged.toString('latin1')).toString('hex')).not.toBe(merkleRoot([left, right]));
  });

  test('changes when a leaf is changed, removed, added, doubled or moved', () => {
    const leaves = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (texts, first, second) => {
        const root = rootOf(texts);
        const [from, to] = [first % texts.length, second % texts.length];
        expect(rootOf(texts.with(from, `${texts[from]}.`))).not.toBe(root);
        expect(rootOf(texts.toSpliced(from, 1))).not.toBe(root);
        expect(rootOf(texts.toSpliced(from, 0, 'one more'))).not.toBe(root);
        expect(rootOf([...texts, texts.at(-1) as string])).not.toBe(root);
        const moved = texts.toSpliced(from, 1).toSpliced(to, 0, texts[from] as string);
        if (from !== to) expect(rootOf(moved)).not.toBe(root);
      }),
    );
  });

  test('leaves the leaves that it is given as they are', () => {
    const leaves = ['a', 'b', 'c'].map(leafHash);
    const before = leaves.map((leaf) => leaf.toString('hex'));
    merkleRoot(leaves);
    expect(leaves.map((leaf) => leaf.toString('hex'))).toEqual(before);
  });
});
