import { describe, expect, test } from '@jest/globals';
import {
  declareFaults,
  Duplicate,
  MissingReference,
  StaleVersion,
  StoreUnavailable,
  type FaultKind,
} from '#kernel';
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
  ServiceUnavailableException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { toProblem } from './problem.js';
import { STATUS_OF } from './status-of.js';

const kinds = Object.keys(STATUS_OF) as FaultKind[];
const faults = declareFaults(
  Object.fromEntries(
    kinds.map((kind) => [`box.${kind}`, { kind, title: `Title of ${kind}`, meaning: 'For the list.' }]),
  ),
);

const problemOf = (error: unknown) => toProblem(error, '/v1/boxes?limit=1', 'request-7');

/** What a driver says when a statement fails: none of it is for a client. */
function driverError(): Error {
  const error = new Error('duplicate key on secret-host: INSERT INTO secret_table');
  return Object.assign(error, {
    query: 'INSERT INTO secret_table VALUES ($1)',
    parameters: ['secret-holder'],
    detail: 'Key (id)=(secret-id) already exists.',
    code: '23505',
    severity: 'ERROR',
  });
}

describe('the problem of a refusal', () => {
  test.each(kinds)('tells a refusal of kind %s with its status, code and detail', (kind) => {
    expect(problemOf(faults[`box.${kind}`]?.because('The box is sealed.'))).toEqual({
      type: `/problems/box.${kind}`,
      title: `Title of ${kind}`,
      status: STATUS_OF[kind],
      detail: 'The box is sealed.',
      instance: '/v1/boxes?limit=1',
      code: `box.${kind}`,
      requestId: 'request-7',
    });
  });

  test('names the fields at fault and the numbers that a rule compared', () => {
    const error = faults['box.refused']?.at('/weight', 'Too heavy.', { most: '10.00', given: '10.01' });
    expect(problemOf(error)).toMatchObject({
      detail: 'Too heavy.',
      errors: [{ pointer: '/weight', code: 'box.refused', detail: 'Too heavy.' }],
      most: '10.00',
      given: '10.01',
    });
  });

  test('lets no extension take the place of a standard member', () => {
    const extensions = {
      type: 'x',
      title: 'x',
      status: 200,
      detail: 'x',
      instance: 'x',
      code: 'x',
      requestId: 'x',
    };
    const plain = problemOf(faults['box.refused']?.because('Sealed.'));
    expect(problemOf(faults['box.refused']?.because('Sealed.', { extensions }))).toEqual(plain);
  });

  test('does not tell what caused a refusal', () => {
    const error = faults['box.internal']?.because('It broke.');
    if (error) error.cause = driverError();
    expect(JSON.stringify(problemOf(error))).not.toContain('secret');
  });
});

describe('the problem of what the framework refuses', () => {
  const fastifyError = (code: string, statusCode: number): Error =>
    Object.assign(new Error('secret'), { code, statusCode });

  test.each([
    [new NotFoundException('Cannot GET /secret'), 404, 'request.unknown_route'],
    [new PayloadTooLargeException('secret'), 413, 'request.too_large'],
    [fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, 'request.too_large'],
    [new UnsupportedMediaTypeException('secret'), 415, 'request.unsupported_media_type'],
    [fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 415, 'request.unsupported_media_type'],
    [fastifyError('FST_ERR_CTP_INVALID_JSON_BODY', 400), 400, 'request.malformed_json'],
    [fastifyError('FST_ERR_CTP_EMPTY_JSON_BODY', 400), 400, 'request.malformed_json'],
    [
      new BadRequestException('secret', { cause: fastifyError('FST_ERR_CTP_INVALID_JSON_BODY', 400) }),
      400,
      'request.malformed_json',
    ],
    [new BadRequestException('secret'), 400, 'request.malformed'],
    [new ForbiddenException('secret'), 400, 'request.malformed'],
    [fastifyError('FST_ERR_BAD_URL', 400), 400, 'request.malformed'],
    [fastifyError('FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400), 400, 'request.malformed'],
  ])('%#: says what is wrong in words of its own: %s → %i %s', (error, status, code) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status, code, type: `/problems/${code}` });
    expect(problem.detail).not.toBe('');
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});

describe('the problem of a failure', () => {
  test('tells that the store is away, and not why', () => {
    const problem = problemOf(new StoreUnavailable('secret-host refused the connection', driverError()));
    expect(problem).toMatchObject({ status: 503, code: 'service.unavailable' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  const inheritingStatus = Object.create({ statusCode: 500, message: 'secret' }) as unknown;

  test.each([
    ['a bug', new TypeError('secret is undefined')],
    ['a driver’s error', driverError()],
    ['a stale version that nobody handled', new StaleVersion('secret_table', 'secret-id')],
    ['a duplicate that nobody handled', new Duplicate('secret_constraint')],
    ['a reference that nobody handled', new MissingReference('secret_constraint')],
    ['a 500 of the framework', new InternalServerErrorException('secret')],
    ['a 503 of the framework', new ServiceUnavailableException('secret')],
    ['an odd status of the framework', new HttpException('secret', 299)],
    ['an error with a status of its own', Object.assign(new Error('secret'), { statusCode: 500 })],
    ['an error whose status is text', Object.assign(new Error('secret'), { statusCode: '404' })],
    ['an object', { message: 'secret' }],
    ['an object with an inherited status', inheritingStatus],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { message: 'secret' })],
    ['text', 'secret'],
    ['a number', 404],
    ['a symbol', Symbol('secret')],
    ['nothing', undefined],
    ['null', null],
  ])('says nothing of its cause: %s', (_, thrown) => {
    expect(problemOf(thrown)).toEqual({
      type: '/problems/service.fault',
      title: 'Internal fault',
      status: 500,
      detail: 'The service failed.',
      instance: '/v1/boxes?limit=1',
      code: 'service.fault',
      requestId: 'request-7',
    });
  });

  test.each([404, 413, 400])('is no refusal because a failure below has a status: %i', (statusCode) => {
    const error = Object.assign(new StaleVersion('boxes', 'box_1'), { statusCode });
    expect(problemOf(error)).toMatchObject({ status: 500, code: 'service.fault' });
  });
});
