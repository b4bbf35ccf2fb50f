import { beforeEach, describe, expect, test } from '@jest/globals';
import { symbols, type Logger } from 'pino';
import { buildLogger, NestLogger } from './logging.js';

/** What a driver's error carries besides its message, as fields that a logger would print. */
class StatementError extends Error {
  override name = 'QueryFailedError';
  query = 'INSERT INTO secret_table VALUES ($1)';
  parameters = ['secret-holder'];
  detail = 'Key (id)=(secret-id) already exists.';
  driverError = { detail: 'secret-detail', where: 'secret-where' };
  code = '23505';
}

/** A logger of the service whose lines are kept here instead of being sent to standard output. */
function listening(level: Parameters<typeof buildLogger>[0]): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = buildLogger(level);
  Object.assign(logger, { [symbols.streamSym]: { write: (line: string) => lines.push(line) } });
  return { logger, lines };
}

describe('the log of the service', () => {
  const { logger, lines } = listening('trace');
  const nest = new NestLogger(logger);
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

  beforeEach(() => {
    lines.length = 0;
  });

  test('is a line of JSON with its level in words and its time in RFC 3339', () => {
    logger.info({ requestId: 'request-7' }, 'request');
    expect(lines).toHaveLength(1);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: 'request-7',
      msg: 'request',
    });
  });

  test.each([
    ['log', 'debug'],
    ['debug', 'debug'],
    ['verbose', 'trace'],
    ['warn', 'warn'],
    ['error', 'error'],
  ] as const)('takes what Nest tells by %s as %s, with its context', (method, level) => {
    nest[method]('Something happened.', 'SomeService');
    expect(last()).toMatchObject({ level, msg: 'Something happened.', context: 'SomeService' });
  });

  test('takes objects with a message behind them', () => {
    nest.error({ requestId: 'request-7', causeCode: '57P01' }, 'A request failed.', 'ProblemFilter');
    expect(last()).toMatchObject({
      msg: 'A request failed.',
      requestId: 'request-7',
      causeCode: '57P01',
      context: 'ProblemFilter',
    });
  });

  test('holds nothing below its level', () => {
    const quiet = listening('warn');
    const quietNest = new NestLogger(quiet.logger);
    quietNest.log('said');
    quietNest.debug('said');
    expect(quiet.lines).toEqual([]);
    quietNest.warn('said');
    expect(quiet.lines).toHaveLength(1);
  });

  const ways: [string, (error: Error) => void][] = [
    ['alone', (error) => logger.error(error)],
    ['as err', (error) => logger.error({ err: error }, 'It failed.')],
    ['as err of a child', (error) => logger.child({ route: '/v1/boxes' }).error({ err: error })],
    ['by Nest, alone', (error) => nest.error(error, 'SomeService')],
    ['by Nest, with its stack', (error) => nest.error(error, error.stack, 'SomeService')],
    ['by Nest, as err', (error) => nest.error({ err: error }, 'It failed.', 'SomeService')],
    ['by Nest, as another member', (error) => nest.error({ reason: error }, 'It failed.', 'SomeService')],
    ['by Nest, as a warning', (error) => nest.warn(error, 'SomeService')],
    [
      'as the cause of another',
      (error) => logger.error({ err: new Error('The store is away.', { cause: error }) }),
    ],
    ['as one of several', (error) => logger.error({ err: new AggregateError([error], 'All failed.') })],
  ];

  test.each(ways)('tells an error without what its driver adds to it: %s', (_, log) => {
    log(new StatementError('A statement failed.'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"level":"');
    expect(lines[0]).not.toContain('secret');
  });

  test('tells the type, the message and the stack of an error', () => {
    nest.error(new StatementError('A statement failed.'), 'SomeService');
    expect(last()).toMatchObject({
      msg: 'A statement failed.',
      context: 'SomeService',
      err: { type: 'QueryFailedError', message: 'A statement failed.', stack: expect.any(String) },
    });
    expect(Object.keys(last().err as object).sort()).toEqual(['message', 'stack', 'type']);
  });
});
