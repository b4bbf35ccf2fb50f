import { types } from 'node:util';
import { CommitRefused, Duplicate, MissingReference, StoreUnavailable } from '#kernel';

interface DatabaseFailure {
  readonly severity?: string;
  readonly code?: string;
  readonly constraint?: string;
}

/** The message of an error that tells that a wait of ours was over. */
export const NOT_IN_TIME = 'There was no answer in time.';

const CONNECT_TIME_OUTS = [
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
];

const PROGRAM_FAULTS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** The SQLSTATE of a server's error; undefined when the connection itself failed. */
function sqlStateOf(error: unknown): string | undefined {
  // Only what the server sent has a severity; a socket's EPIPE looks like a SQLSTATE otherwise.
  const failure = error as DatabaseFailure | null;
  return failure?.severity === undefined ? undefined : failure.code;
}

/** The transaction can be sent again as it is: serialization failure, deadlock. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

/** The server was a primary when the connection was made, perhaps, and takes no writes now. */
export function isReadOnly(error: unknown): boolean {
  return sqlStateOf(error) === '25006';
}

/** The server has as many sessions as it may have; those there are go on. */
export function isFull(error: unknown): boolean {
  return sqlStateOf(error) === '53300';
}

/**
 * Whether the fault lies with the connection or the server rather than with what was sent: a broken socket, a
 * session that the server ended or did not begin (FATAL), the classes 08 (connection), 53 (resources) and 57P
 * (shutdown), and 25006 (a demoted primary, now read-only).
 */
export function isConnectionFault(error: unknown): boolean {
  if (isProgramFault(error)) return false;
  const state = sqlStateOf(error);
  if (state === undefined || (error as DatabaseFailure).severity === 'FATAL') return true;
  return state === '25006' || /^(08|53|57P)/.test(state);
}

/** A fault of this program that came up on the way: neither the server's nor the network's. */
function isProgramFault(error: unknown): boolean {
  return !types.isNativeError(error) || PROGRAM_FAULTS.includes(error.name);
}

/** Faults of connections that tell more than that there is none, by SQLSTATE or its class. */
const CONNECTION_FAULTS: readonly [RegExp, string][] = [
  [/^25006$/, 'The database is read-only.'],
  [/^53300$/, 'The database has no connection left.'],
  [/^53/, 'The database has run out of memory or disk.'],
  [/^57P/, 'The database is starting or stopping.'],
  [/^(28|3D)/, 'The database does not let the service in.'],
];

/** What the driver says, without a code, when it gave up waiting. */
const WAITS: Readonly<Record<string, string>> = {
  'timeout exceeded when trying to connect': 'Every connection to the database is in use.',
  'Connection terminated due to connection timeout': 'The database did not answer in time.',
  'Query read timeout': 'The database did not answer in time.',
  [NOT_IN_TIME]: 'The database did not answer in time.',
};

/** In words for whoever runs the service, without a host. */
function connectionFaultOf(error: Error): string {
  const state = sqlStateOf(error) ?? '';
  const known = CONNECTION_FAULTS.find(([states]) => states.test(state));
  return known?.[1] ?? WAITS[error.message] ?? 'The database cannot be reached.';
}

/** Whether something was sent, and nothing came back in time: the server or the network is silent. */
export function isUnanswered(error: unknown): boolean {
  return messageOf(error) === 'Query read timeout';
}

/** Whether nothing was sent, since no connection was there in time. */
export function isConnectTimeOut(error: unknown): boolean {
  return CONNECT_TIME_OUTS.includes(messageOf(error));
}

/**
 * Whether a connection failed that may have died a while ago, with the last restart of the server perhaps: another one
 * has not. Who waited in vain for a connection would wait in vain again.
 */
export function isLostConnection(error: unknown): boolean {
  return isConnectionFault(error) && !isConnectTimeOut(error);
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : '';
}

/** What a failed statement means to the unit that sent it, alone in its transaction. */
export function outcomeOf(error: unknown): Error {
  if (error instanceof CommitRefused) return error;
  if (isProgramFault(error)) {
    return types.isNativeError(error) ? error : new Error('Something else than an error was thrown.');
  }
  const state = sqlStateOf(error);
  const constraint = (error as DatabaseFailure).constraint ?? 'unknown';
  if (state === '23505') return new Duplicate(constraint);
  if (state === '23503') return new MissingReference(constraint);
  if (isConnectionFault(error)) return new StoreUnavailable(connectionFaultOf(error as Error), error);
  if (state === '42P01' || state === '42703') {
    return new StoreUnavailable('The schema is not the one that this version needs.', error);
  }
  if (state === '57014' || state === '55P03' || isRetryable(error)) {
    return new StoreUnavailable('The database is too busy.', error);
  }
  return new RefusedStatement(state ?? 'unknown', constraint, error);
}

/** A statement that the database refused for a reason no caller can mend. It repeats no SQL and no data. */
export class RefusedStatement extends Error {
  /** @param cause what the driver said: for whoever runs the database, never for a log or an answer */
  constructor(
    readonly sqlState: string,
    readonly constraint: string,
    cause: unknown,
  ) {
    super(`The database refused a statement (SQLSTATE ${sqlState}, constraint ${constraint}).`, { cause });
    this.name = 'RefusedStatement';
  }
}
