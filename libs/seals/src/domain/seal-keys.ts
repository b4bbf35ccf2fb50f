import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** By which a key is named: the first 32 hex digits of the SHA-256 of its public part (DER, RFC 8410). */
function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 32);
}

/** The Ed25519 key that new checkpoints are signed with. */
export class SigningKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;

  /** @param pem PKCS #8 */
  constructor(pem: string) {
    this.privateKey = createPrivateKey(pem);
    this.publicKey = createPublicKey(this.privateKey);
    this.keyId = keyIdOf(this.publicKey);
  }

  /** The Ed25519 signature (RFC 8032) of a text in UTF-8, in base64. */
  sign(text: string): string {
    return sign(null, Buffer.from(text, 'utf8'), this.privateKey).toString('base64');
  }
}

/** The public keys that signatures are believed of. */
export class TrustedKeys {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  constructor(publicKeys: readonly KeyObject[]) {
    this.keys = new Map(publicKeys.map((key) => [keyIdOf(key), key]));
  }

  /** Of none, no signature can be judged. */
  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** Whether the key of that name has signed the text. */
  hasSigned(keyId: string, text: string, signature: string): boolean {
    const key = this.keys.get(keyId);
    const bytes = Buffer.from(signature, 'base64');
    // What is read leniently could be changed without a trace.
    if (bytes.toString('base64') !== signature) return false;
    return key !== undefined && verify(null, Buffer.from(text, 'utf8'), key, bytes);
  }
}
