import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock, SETTLED_AGE_MS } from '#kernel';
import { until } from '#testing';
import type { Json } from './client.js';
import { readAll } from './records.js';
import type { Reachable } from './tenant.js';

/**
 * Behind by some seconds less than history must be old to be settled, so that what is stamped by it is sealed when they
 * have passed. Further behind, what is stamped would be older than what is sealed already.
 */
export class LateClock extends Clock {
  /** @param settlesInMs longer than any commit of the test takes */
  constructor(private readonly settlesInMs = 5_000) {
    super();
  }

  now(): Date {
    return new Date(Date.now() - SETTLED_AGE_MS + this.settlesInMs);
  }
}

/** More than anything takes that a test waits for, under whatever load. */
const MAX_WAIT_MS = 60_000;

/**
 * Asks again and again until there is an answer.
 *
 * @throws Error naming what was waited for, after a minute
 */
export async function waitFor<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
): Promise<Exclude<Answer, false | undefined>> {
  return until(ask, `There is ${what}.`, { timeoutMs: MAX_WAIT_MS });
}

/** A key to seal with, in files as an operator keeps them. */
export interface SealKey {
  readonly folder: string;
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  readonly publicKey: KeyObject;
  /** Settings with which a service seals as often as it can. */
  readonly settings: Readonly<Record<string, string>>;
  remove(): void;
}

export function newSealKey(): SealKey {
  const folder = mkdtempSync(join(tmpdir(), 'seal-key-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateKeyFile = join(folder, 'seal.pem');
  const publicKeyFile = join(folder, 'seal.pub');
  writeFileSync(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return {
    folder,
    privateKeyFile,
    publicKeyFile,
    publicKey,
    settings: { SEAL_SIGNING_KEY_FILE: privateKeyFile, SEAL_INTERVAL_SECONDS: '1' },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The checkpoints of an institution, once they seal all that `isSealed` asks of the newest. */
export async function sealedCheckpoints(
  service: Reachable,
  institutionId: string,
  isSealed: (newest: Json) => boolean = () => true,
): Promise<Json[]> {
  return waitFor(`the checkpoints of ${institutionId}`, async () => {
    const checkpoints = await readAll(service, `/v1/institutions/${institutionId}/checkpoints`);
    const newest = checkpoints.at(-1);
    return newest !== undefined && isSealed(newest) ? checkpoints : undefined;
  });
}
