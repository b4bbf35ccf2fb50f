import type { JsonValue } from './json.js';

/** What went wrong, in the words of the domain; only libs/http knows which status code that is. */
export type FaultKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'refused'
  | 'too_many_requests'
  | 'timed_out'
  | 'header_too_large'
  | 'internal'
  | 'unavailable';

/** One field at fault: an RFC 6901 pointer into the request body, or the name of a query parameter. */
export interface FieldFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface FaultDeclaration {
  readonly kind: FaultKind;
  /** A short summary that is the same for every occurrence (RFC 9457, `title`). */
  readonly title: string;
  /** What the caller should understand and do, for docs/errors.md. */
  readonly meaning: string;
}

interface Circumstances {
  readonly errors?: readonly FieldFault[];
  /** Extension members of the problem document, such as the numbers a rule compared. */
  readonly extensions?: Readonly<Record<string, JsonValue>>;
}

/** A kind of refusal with a stable public code, `room.fault`. Codes are never reused. */
export class Fault implements FaultDeclaration {
  readonly kind: FaultKind;
  readonly title: string;
  readonly meaning: string;

  constructor(
    readonly code: string,
    declaration: FaultDeclaration,
  ) {
    this.kind = declaration.kind;
    this.title = declaration.title;
    this.meaning = declaration.meaning;
  }

  /** The error to throw; `detail` says what is wrong with this request and is shown to its sender. */
  because(detail: string, circumstances: Circumstances = {}): DomainError {
    return new DomainError(this, detail, circumstances);
  }

  /** The error to throw when one field is at fault. */
  at(pointer: string, detail: string, extensions?: Readonly<Record<string, JsonValue>>): DomainError {
    return this.because(detail, { errors: [{ pointer, code: this.code, detail }], extensions });
  }
}

/** A refusal. It changes nothing but the audit trail. */
export class DomainError extends Error {
  readonly errors: readonly FieldFault[];
  readonly extensions: Readonly<Record<string, JsonValue>>;

  constructor(
    readonly fault: Fault,
    detail: string,
    circumstances: Circumstances = {},
  ) {
    super(detail);
    this.name = 'DomainError';
    this.errors = circumstances.errors ?? [];
    this.extensions = circumstances.extensions ?? {};
  }

  /** The same refusal of a part of a request, told from the request's root. */
  within(parent: string): DomainError {
    const errors = this.errors.map((error) => ({ ...error, pointer: parent + error.pointer }));
    return new DomainError(this.fault, this.message, { errors, extensions: this.extensions });
  }
}

const declared = new Map<string, Fault>();

/** Declares the refusals of one room. A code that is declared twice stops the process at load. */
export function declareFaults<Code extends string>(
  declarations: Readonly<Record<Code, FaultDeclaration>>,
): Readonly<Record<Code, Fault>> {
  const entries = Object.entries<FaultDeclaration>(declarations).map(([code, declaration]) => {
    if (declared.has(code)) throw new Error(`The error code ${code} is declared twice.`);
    const fault = new Fault(code, declaration);
    declared.set(code, fault);
    return [code, fault] as const;
  });
  return Object.fromEntries(entries) as Record<Code, Fault>;
}

/** Every refusal declared by the rooms that are loaded, by code. */
export function declaredFaults(): readonly Fault[] {
  return [...declared.values()].sort((left, right) => (left.code < right.code ? -1 : 1));
}
