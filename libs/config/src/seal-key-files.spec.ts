import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, loadConfiguration } from './configuration.js';

const NO_PRIVATE_KEY =
  'SEAL_SIGNING_KEY_FILE: must hold an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes it';
const NO_PUBLIC_KEYS =
  'SEAL_PUBLIC_KEYS_FILE: must hold Ed25519 public keys in PEM, as `openssl pkey -pubout` writes them';

/** A pair of keys in PEM, the private one under a passphrase if there is one. */
function pemOf(
  { privateKey, publicKey }: KeyPairKeyObjectResult,
  lock: { readonly cipher?: string; readonly passphrase?: string } = {},
): { privateKey: string; publicKey: string } {
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem', ...lock }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

describe('the files of seal keys', () => {
  let folder: string;
  const own = pemOf(generateKeyPairSync('ed25519'));
  const other = pemOf(generateKeyPairSync('ed25519'));
  const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2_048 }));
  const x25519 = pemOf(generateKeyPairSync('x25519'));
  const locked = pemOf(generateKeyPairSync('ed25519'), { cipher: 'aes-256-cbc', passphrase: 'secret' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'seal-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  let written = 0;
  function file(text: string | Buffer): string {
    const path = join(folder, `${(written += 1)}.pem`);
    writeFileSync(path, text);
    return path;
  }
  function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
    try {
      loadConfiguration(environment);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.faults;
      throw error;
    }
    return [];
  }

  test('are read when the service starts: one private key, and the public keys of those before it', () => {
    const { seals } = loadConfiguration({
      SEAL_SIGNING_KEY_FILE: file(own.privateKey),
      SEAL_PUBLIC_KEYS_FILE: file(`of last year:\n${own.publicKey}\nand before:\n${other.publicKey}`),
      SEAL_INTERVAL_SECONDS: '3600',
    });
    expect(seals).toEqual({
      signingKey: own.privateKey,
      publicKeys: [own.publicKey.trim(), other.publicKey.trim()],
      intervalMs: 3_600_000,
    });
  });

  test('are needed by nobody', () => {
    expect(loadConfiguration({}).seals).toEqual({
      signingKey: undefined,
      publicKeys: [],
      intervalMs: 60_000,
    });
  });

  test.each([
    ['nothing', ''],
    ['no PEM', 'not a key'],
    ['bytes', Buffer.of(0, 1, 2, 255)],
    ['half a key', own.privateKey.slice(0, 60)],
    ['the public key instead', own.publicKey],
    ['an RSA key', rsa.privateKey],
    ['a key that agrees on secrets', x25519.privateKey],
    ['a key under a passphrase', locked.privateKey],
  ])('hold no key to sign with when they hold %s, which keeps the service from starting', (_what, text) => {
    expect(faultsOf({ SEAL_SIGNING_KEY_FILE: file(text) })).toEqual([NO_PRIVATE_KEY]);
  });

  test.each([
    ['nothing', ''],
    ['no PEM', 'not a key'],
    ['the private key instead', own.privateKey],
    ['an RSA key', rsa.publicKey],
    ['an RSA key among others', own.publicKey + rsa.publicKey],
    ['a broken key among others', own.publicKey + other.publicKey.replace('MCow', 'MCox')],
  ])(
    'hold no keys to verify with when they hold %s, which keeps the service from starting',
    (_what, text) => {
      expect(faultsOf({ SEAL_PUBLIC_KEYS_FILE: file(text) })).toEqual([NO_PUBLIC_KEYS]);
    },
  );

  test.each(['SEAL_SIGNING_KEY_FILE', 'SEAL_PUBLIC_KEYS_FILE'])(
    'named by %s that are not there, or are none, are named in the fault',
    (setting) => {
      for (const path of [join(folder, 'missing.pem'), folder]) {
        expect(faultsOf({ [setting]: path })).toEqual([`${setting}: the file ${path} cannot be read`]);
      }
    },
  );

  test('are told of together, and no fault repeats what a file holds', () => {
    const faults = faultsOf({
      SEAL_SIGNING_KEY_FILE: file(rsa.privateKey),
      SEAL_PUBLIC_KEYS_FILE: file(own.privateKey),
      SEAL_INTERVAL_SECONDS: '0',
    });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'SEAL_SIGNING_KEY_FILE',
      'SEAL_PUBLIC_KEYS_FILE',
      'SEAL_INTERVAL_SECONDS',
    ]);
    for (const line of [...rsa.privateKey.split('\n'), ...own.privateKey.split('\n')].filter(Boolean)) {
      if (!line.startsWith('-----')) expect(faults.join()).not.toContain(line);
    }
  });
});
