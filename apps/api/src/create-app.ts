import { Authenticator } from '#api-keys';
import { RefusalRecorder } from '#audit';
import { KeptReplies } from '#commands';
import type { Configuration } from '#config';
import { addAnswerHook, ProblemFilter, RequestValidationPipe, UndeclaredInputGuard } from '#http';
import { SystemClock, type Clock } from '#kernel';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { nameClients } from './client-addresses.js';
import { allowOrigins } from './cors.js';
import { serveDocs } from './docs/serve-docs.js';
import { Drain } from './drain.js';
import { endConnections } from './end-connections.js';
import { OutageLog } from './health/outage-log.js';
import { acceptJsonBodies } from './json-bodies.js';
import { NestLogger } from './logging.js';
import { MetricsToken } from './metrics/metrics-token.js';
import { Metrics } from './metrics/metrics.js';
import { rememberPeers } from './peer-addresses.js';
import { rateLimitsOf } from './rate-limits.js';
import { addRefusalHook } from './refusal-hook.js';
import { refuseOutdated } from './refuse-outdated.js';
import { addReplayHook } from './replay-hook.js';
import { takeAllRequests } from './request-head.js';
import { addRequestHooks } from './request-hooks.js';
import { serverOptions } from './server-options.js';
import { setStandardHeaders } from './standard-headers.js';

/**
 * Builds the service, ready to listen: the one way to do so, for the process, the tests and the OpenAPI document.
 *
 * @param takeOverFile an export of the store that this one takes over from
 */
export async function createApp(
  configuration: Configuration,
  logger: Logger,
  clock: Clock = new SystemClock(),
  takeOverFile?: string,
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter((reason) => app.get(OutageLog).failed(reason));
  const metrics = new Metrics();
  const adapter = new FastifyAdapter(serverOptions(problems));
  // Before all others, so that preflights and what Nest refuses by itself have these headers too.
  adapter.setOnRequestHook((request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    setStandardHeaders(request, reply);
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration, clock, metrics, takeOverFile),
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
  metrics.http.watch(fastify);
  addAnswerHook(fastify);
  acceptJsonBodies(fastify);
  endConnections(fastify, app.get(Drain));
  refuseOutdated(fastify, app.get(Drain));
  addReplayHook(fastify, app.get(KeptReplies));
  addRefusalHook(fastify, app.get(RefusalRecorder));
  const limits = await rateLimitsOf(fastify, configuration.rateLimits);
  const metricsToken = new MetricsToken(configuration.metricsToken);
  addRequestHooks(fastify, app.get(Authenticator), metricsToken, limits, logger);
  nameClients(fastify, configuration.trustedProxies);
  rememberPeers(fastify.server);
  takeAllRequests(fastify.server);
  if (configuration.corsAllowedOrigins.length > 0) allowOrigins(app, configuration.corsAllowedOrigins);
  if (configuration.docsEnabled) serveDocs(app);
  await app.init();
  return app;
}
