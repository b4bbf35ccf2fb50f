import { describe, expect, test } from '@jest/globals';
import { aChain, aCheckpoint, aSigningKey, moment, someEvents } from '../testing.js';
import { checkpointText, hashOf, type Checkpoint, type SealedEvents } from './checkpoint.js';
import { TrustedKeys } from './seal-keys.js';
import { verifyLink, verifySealed } from './verify-checkpoint.js';

const { key } = aSigningKey();
const { key: foreignKey } = aSigningKey();
const KEYS = new TrustedKeys([key.publicKey]);

/** As somebody would who has everything but the key. */
function changed(checkpoint: Checkpoint, change: Partial<Checkpoint>): Checkpoint {
  const statement = { ...checkpoint, ...change };
  return { ...statement, hash: hashOf(statement) };
}

/** As somebody would who has the key as well. */
function resigned(checkpoint: Checkpoint, change: Partial<Checkpoint>): Checkpoint {
  const statement = changed(checkpoint, change);
  return { ...statement, signature: key.sign(checkpointText(statement)) };
}

describe('verifying a checkpoint', () => {
  const first = aCheckpoint({ key });
  const second = aCheckpoint({ key, previous: first });

  test('finds nothing to say of what is as it was made', () => {
    const good = { verified: true, signature: 'good', why: null };
    expect(verifyLink(first, undefined, KEYS)).toEqual(good);
    expect(verifyLink(second, first, KEYS)).toEqual(good);
  });

  test('of a long chain holds each against the one before', () => {
    const chain = aChain(5);
    for (const [index, checkpoint] of chain.entries()) {
      expect(verifyLink(checkpoint, chain[index - 1], new TrustedKeys([])).verified).toBe(true);
      if (index > 1) {
        expect(verifyLink(checkpoint, chain[index - 2], new TrustedKeys([])).why).toBe(
          'the checkpoint before it is missing',
        );
      }
    }
  });

  test('judges no signature without a key, and says so', () => {
    const unjudged = { verified: true, signature: 'unjudged', why: null };
    expect(verifyLink(first, undefined, new TrustedKeys([]))).toEqual(unjudged);
    expect(verifyLink({ ...first, signature: 'x' }, undefined, new TrustedKeys([]))).toEqual(unjudged);
  });

  test('does not believe a key that was not given', () => {
    const foreign = aCheckpoint({ key: foreignKey });
    expect(verifyLink(foreign, undefined, KEYS)).toEqual({
      verified: false,
      signature: 'unknown_key',
      why: 'it is signed with a key that is not among those given',
    });
  });

  const broken = { verified: false, signature: 'bad' };
  const unsigned = { ...broken, why: 'its signature is not of the key that it names' };

  test('finds a signature of another key, of another text, or none', () => {
    const foreign = aCheckpoint({ key: foreignKey });
    expect(verifyLink(changed(foreign, { keyId: key.keyId }), undefined, KEYS)).toEqual(unsigned);
    expect(verifyLink({ ...first, signature: second.signature }, undefined, KEYS)).toEqual(unsigned);
    expect(verifyLink({ ...first, signature: '' }, undefined, KEYS)).toEqual(unsigned);
  });

  test.each<[string, Partial<Checkpoint>]>([
    ['its id', { id: 'ckpt_x' }],
    ['its institution', { institutionId: 'inst_x' }],
    ['where it ends', { range: { ...second.range, until: moment(999) } }],
    ['how many ledger events it seals', { ledgerEventCount: 9 }],
    ['how many audit events it seals', { auditEventCount: 9 }],
    ['its root', { merkleRoot: '1'.repeat(64) }],
    ['when it was made', { createdAt: moment(999) }],
  ])('finds that %s was changed, also when its hash was made anew', (_what, change) => {
    expect(verifyLink({ ...second, ...change }, first, KEYS)).toEqual({ ...broken, why: 'it was changed' });
    expect(verifyLink(changed(second, change), first, KEYS)).toEqual(unsigned);
  });

  test('finds a changed hash', () => {
    const why = 'it was changed';
    expect(verifyLink({ ...second, hash: first.hash }, first, KEYS)).toEqual({
      verified: false,
      signature: 'good',
      why,
    });
  });

  const signed = { verified: false, signature: 'good' };

  test('finds that the one before is missing, whoever signed', () => {
    const why = 'the checkpoint before it is missing';
    expect(verifyLink(second, undefined, KEYS)).toEqual({ ...signed, why });
    expect(verifyLink(resigned(first, { number: 3 }), undefined, KEYS)).toEqual({ ...signed, why });
    expect(verifyLink(resigned(second, { number: 3 }), first, KEYS)).toEqual({ ...signed, why });
    expect(verifyLink(first, second, KEYS)).toEqual({ ...signed, why });
  });

  test('finds one that does not follow from the one before, whoever signed', () => {
    const why = 'it does not follow from the checkpoint before it';
    expect(verifyLink(second, aCheckpoint({ key }), KEYS)).toEqual({ ...signed, why });
    const another = resigned(first, { createdAt: moment(999) });
    expect(verifyLink(second, another, KEYS)).toEqual({ ...signed, why });
    expect(verifyLink(resigned(first, { previousHash: second.hash }), undefined, KEYS)).toEqual({
      ...signed,
      why,
    });
  });

  test('finds one that leaves out history before it, whoever signed', () => {
    const why = 'it leaves out history before it';
    const late = (after: Date | null): Checkpoint => resigned(second, { range: { ...second.range, after } });
    for (const after of [moment(59, 1), moment(58, 999), null]) {
      expect(verifyLink(late(after), first, KEYS)).toEqual({ ...signed, why });
    }
    const begun = resigned(first, { range: { ...first.range, after: moment(0) } });
    expect(verifyLink(begun, undefined, KEYS)).toEqual({ ...signed, why });
  });
});

describe('verifying what a checkpoint seals', () => {
  const events = someEvents(3, 4);
  const checkpoint = aCheckpoint({ key, events });
  const with_ = (change: Partial<SealedEvents>): SealedEvents => ({ ...events, ...change });

  test('finds nothing to say of what is as it was', () => {
    expect(verifySealed(checkpoint, someEvents(3, 4))).toBeNull();
  });

  test('counts what is gone, of each kind', () => {
    const { ledgerEvents, auditEvents } = events;
    expect(verifySealed(checkpoint, with_({ ledgerEvents: ledgerEvents.slice(1) }))).toBe(
      '1 of the 3 ledger events that it seals are gone',
    );
    expect(verifySealed(checkpoint, with_({ ledgerEvents: [] }))).toBe(
      '3 of the 3 ledger events that it seals are gone',
    );
    expect(verifySealed(checkpoint, with_({ auditEvents: auditEvents.slice(0, 2) }))).toBe(
      '2 of the 4 audit events that it seals are gone',
    );
  });

  test('finds what was added, of each kind', () => {
    const more = someEvents(4, 5, moment(7));
    const { ledgerEvents, auditEvents } = more;
    expect(verifySealed(checkpoint, with_({ ledgerEvents }))).toBe(
      'ledger events were added to the 3 that it seals',
    );
    expect(verifySealed(checkpoint, with_({ auditEvents }))).toBe(
      'audit events were added to the 4 that it seals',
    );
  });

  test('finds what was changed, exchanged or moved', () => {
    const why = 'an event that it seals was changed';
    const other = someEvents(3, 4, moment(1));
    expect(verifySealed(checkpoint, with_({ ledgerEvents: other.ledgerEvents }))).toBe(why);
    expect(verifySealed(checkpoint, with_({ auditEvents: other.auditEvents }))).toBe(why);
    expect(verifySealed(checkpoint, with_({ auditEvents: events.auditEvents.toReversed() }))).toBe(why);
  });
});
