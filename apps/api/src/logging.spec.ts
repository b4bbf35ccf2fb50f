import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Duplicate, StoreUnavailable } from '#kernel';
import { RefusedStatement } from '#persistence';
import { symbols, type Logger } from 'pino';
import { buildLogger, NestLogger } from './logging.js';

/** What a driver's error carries, all of which a logger would print. */
class StatementError extends Error {
  override name = 'QueryFailedError';
  query = 'INSERT INTO secret_table VALUES ($1)';
  parameters = ['secret-holder'];
  detail = 'Key (id)=(secret-id) already exists.';
  driverError = { detail: 'secret-detail', where: 'secret-where' };
  code = '23505';
}

const statementError = (): Error =>
  new StatementError('invalid input syntax for type json: "secret-value"\n    at secret-line (secret:1:1)');

/** A logger of the service whose lines are kept here instead of being sent to standard output. */
function listening(level: Parameters<typeof buildLogger>[0]): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = buildLogger(level);
  Object.assign(logger, { [symbols.streamSym]: { write: (line: string) => lines.push(line) } });
  return { logger, lines };
}

const { logger, lines } = listening('trace');
const nest = new NestLogger(logger);
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

beforeEach(() => {
  lines.length = 0;
});

describe('the log of the service', () => {
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
    nest.error({ requestId: 'request-7' }, 'A request failed.', 'ProblemFilter');
    expect(last()).toMatchObject({
      msg: 'A request failed.',
      requestId: 'request-7',
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
});

describe('a line of the log', () => {
  const request = {
    requestId: '0b0e63c4-1f5e-4a8e-9a53-6c3a3c1d2e4f',
    method: 'POST',
    route: '/v1/institutions/:institutionId/policies/:region',
    status: 409,
    code: 'position.illegal_transition',
    durationMs: 1.5,
    role: 'admin',
    apiKeyId: 'ak_01h455vb4pex5vsknk084sn02q',
    institutionId: null,
  };

  test('has the members of the allow-list as they were given', () => {
    const started = { url: 'http://[::1]:4000', backend: 'postgres', context: 'SomeService' };
    logger.info({ ...request, ...started }, 'request');
    expect(last()).toEqual({ ...request, ...started, level: 'info', time: last().time, msg: 'request' });
  });

  const held: [string, object][] = [
    ['a member that nobody allowed', { holderReference: 'secret', headers: { cookie: 'secret' } }],
    [
      'an object in an allowed member',
      { route: { secret: 'secret' }, code: ['secret'], role: () => 'secret' },
    ],
    ['a sentence or a query in an allowed member', { route: '/v1/assets?label=secret', code: 'a secret' }],
    ['a path with what it is of', { url: '/v1/positions/secret', code: 'secret', apiKeyId: 'egk_secret' }],
    ['a text longer than any word', { requestId: `secret${'x'.repeat(200)}` }],
    ['what tells how it is written', { requestId: { toJSON: () => 'secret' }, toJSON: () => 'secret' }],
    ['a request and a response', { req: { url: 'secret' }, res: { body: 'secret' } }],
    [
      'what passes for a request',
      { method: 'GET', headers: { cookie: 'secret' }, socket: {}, url: '/?secret' },
    ],
    ['a message among the members', { msg: 'secret', message: 'secret', stack: 'secret' }],
    ['what is no error in the place of one', { err: { message: 'secret', stack: 'secret' } }],
  ];

  test.each(held)('leaves out %s', (_, members) => {
    logger.info(members, 'request');
    logger.info(members);
    nest.warn(members, 'Something happened.', 'SomeService');
    nest.warn(members, 'SomeService');
    expect(lines).toHaveLength(4);
    expect(lines.join()).not.toContain('secret');
  });

  test('has no gaps to fill', () => {
    logger.info('%s and %j', 'secret', { secret: 'secret' });
    logger.info({ status: 200 }, '%s', 'secret');
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('secret');
  });

  test('has nothing that was bound to its logger: nothing can be', () => {
    expect(() => logger.child({ label: 'secret' })).toThrow('when it is written');
    expect(() => logger.setBindings({ label: 'secret' })).toThrow('when it is written');
  });

  test('has not what Nest puts behind a colon of its own sentence, which is the message of an error', () => {
    nest.error('Failed to close the "default" data source: connect ECONNREFUSED 10.0.0.7', 'TypeOrmModule');
    expect(last()).toMatchObject({ msg: 'Failed to close the "default" data source' });
    nest.error('Error: listen EADDRINUSE 10.0.0.7:4000\n  at secret', 'NestApplication');
    expect(last()).toMatchObject({ msg: 'Error' });
  });
});

describe('an error in the log', () => {
  const ways: [string, (error: Error) => void][] = [
    ['alone', (error) => logger.error(error)],
    ['as err', (error) => logger.error({ err: error }, 'It failed.')],
    ['as err, without words', (error) => logger.error({ err: error })],
    ['by Nest, alone', (error) => nest.error(error, 'SomeService')],
    ['by Nest, with its stack', (error) => nest.error(error, error.stack, 'SomeService')],
    ['by Nest, in words, with its stack', (error) => nest.error('It failed.', error.stack, 'SomeService')],
    ['by Nest, as err', (error) => nest.error({ err: error }, 'It failed.', 'SomeService')],
    ['by Nest, as another member', (error) => nest.error({ reason: error }, 'It failed.', 'SomeService')],
    ['by Nest, as a warning', (error) => nest.warn(error, 'SomeService')],
    ['as the cause of another', (error) => logger.error({ err: new StoreUnavailable('It is away.', error) })],
    ['as one of several', (error) => logger.error({ err: new AggregateError([error], 'All failed.') })],
  ];

  test.each(ways)('is told without its message and what its driver adds to it: %s', (_, log) => {
    log(statementError());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"level":"');
    expect(lines[0]).not.toContain('secret');
  });

  test('is told by its type, its code and where it happened', () => {
    nest.error(statementError(), 'SomeService');
    expect(last()).toEqual({
      level: 'error',
      time: expect.any(String),
      msg: 'Something failed.',
      context: 'SomeService',
      err: {
        type: 'QueryFailedError',
        code: '23505',
        stack: expect.stringMatching(/^ {4}at .*logging\.spec\.ts:\d+:\d+\)?\n {4}at /),
      },
    });
  });

  test('has its message where that is known to hold no data, and the code of its cause', () => {
    for (const error of [
      new StoreUnavailable('The database cannot be reached.', statementError()),
      new Duplicate('positions_pk'),
      new RefusedStatement('23514', 'positions_amount_check', statementError()),
    ]) {
      nest.error({ err: error }, 'A request failed.', 'ProblemFilter');
      const { err } = last() as { err: { type: string; message: string; cause?: { code: string } } };
      expect(err).toMatchObject({ type: error.name, message: error.message });
      expect(err.cause?.code).toBe(error.cause === undefined ? undefined : '23505');
    }
    expect(lines.join()).not.toContain('secret');
  });

  test('has the message of a lost connection, which has no code', () => {
    logger.warn({ err: new Error('Connection terminated unexpectedly') }, 'A connection was lost.');
    expect(last()).toMatchObject({ err: { type: 'Error', message: 'Connection terminated unexpectedly' } });
  });

  test('is told but for what its name, its code or its stack hide, and with a bounded number of causes', () => {
    const error = Object.assign(new Error('secret-1'), { name: 'secret name', code: 'secret code' });
    error.message = 'secret-2';
    let outermost: Error = error;
    for (let depth = 0; depth < 10; depth += 1) outermost = new Error('secret-3', { cause: outermost });
    error.cause = outermost;
    logger.error(error);
    logger.error(outermost);
    expect(lines.join()).not.toContain('secret');
    expect(lines[0]?.match(/"cause"/g)).toHaveLength(3);
  });

  test('that nobody caught ends the process with one line like any other', () => {
    const support = fileURLToPath(new URL('../test/support/from-source.ts', import.meta.url));
    const logging = new URL('./logging.ts', import.meta.url).href;
    const program = `import { buildLogger, endOnUncaughtError } from '${logging}';
      endOnUncaughtError(buildLogger('info'));
      void Promise.reject(Object.assign(new Error('secret'), { parameters: ['secret'], code: '22P02' }));`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', support, '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'fatal',
      msg: 'An error that nobody caught ends the process.',
      err: { type: 'Error', code: '22P02' },
    });
    expect(stdout).not.toContain('secret');
  });
});
