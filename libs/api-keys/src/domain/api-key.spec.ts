import { describe, expect, test } from '@jest/globals';
import type { Principal } from '#kernel';
import { anApiKey } from '../testing.js';
import { isActive, issueApiKey, revokeApiKey, rotateApiKey } from './api-key.js';
import { apiKeyFaults } from './api-key-faults.js';
import { hashKeyText, pepperOf, writeKeyText } from './key-text.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const BEFORE = new Date(NOW.getTime() - 1);
const AFTER = new Date(NOW.getTime() + 1);

describe('an API key', () => {
  test.each([
    ['that never expires', { expiresAt: null }, true],
    ['that expires later', { expiresAt: AFTER }, true],
    ['at the moment it expires', { expiresAt: NOW }, false],
    ['that has expired', { expiresAt: BEFORE }, false],
    ['that is revoked', { revokedAt: BEFORE }, false],
    ['that is revoked and would expire later', { revokedAt: BEFORE, expiresAt: AFTER }, false],
  ])('%s is active or not', (_, overrides, active) => {
    expect(isActive(anApiKey(overrides), NOW)).toBe(active);
  });
});

describe('issuing an API key', () => {
  const made = {
    id: 'ak_01jd8x3fqje3wve2q1q9n8h2kz',
    institutionId: 'inst_01jd8x3fqje3wve2q1q9n8h2kz',
    secret: Buffer.alloc(32, 7),
    pepper: pepperOf('a pepper'),
    at: NOW,
  };

  test('gives the text to the caller and keeps its hash alone', () => {
    const issued = issueApiKey({ label: 'Back office', role: 'read_only', expiresAt: AFTER }, made);
    const keyText = writeKeyText(made.id, made.secret);
    expect(issued).toEqual({
      keyText,
      apiKey: {
        id: made.id,
        institutionId: made.institutionId,
        label: 'Back office',
        role: 'read_only',
        keyHash: hashKeyText(keyText, made.pepper),
        pepperVersion: made.pepper.version,
        prefix: 'egk_01jd8x3fqje3wve2q1q9n8h2kz',
        expiresAt: AFTER,
        lastUsedAt: null,
        revokedAt: null,
        version: 1,
        createdAt: NOW,
        updatedAt: NOW,
      },
    });
    expect(JSON.stringify(issued.apiKey)).not.toContain(made.secret.toString('hex'));
  });

  test('makes a key that never expires unless told', () => {
    expect(issueApiKey({ label: 'Back office', role: 'admin' }, made).apiKey.expiresAt).toBeNull();
  });

  test.each([NOW, BEFORE])('refuses an expiry that is not in the future', (expiresAt) => {
    const issuing = () => issueApiKey({ label: 'Back office', role: 'admin', expiresAt }, made);
    expect(issuing).toThrow(
      expect.objectContaining({
        fault: apiKeyFaults['api_key.expiry_past'],
        errors: [expect.objectContaining({ pointer: '/expiresAt', code: 'api_key.expiry_past' })],
      }),
    );
  });
});

describe('revoking an API key', () => {
  const root: Principal = { role: 'root' };
  const apiKey = anApiKey({ version: 3 });
  const otherAdmin = anApiKey({ institutionId: apiKey.institutionId, version: 5 });
  const admin: Principal = { role: 'admin', institutionId: apiKey.institutionId, apiKeyId: apiKey.id };
  const revoked = { ...apiKey, revokedAt: NOW, updatedAt: NOW, version: 4 };

  test('by an admin also gives a new version to the other admin key that it relies on', () => {
    expect(revokeApiKey(apiKey, { by: admin, otherAdmin, at: NOW })).toEqual({
      apiKey: revoked,
      changed: [revoked, { ...otherAdmin, version: 6 }],
    });
  });

  test('by an admin is refused when no other admin key is active', () => {
    expect(() => revokeApiKey(apiKey, { by: admin, otherAdmin: undefined, at: NOW })).toThrow(
      expect.objectContaining({ fault: apiKeyFaults['api_key.last_admin'] }),
    );
  });

  test.each([undefined, otherAdmin])('by root needs no other admin key', (other) => {
    expect(revokeApiKey(apiKey, { by: root, otherAdmin: other, at: NOW })).toEqual({
      apiKey: revoked,
      changed: [revoked],
    });
  });

  test.each([
    ['read-only', { role: 'read_only' }],
    ['expired', { expiresAt: NOW }],
  ] as const)('that is %s needs no other admin key', (_, overrides) => {
    const key = { ...apiKey, ...overrides };
    const { changed } = revokeApiKey(key, { by: admin, otherAdmin: undefined, at: NOW });
    expect(changed).toEqual([{ ...revoked, ...overrides }]);
  });

  test.each([root, admin])('that is revoked changes nothing', (by) => {
    const before = { ...apiKey, revokedAt: BEFORE };
    const revocation = revokeApiKey(before, { by, otherAdmin: undefined, at: NOW });
    expect(revocation).toEqual({ apiKey: before, changed: [] });
  });
});

describe('rotating an API key', () => {
  const SECOND_MS = 1000;
  const apiKey = anApiKey({ label: 'Reports', role: 'read_only', version: 3, lastUsedAt: BEFORE });
  const made = {
    id: 'ak_01jd8x3fqje3wve2q1q9n8h2kz',
    secret: Buffer.alloc(32, 7),
    pepper: pepperOf('a pepper'),
    at: NOW,
  };
  const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * SECOND_MS);

  test('makes one of the same institution, label and role, and ends the old one', () => {
    const { successor, ending } = rotateApiKey(apiKey, 0, made);
    const { institutionId, label, role } = apiKey;
    expect(successor).toEqual(issueApiKey({ label, role }, { ...made, institutionId }));
    expect(ending).toEqual({ ...apiKey, expiresAt: NOW, updatedAt: NOW, version: 4 });
    expect(isActive(ending, NOW)).toBe(false);
    expect(isActive(successor.apiKey, NOW)).toBe(true);
  });

  test.each([
    ['that never expires, at once', null, 0, 0],
    ['that never expires, after the overlap', null, 60, 60],
    ['that expires later, at the end of the overlap', 61, 60, 60],
    ['that expires before, when it expires', 59, 60, 59],
  ])('ends a key %s', (_, expiresIn, overlapSeconds, endsIn) => {
    const expiresAt = expiresIn === null ? null : inSeconds(expiresIn);
    const { ending } = rotateApiKey({ ...apiKey, expiresAt }, overlapSeconds, made);
    expect(ending.expiresAt).toEqual(inSeconds(endsIn));
  });

  test('gives the new key as long a life as the old one was given', () => {
    const createdAt = inSeconds(-100);
    const old = anApiKey({ createdAt, updatedAt: createdAt, expiresAt: inSeconds(20) });
    expect(rotateApiKey(old, 0, made).successor.apiKey.expiresAt).toEqual(inSeconds(120));
    const forEver = { ...old, expiresAt: null };
    expect(rotateApiKey(forEver, 0, made).successor.apiKey.expiresAt).toBeNull();
  });

  test('gives no key a life beyond what times can tell', () => {
    const old = { ...apiKey, expiresAt: new Date('9999-12-31T23:00:00.000Z') };
    const { expiresAt } = rotateApiKey(old, 0, made).successor.apiKey;
    expect(expiresAt?.toISOString()).toBe('9999-12-31T23:59:59.999Z');
  });

  test.each([
    ['revoked', { revokedAt: BEFORE }],
    ['expired', { expiresAt: NOW }],
  ])('is refused of a key that is %s', (_, overrides) => {
    expect(() => rotateApiKey({ ...apiKey, ...overrides }, 60, made)).toThrow(
      expect.objectContaining({ fault: apiKeyFaults['api_key.not_active'] }),
    );
  });

  test.each([NOW, AFTER])(
    'is done once: the key that goes on for its overlap has a successor',
    (createdAt) => {
      const young = { ...apiKey, createdAt, updatedAt: createdAt };
      const { ending } = rotateApiKey(young, 60, made);
      expect(isActive(ending, AFTER)).toBe(true);
      expect(() => rotateApiKey(ending, 60, { ...made, at: AFTER })).toThrow(
        expect.objectContaining({ fault: apiKeyFaults['api_key.rotated_before'] }),
      );
    },
  );

  test('is open to a key that another one relied on when it was revoked', () => {
    const by: Principal = { role: 'admin', institutionId: apiKey.institutionId, apiKeyId: apiKey.id };
    const otherAdmin = anApiKey({ institutionId: apiKey.institutionId });
    const admin = anApiKey({ institutionId: apiKey.institutionId });
    const [, reliedOn] = revokeApiKey(admin, { by, otherAdmin, at: NOW }).changed;
    expect(rotateApiKey(reliedOn ?? apiKey, 0, made).ending.version).toBe(3);
  });
});
