import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { aSigningKey } from '../testing.js';
import { SigningKey, TrustedKeys } from './seal-keys.js';

/** The key of the first test of RFC 8032, section 7.1, as PKCS #8. */
const PEM_OF_RFC_8032 = pemOf('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');

function pemOf(seed: string): string {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

/** The DER of a public key, taken from the text of its PEM. */
function derOf(publicPem: string): Buffer {
  return Buffer.from(publicPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}

describe('a signing key', () => {
  test('is named after the SHA-256 of its public part', () => {
    const { key, publicPem } = aSigningKey();
    expect(key.keyId).toBe(createHash('sha256').update(derOf(publicPem)).digest('hex').slice(0, 32));
    expect(key.keyId).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is named as `openssl pkey -pubout -outform der | sha256sum` begins', () => {
    expect(new SigningKey(PEM_OF_RFC_8032).keyId).toBe('06e3fd8fda29bb60ab59557de61edb0a');
  });

  test('is the same key, and signs alike, however often it is read', () => {
    const { key, privatePem } = aSigningKey();
    const again = new SigningKey(privatePem);
    expect([again.keyId, again.sign('text')]).toEqual([key.keyId, key.sign('text')]);
  });

  test('signs as RFC 8032 says, in its own first test', () => {
    expect(Buffer.from(new SigningKey(PEM_OF_RFC_8032).sign(''), 'base64').toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
        '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  test('shows its private part nowhere', () => {
    const { key, privatePem } = aSigningKey();
    const secret = derOf(privatePem).subarray(-32);
    const shown = [
      JSON.stringify(key),
      inspect(key, { depth: 5, showHidden: true }),
      key.keyId,
      key.publicKey.export({ format: 'pem', type: 'spki' }),
    ];
    for (const form of [secret.toString('hex'), secret.toString('base64'), secret.toString('base64url')]) {
      expect(shown.join()).not.toContain(form);
    }
  });
});

describe('trusted keys', () => {
  const [first, second, foreign] = [aSigningKey(), aSigningKey(), aSigningKey()];
  const keys = new TrustedKeys([first.key.publicKey, createPublicKey(second.publicPem)]);

  test('are known by their names', () => {
    expect([keys.isEmpty, new TrustedKeys([]).isEmpty]).toEqual([false, true]);
    expect([first, second, foreign].map(({ key }) => keys.has(key.keyId))).toEqual([true, true, false]);
  });

  test('tell what each of them has signed', () => {
    for (const { key } of [first, second]) {
      const signature = key.sign('the text');
      expect(keys.hasSigned(key.keyId, 'the text', signature)).toBe(true);
      expect(keys.hasSigned(key.keyId, 'the text.', signature)).toBe(false);
      const [begin, ...rest] = Buffer.from(signature, 'base64');
      const changed = Buffer.of((begin ?? 0) ^ 1, ...rest).toString('base64');
      expect(keys.hasSigned(key.keyId, 'the text', changed)).toBe(false);
    }
  });

  test('take no signature of another of them, nor of a stranger under their name', () => {
    expect(keys.hasSigned(first.key.keyId, 'text', second.key.sign('text'))).toBe(false);
    expect(keys.hasSigned(first.key.keyId, 'text', foreign.key.sign('text'))).toBe(false);
    expect(keys.hasSigned(foreign.key.keyId, 'text', foreign.key.sign('text'))).toBe(false);
  });

  test.each(['', 'x', '!!!!', 'A'.repeat(88), 'é'.repeat(44), '='.repeat(88)])(
    'take %j for no signature, and for no fault',
    (signature) => {
      expect(keys.hasSigned(first.key.keyId, 'text', signature)).toBe(false);
    },
  );

  test('take no signature that is longer or shorter than one', () => {
    const signature = Buffer.from(first.key.sign('text'), 'base64');
    for (const other of [signature.subarray(0, 63), Buffer.concat([signature, Buffer.of(0)])]) {
      expect(keys.hasSigned(first.key.keyId, 'text', other.toString('base64'))).toBe(false);
    }
  });

  test('take the signature of no other kind of key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = sign('sha256', Buffer.from('text'), privateKey).toString('base64');
    expect(keys.hasSigned(first.key.keyId, 'text', signature)).toBe(false);
  });
});
