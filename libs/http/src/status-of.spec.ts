import { describe, expect, test } from '@jest/globals';
import { declaredFaults } from '#kernel';
// Loaded for the refusals that they declare.
import './request-faults.js';
import { STATUS_OF } from './status-of.js';

describe('the status of a refusal', () => {
  test('is the one that the HTTP contract names for its kind', () => {
    expect(STATUS_OF).toEqual({
      malformed: 400,
      unauthenticated: 401,
      forbidden: 403,
      unknown: 404,
      method_not_allowed: 405,
      timed_out: 408,
      conflict: 409,
      precondition_failed: 412,
      too_large: 413,
      unsupported_media_type: 415,
      refused: 422,
      too_many_requests: 429,
      header_too_large: 431,
      internal: 500,
      unavailable: 503,
    });
  });

  test('is known for every refusal that is declared', () => {
    expect(declaredFaults().length).toBeGreaterThan(20);
    for (const { code, kind } of declaredFaults()) {
      expect([code, STATUS_OF[kind]]).toEqual([code, expect.any(Number)]);
    }
  });
});
