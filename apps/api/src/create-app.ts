import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Authenticator } from '#api-keys';
import type { Configuration } from '#config';
import { addAnswerHook, ProblemFilter, RequestValidationPipe, UndeclaredInputGuard } from '#http';
import { SystemClock, type Clock } from '#kernel';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerBrokenRequest } from './answer-broken-request.js';
import { AppModule } from './app.module.js';
import { endConnectionsOnClose } from './end-connections.js';
import { acceptJsonBodies } from './json-bodies.js';
import { NestLogger } from './logging.js';
import { serveDocs } from './openapi.js';
import { addRequestHooks } from './request-hooks.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** Longer than any id, so that an over-long one is an unknown one rather than a malformed URL. */
const MAX_PARAMETER_LENGTH = 1_000;
/** The longest wait for a request to arrive whole: Fastify has none unless told. */
const REQUEST_TIMEOUT_MS = 30_000;
const CLIENT_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Builds the service, ready to listen: the one way to do so, for the process, the tests and the OpenAPI document. */
export async function createApp(
  configuration: Configuration,
  logger: Logger,
  clock: Clock = new SystemClock(),
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter();
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // What still comes in while the service closes is served: whoever sends it was not told to go elsewhere.
    return503OnClosing: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    clientErrorHandler: answerBrokenRequest,
    // The router refuses a malformed URL before any hook or filter of Nest is reached.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-request-id', request.id);
      problems.answer(error, request, reply);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration, clock),
    adapter,
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      bodyParser: false,
      routeConflictPolicy: { duplicate: 'error', shadow: 'error' },
    },
  );
  app.useGlobalFilters(problems);
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalGuards(new UndeclaredInputGuard());
  const fastify = adapter.getInstance();
  addAnswerHook(fastify);
  acceptJsonBodies(fastify);
  endConnectionsOnClose(fastify);
  addRequestHooks(fastify, app.get(Authenticator), logger);
  if (configuration.docsEnabled) serveDocs(app);
  await app.init();
  return app;
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && CLIENT_REQUEST_ID.test(given) ? given : randomUUID();
}
