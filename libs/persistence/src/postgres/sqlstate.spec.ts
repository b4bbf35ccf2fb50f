import { describe, expect, test } from '@jest/globals';
import { Duplicate, MissingReference, StaleVersion, StoreUnavailable } from '#kernel';
import { QueryFailedError } from 'typeorm';
import { isConnectionFault, isLostConnection, isRetryable, outcomeOf } from './sqlstate.js';

const SECRET = 'secret';

/** What the server says of a failed statement. */
const fromServer = (code: string, severity = 'ERROR', constraint?: string): Error =>
  Object.assign(new Error(SECRET), { code, severity, constraint, detail: SECRET, query: SECRET });
/** What the socket or the driver says, without any word of the server. */
const fromDriver = (code?: string): Error =>
  Object.assign(new Error(SECRET), code === undefined ? {} : { code });

type Verdict = 'Duplicate' | 'MissingReference' | 'StoreUnavailable' | 'RefusedStatement';

const table: [what: string, error: Error, verdict: Verdict, connection: boolean, retryable: boolean][] = [
  ['unique_violation', fromServer('23505', 'ERROR', 'boxes_pk'), 'Duplicate', false, false],
  ['foreign_key_violation', fromServer('23503', 'ERROR', 'slips_box_fk'), 'MissingReference', false, false],
  ['check_violation', fromServer('23514', 'ERROR', 'boxes_check'), 'RefusedStatement', false, false],
  ['not_null_violation', fromServer('23502'), 'RefusedStatement', false, false],
  ['numeric_value_out_of_range', fromServer('22003'), 'RefusedStatement', false, false],
  ['character_not_in_repertoire', fromServer('22021'), 'RefusedStatement', false, false],
  ['syntax_error', fromServer('42601'), 'RefusedStatement', false, false],
  ['insufficient_privilege', fromServer('42501'), 'RefusedStatement', false, false],
  ['serialization_failure', fromServer('40001'), 'StoreUnavailable', false, true],
  ['deadlock_detected', fromServer('40P01'), 'StoreUnavailable', false, true],
  ['query_canceled', fromServer('57014'), 'StoreUnavailable', false, false],
  ['lock_not_available', fromServer('55P03'), 'StoreUnavailable', false, false],
  ['undefined_table', fromServer('42P01'), 'StoreUnavailable', false, false],
  ['undefined_column', fromServer('42703'), 'StoreUnavailable', false, false],
  ['read_only_sql_transaction', fromServer('25006'), 'StoreUnavailable', true, false],
  ['connection_failure', fromServer('08006'), 'StoreUnavailable', true, false],
  ['protocol_violation', fromServer('08P01'), 'StoreUnavailable', true, false],
  ['too_many_connections', fromServer('53300', 'FATAL'), 'StoreUnavailable', true, false],
  ['disk_full', fromServer('53100'), 'StoreUnavailable', true, false],
  ['admin_shutdown', fromServer('57P01', 'FATAL'), 'StoreUnavailable', true, false],
  ['crash_shutdown', fromServer('57P02', 'FATAL'), 'StoreUnavailable', true, false],
  ['cannot_connect_now', fromServer('57P03', 'FATAL'), 'StoreUnavailable', true, false],
  ['invalid_password', fromServer('28P01', 'FATAL'), 'StoreUnavailable', true, false],
  ['invalid_catalog_name', fromServer('3D000', 'FATAL'), 'StoreUnavailable', true, false],
  ['idle_in_transaction_session_timeout', fromServer('25P03', 'FATAL'), 'StoreUnavailable', true, false],
  ['a broken pipe', fromDriver('EPIPE'), 'StoreUnavailable', true, false],
  ['a refused connection', fromDriver('ECONNREFUSED'), 'StoreUnavailable', true, false],
  ['a reset connection', fromDriver('ECONNRESET'), 'StoreUnavailable', true, false],
  ['a time-out', fromDriver('ETIMEDOUT'), 'StoreUnavailable', true, false],
  ['an unknown host', fromDriver('ENOTFOUND'), 'StoreUnavailable', true, false],
  ['a connection that ended', fromDriver(), 'StoreUnavailable', true, false],
];

describe('the outcome of a failed statement', () => {
  test.each(table)('is known: %s', (_, error, verdict, connection, retryable) => {
    expect({
      outcome: outcomeOf(error).name,
      connection: isConnectionFault(error),
      retryable: isRetryable(error),
    }).toEqual({ outcome: verdict, connection, retryable });
  });

  test.each(table)('is the same when TypeORM sent the statement: %s', (_, error, verdict, connection) => {
    const wrapped = new QueryFailedError(SECRET, [SECRET], error);
    expect(outcomeOf(wrapped).name).toBe(verdict);
    expect(isConnectionFault(wrapped)).toBe(connection);
  });

  test.each(table)('says nothing of SQL or data: %s', (_, error) => {
    const { message, stack } = outcomeOf(error);
    expect(`${message} ${stack}`).not.toContain(SECRET);
  });

  test.each([
    ['25006', 'ERROR', 'The database is read-only.'],
    ['53300', 'FATAL', 'The database has no connection left.'],
    ['53100', 'ERROR', 'The database has run out of memory or disk.'],
    ['57P01', 'FATAL', 'The database is starting or stopping.'],
    ['28P01', 'FATAL', 'The database does not let the service in.'],
    ['08006', 'FATAL', 'The database cannot be reached.'],
  ])('tells what keeps it from the database: %s', (code, severity, reason) => {
    expect(outcomeOf(fromServer(code, severity))).toEqual(new StoreUnavailable(reason));
  });

  test.each([
    ['timeout exceeded when trying to connect', 'Every connection to the database is in use.', false],
    ['Connection terminated due to connection timeout', 'The database did not answer in time.', false],
    ['Query read timeout', 'The database did not answer in time.', true],
    ['Connection terminated unexpectedly', 'The database cannot be reached.', true],
  ])('tells of a wait in vain, and whether to try once more: %s', (message, reason, isWorthATry) => {
    const error = new Error(message);
    expect(outcomeOf(error)).toEqual(new StoreUnavailable(reason));
    expect(isLostConnection(error)).toBe(isWorthATry);
  });

  test('names the constraint that was broken', () => {
    expect(outcomeOf(fromServer('23505', 'ERROR', 'boxes_pk'))).toEqual(new Duplicate('boxes_pk'));
    expect(outcomeOf(fromServer('23503', 'ERROR', 'slips_box_fk'))).toEqual(
      new MissingReference('slips_box_fk'),
    );
  });

  test('is left as it is when it is one already', () => {
    for (const outcome of [new StaleVersion('boxes', 'box_1'), new Duplicate('boxes_pk')]) {
      expect(outcomeOf(outcome)).toBe(outcome);
    }
  });

  test.each([undefined, null, 'text', 5])('is known also when what was thrown is no error: %j', (thrown) => {
    expect(outcomeOf(thrown)).toBeInstanceOf(Error);
  });

  test('is no lost connection when the fault is in this program', () => {
    const bug = new TypeError('Do not know how to serialize a BigInt');
    expect(isConnectionFault(bug)).toBe(false);
    expect(outcomeOf(bug)).not.toBeInstanceOf(StoreUnavailable);
  });
});
