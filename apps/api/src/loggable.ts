import { types } from 'node:util';
import { CommitRefused } from '#kernel';

/** An id as the service makes them: a prefix and 26 characters. */
const ID = /^[a-z]{2,5}_[0-9a-z]{26}$/;

/**
 * Every member that a line may have besides level, time, msg and err, and what it looks like; each may be null. What is
 * not named here, or looks otherwise, is dropped.
 */
const MEMBERS: Readonly<Record<string, RegExp | 'number'>> = {
  context: /^[\w.$-]{1,100}$/,
  requestId: /^[\w.-]{1,128}$/,
  method: /^[A-Z-]{1,20}$/,
  route: /^\/[\w.:/*{}-]{0,200}$/,
  status: 'number',
  code: /^[a-z_]+\.[a-z_]+$/,
  durationMs: 'number',
  role: /^(root|admin|read_only)$/,
  apiKeyId: ID,
  institutionId: ID,
  url: /^https?:\/\/[\w.:[\]-]+$/,
  backend: /^(memory|postgres)$/,
  reason: /^[A-Z][\w ,.:’-]{1,300}$/,
  causeCode: /^[A-Z0-9_]{2,60}$/,
  failures: 'number',
  pid: 'number',
  workers: 'number',
  signal: /^SIG[A-Z0-9]{1,10}$/,
};

const FORMS = Object.entries(MEMBERS);

/**
 * Errors of ours whose messages name tables, constraints and SQLSTATEs, and never a value: by its name, where the class
 * would bring TypeORM along into a process that only writes a few lines.
 */
const WITHOUT_DATA = 'RefusedStatement';

/** What `pg` says of connections in nothing but these words, and without a code. */
const OF_CONNECTIONS = new Set([
  'Cannot use a pool after calling end on the pool',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Connection terminated',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
]);

/** The name of a class. */
const TYPE = /^\w{1,100}$/;
/** A SQLSTATE, or a code such as ECONNREFUSED. */
const CODE = /^[A-Z0-9_]{2,60}$/;
const FRAME = /^ {4}at .*(?:\d+:\d+\)?|<anonymous>\)?|\(native\)|\(index \d+\))$/;
const MAX_CAUSES = 3;

/** What of some members may be logged: those of the allow-list, and `err`, which is described. */
export function loggableMembers(members: object): object {
  const given = members as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const [name, form] of FORMS) {
    if (isLoggable(given[name], form)) kept[name] = given[name];
  }
  if (given['err'] !== undefined) kept['err'] = describeThrown(given['err']);
  return kept;
}

function isLoggable(value: unknown, form: RegExp | 'number'): boolean {
  if (value === null) return true;
  return form === 'number' ? typeof value === 'number' : typeof value === 'string' && form.test(value);
}

function describeThrown(thrown: unknown): object {
  return types.isNativeError(thrown) ? describeError(thrown) : { type: `no error, but ${typeof thrown}` };
}

/**
 * An error by its type, its code and where it happened. Its message may quote what was sent, SQL, or a host; it is told
 * where it is known not to.
 */
function describeError(error: Error, depth = 0): object {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const message = isWithoutData(error) ? error.message : undefined;
  return {
    type: TYPE.test(error.name) ? error.name : 'Error',
    ...(message === undefined ? {} : { message }),
    ...(typeof code === 'string' && CODE.test(code) ? { code } : {}),
    stack: framesOf(error),
    ...(types.isNativeError(cause) && depth < MAX_CAUSES ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

function isWithoutData(error: Error): boolean {
  return error instanceof CommitRefused || error.name === WITHOUT_DATA || OF_CONNECTIONS.has(error.message);
}

/** The stack without its head, which repeats the message; a message of several lines could pass for frames. */
function framesOf({ message, stack = '' }: Error): string {
  const start = stack.indexOf(message);
  return stack
    .slice(start < 0 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .join('\n');
}
