import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { declareFaults, StoreUnavailable } from '#kernel';
import { Logger, type LoggerService } from '@nestjs/common';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import { ProblemFilter } from './problem.filter.js';
import { requestFaults } from './request-faults.js';

const faults = declareFaults({
  'box.no_key': { kind: 'unauthenticated', title: 'No key', meaning: 'A key is needed.' },
});

/** Remembers what was logged. */
class Notebook implements LoggerService {
  readonly lines: unknown[][] = [];
  log = this.write;
  warn = this.write;
  error = this.write;

  write(...words: unknown[]): void {
    this.lines.push(words);
  }
}

describe('the answer to a failed request', () => {
  const notebook = new Notebook();
  let fastify: FastifyInstance;
  const told: unknown[] = [];
  let thrown: unknown;

  beforeAll(() => {
    Logger.overrideLogger(notebook);
    const filter = new ProblemFilter((reason) => told.push(reason));
    fastify = fastifyFactory({ genReqId: () => 'request-7' });
    fastify.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
    fastify.get('/v1/boxes', () => {
      throw thrown;
    });
  });

  afterAll(async () => {
    Logger.overrideLogger(false);
    await fastify.close();
  });

  beforeEach(() => {
    notebook.lines.length = 0;
    told.length = 0;
  });

  async function answerTo(error: unknown) {
    thrown = error;
    return fastify.inject('/v1/boxes?limit=1');
  }

  test('is a problem document', async () => {
    const refusal = requestFaults['access.forbidden'].because('Not for you.');
    const { statusCode, headers, body } = await answerTo(refusal);
    expect(statusCode).toBe(403);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers).not.toHaveProperty('retry-after');
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(JSON.parse(body)).toEqual({
      type: '/problems/access.forbidden',
      title: 'Not allowed to this role',
      status: 403,
      detail: 'Not for you.',
      instance: '/v1/boxes?limit=1',
      code: 'access.forbidden',
      requestId: 'request-7',
    });
    expect(notebook.lines).toEqual([]);
  });

  test('asks for a key when there is none', async () => {
    const { statusCode, headers } = await answerTo(faults['box.no_key'].because('No key.'));
    expect(statusCode).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Bearer /);
  });

  test('says when to come back while the store is away', async () => {
    const { statusCode, headers } = await answerTo(new StoreUnavailable('Away.'));
    expect(statusCode).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  test('is logged with its request when the service is at fault', async () => {
    const fault = new Error('What nobody expected.');
    expect((await answerTo(fault)).statusCode).toBe(500);
    expect(notebook.lines).toEqual([
      [{ requestId: 'request-7', err: fault }, 'A request failed.', 'ProblemFilter'],
    ]);
    expect(told).toEqual([]);
  });

  test('is not logged while the store is away, of which somebody is told', async () => {
    const reason = new StoreUnavailable(
      'The database cannot be reached.',
      new Error('What the driver said.'),
    );
    await answerTo(reason);
    expect(notebook.lines).toEqual([]);
    expect(told).toEqual([reason]);
  });
});
