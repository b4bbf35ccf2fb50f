import { hash } from 'node:crypto';
import { canonicalJson, UNCONDITIONAL, type JsonObject, type Precondition, type Versions } from '#kernel';
import { requestFaults } from './request-faults.js';

interface EntityTag {
  readonly isWeak: boolean;
  /** Without its quotes. */
  readonly opaque: string;
}

/** `*`, or the tags of a list (RFC 9110, sections 8.8.3 and 13.1). */
type EntityTags = '*' | readonly EntityTag[];

interface ConditionalHeaders {
  readonly 'if-match'?: string;
  readonly 'if-none-match'?: string;
}

const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;
const LIST = new RegExp(`^(?:${ENTITY_TAG.source}[\\t ]*(?:,[\\t ]*|$))+$`);
const VERSION = /^[1-9][0-9]{0,9}$/;

/** What a request asks of the version that its resource has. @throws DomainError `request.malformed_header` */
export function readPrecondition(headers: ConditionalHeaders): Precondition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return UNCONDITIONAL;
  return {
    // Weak tags never match strongly, and If-Match compares so.
    ...(ifMatch !== undefined && {
      ifMatch: versionsOf(readTags('If-Match', ifMatch), ({ isWeak }) => !isWeak),
    }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: versionsOf(readTags('If-None-Match', ifNoneMatch)) }),
  };
}

/** A tag for what has no version but its content. */
export function contentTagOf(content: JsonObject): string {
  return `"${hash('sha256', canonicalJson(content), 'hex').slice(0, 32)}"`;
}

/** Whether a client that sends `If-None-Match` has what is tagged so. */
export function hasCurrent(etag: string, { 'if-none-match': ifNoneMatch }: ConditionalHeaders): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = readTags('If-None-Match', ifNoneMatch);
  return tags === '*' || tags.some(({ opaque }) => `"${opaque}"` === etag);
}

function versionsOf(tags: EntityTags, counts: (tag: EntityTag) => boolean = () => true): Versions {
  if (tags === '*') return 'any';
  return tags
    .filter(counts)
    .filter(({ opaque }) => VERSION.test(opaque))
    .map(({ opaque }) => Number(opaque));
}

function readTags(header: string, value: string): EntityTags {
  const text = value.trim();
  if (text === '*') return text;
  if (!LIST.test(text)) {
    throw requestFaults['request.malformed_header'].because(
      `${header} must be * or entity tags, such as "3".`,
      {
        extensions: { header },
      },
    );
  }
  return [...text.matchAll(new RegExp(ENTITY_TAG, 'g'))].map(([, weak, opaque = '']) => ({
    isWeak: weak !== undefined,
    opaque,
  }));
}
