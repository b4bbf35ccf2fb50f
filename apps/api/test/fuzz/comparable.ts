import type { Answer } from '../support/client.js';
import type { FuzzWorld } from './fuzz-world.js';

/** What of an answer's head must be alike on every backend. */
const LASTING_HEADERS = [
  'content-type',
  'allow',
  'www-authenticate',
  'etag',
  'location',
  'idempotent-replayed',
  'retry-after',
];

/** What differs from backend to backend, or from run to run, each with a word for it. */
const PASSING: readonly [kind: string, RegExp][] = [
  ['key', /egk_[0-9a-z]{26}(?:_[0-9a-f]{64}_[0-9a-f]{8})?/g],
  ['id', /(?:inst|tmpl|ast|pos|ple|le|ak|aud|pol)_[0-7][0-9a-z]{25}/g],
  ['hash', /[0-9a-f]{64}/g],
];
/** What readiness says of the store, and how long each check took. */
const STORE_STATUS = /"backend":"\w+",/g;
const LATENCY = /"latencyMs":[\d.]+,/g;
/** Memory has no clock of its own, and nothing to migrate. */
const DATABASE_CHECKS =
  /"clock":\{"offsetMs":-?\d+,"status":"up"\},|"migrations":\{"pending":0,"status":"up"\},/g;
const REQUEST_ID = /"requestId":"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g;
/** Noted behind the requests, sooner on one backend than on another. */
const LAST_USE = /"lastUsedAt":(?:null|"[^"]*")/g;
/** The figures of a process differ, and on memory there are fewer of them. */
const METRICS = /# HELP escrowgrid_.*/s;
/** Its rows stand in the order of their ids, which are no backend's own choice. */
const EXPORT = /\{"kind":"institutions","row":.*/s;
const CURSOR = /"nextCursor":"[\w-]+"/g;

/** Brings the answers of one backend into a form in which they can be compared with another's. */
export class ComparableAnswers {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly world: FuzzWorld) {}

  /** One answer, in the order in which they came. */
  of({ status, headers, text, body }: Answer): string {
    const lasting = LASTING_HEADERS.flatMap((name) => headers.get(name) ?? []);
    const said = `${status} ${lasting.join(' ')} ${body === undefined ? text : JSON.stringify(sorted(body))}`;
    const whole = this.world
      .toNames(said)
      .replaceAll(LAST_USE, '"lastUsedAt":"…"')
      .replaceAll(CURSOR, '"nextCursor":"…"')
      .replace(METRICS, 'metrics')
      .replace(EXPORT, 'rows')
      .replaceAll(REQUEST_ID, '"requestId":"…"')
      .replaceAll(LATENCY, '')
      .replaceAll(DATABASE_CHECKS, '')
      .replaceAll(STORE_STATUS, '');
    return PASSING.reduce(
      (named, [kind, pattern]) => named.replaceAll(pattern, (found) => this.nameOf(kind, found)),
      whole,
    );
  }

  private nameOf(kind: string, found: string): string {
    const known = this.names.get(found);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.names.set(found, `<${kind} ${count}>`);
    return `<${kind} ${count}>`;
  }
}

/** JSON objects have no order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, part]) => [name, sorted(part)]));
}
