import fc from 'fast-check';
import type { FuzzWorld, Sender } from './fuzz-world.js';
import type { Frame, Header } from './framings.js';
import { toUtf8 } from './hostile-bytes.js';
import { textOf, type Tree } from './json-tree.js';
import { operationOf, type Operation } from './operations.js';
import type { Outgoing } from './wire.js';

/** A request in parts, in names of a {@link FuzzWorld}, as good as it was made or as bad as faults have left it. */
export interface Draft {
  /** What it was made for; what it reaches may be another one. */
  readonly operation: Operation;
  readonly as: Sender;
  readonly method: string;
  readonly path: string;
  /** Each as it stands in the target: `name=value`. */
  readonly query: readonly string[];
  readonly headers: readonly Header[];
  readonly body?: Tree;
  /** How the text of the body becomes bytes. */
  readonly encode: (text: string) => Uint8Array;
  readonly frame: Frame;
  /** Whether it is HTTP at all: what is not may be answered with less, or not at all. */
  readonly isHttp: boolean;
  /** Whether no receiver can know what its body is. */
  readonly isHopeless: boolean;
  /** The kinds of faults that were put in. */
  readonly faults: readonly string[];
}

/** What there is to know of a request before it is sent. */
export class FuzzRequest {
  constructor(readonly draft: Draft) {}

  get target(): string {
    const { path, query } = this.draft;
    return query.length === 0 ? path : `${path}?${query.join('&')}`;
  }

  /** The operation that it reaches. */
  get operation(): Operation | undefined {
    return operationOf(this.draft.method, this.target);
  }

  /** Whether it is HTTP, and no more of it than a server must take (RFC 9112, section 3: 8,000 bytes of target). */
  get isHttp(): boolean {
    const { isHttp, headers } = this.draft;
    const isPlain = /^[\x21-\x7e]+$/.test(this.target);
    return isHttp && isPlain && this.target.length < 8_000 && headers.flat().join('').length < 6_000;
  }

  /** Whether only a success could have changed something. */
  get isWrite(): boolean {
    return !['GET', 'HEAD'].includes(this.draft.method);
  }

  /** Its bytes in one world; `number` tells it from the others there. */
  toBytes(world: FuzzWorld, number: number): Outgoing {
    const { as, method, headers, body, encode, frame } = this.draft;
    const key = world.keyOf(as);
    const given = new Set(headers.map(([name]) => name.toLowerCase()));
    const usual: Header[] = [
      ['Host', 'escrow.example'],
      ...(key === undefined ? [] : [['X-API-Key', key] as const]),
      ['X-Request-Id', `fuzz-${number}`],
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ];
    const all = [...usual.filter(([name]) => !given.has(name.toLowerCase())), ...headers];
    return frame(
      {
        method,
        target: world.toValues(this.target),
        headers: all.map(([name, value]) => [name, world.toValues(value)] as const),
      },
      body === undefined ? undefined : Buffer.from(encode(world.toValues(textOf(body)))),
    );
  }

  /** For a reader of a failure. */
  [fc.toStringMethod](): string {
    const { as, method, headers, body, faults } = this.draft;
    const said = [
      `${method} ${this.target} as ${as}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(body === undefined ? [] : [textOf(body)]),
      ...(faults.length === 0 ? [] : [`(${faults.join(', ')})`]),
    ];
    return said.map((line) => shortened(JSON.stringify(line))).join('\n      ');
  }
}

/** The bytes of a request as text that a shell's `printf` turns into bytes again, cut where it gets long. */
export function toPrintable({ bytes }: Outgoing): string {
  const text = Buffer.from(bytes).toString('latin1');
  const escaped = text.replaceAll(/[^\x20-\x24\x26-\x5b\x5d-\x7e]/g, (character) => {
    if (character === '\r') return '\\r';
    if (character === '\n') return '\\n';
    return character === '%' ? '%%' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return shortened(escaped, 2_000);
}

function shortened(text: string, max = 600): string {
  return text.length <= max ? text : `${text.slice(0, max)}… (${text.length} characters)`;
}

/** The draft of a request with nothing wrong. */
export const SOUND = { encode: toUtf8, isHttp: true, isHopeless: false, faults: [] } as const;
