import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { fileText } from './file-text.js';

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

function isEd25519(read: (pem: string) => KeyObject, pem: string): boolean {
  try {
    return read(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

/** A path, read to the private key in it. */
export const sealSigningKey = z
  .string()
  .transform(fileText)
  .refine(
    (pem) => isEd25519(createPrivateKey, pem),
    'must hold an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes it',
  );

/** A path, read to the public keys in it. */
export const sealPublicKeys = z
  .string()
  .transform(fileText)
  .transform((text) => text.match(PUBLIC_KEY) ?? [])
  .refine(
    (keys) => keys.length > 0 && keys.every((pem) => isEd25519(createPublicKey, pem)),
    'must hold Ed25519 public keys in PEM, as `openssl pkey -pubout` writes them',
  );
