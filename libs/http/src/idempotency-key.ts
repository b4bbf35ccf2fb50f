import { hash, randomUUID } from 'node:crypto';
import { canonicalJson, type IdempotencyKey, type JsonValue } from '#kernel';
import { requestFaults } from './request-faults.js';

/** What a request with a key consists of. */
interface RepeatableRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

const REPEATABLE_METHODS = ['POST', 'PUT', 'PATCH'];

/** A string of structured fields (RFC 9651, section 3.3.3), or the same without its quotes and without blanks. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[A-Za-z0-9!#$%&'*+.^_`|~:/=-]+$/;
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key` of a request that changes something (draft-ietf-httpapi-idempotency-key-header), and the hash
 * of its method, path, query and RFC 8785 body.
 *
 * @throws DomainError `request.malformed_header`
 */
export function readIdempotencyKey(request: RepeatableRequest): IdempotencyKey | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined || !REPEATABLE_METHODS.includes(request.method)) return undefined;
  const text = [header].flat().join(', ').trim();
  const key = QUOTED.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? (BARE.test(text) ? text : '');
  if (!KEY.test(key)) {
    throw requestFaults['request.malformed_header'].because(
      'Idempotency-Key must be a string of 1 to 255 visible ASCII characters, such as "8e03978e-40d5".',
      { extensions: { header: 'Idempotency-Key' } },
    );
  }
  return { key, requestHash: hashOf(request) };
}

function hashOf({ method, url, body }: RepeatableRequest): string {
  const text = body === undefined ? '' : canonical(body as JsonValue);
  return hash('sha256', [method, url, text].join('\n'), 'hex');
}

function canonical(body: JsonValue): string {
  try {
    return canonicalJson(body);
  } catch {
    // With lone surrogates or a number beyond all bounds: it is refused, field by field, and is equal to no other.
    return randomUUID();
  }
}
