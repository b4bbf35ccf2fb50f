import type { Authenticator } from '#api-keys';
import { requestFaults, requireAllowed } from '#http';
import { DomainError } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RateLimits } from './rate-limits.js';
import type { MetricsToken } from './metrics/metrics-token.js';
import { hangUpOnLongBody, inviteBody, letBodyPass, requireGoodHead } from './request-head.js';
import { RouteTable } from './route-table.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What surrounds every request: who sends it, whether that is not too often, and whether its role may, before the
 * body is read; one log line after its answer. Added before the routes are.
 */
export function addRequestHooks(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  metricsToken: MetricsToken,
  limits: RateLimits,
  logger: Logger,
): void {
  const routes = new RouteTable();
  fastify.addHook('onRoute', ({ method, url }) => {
    // Where preflights are answered, they are on every path, known or not.
    if (url !== '*') routes.add(method, url);
  });
  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    requireGoodHead(request);
    if (request.is404 || hasEmptyParameter(request)) refuseRoute(request, reply, routes);
    const { config } = request.routeOptions;
    if (config.access === 'open' || metricsToken.admits(request)) return letBodyPass(request, reply);
    request.principal = await authenticator
      .authenticate(request.headers, request.ip)
      .catch(async (error: unknown) => {
        if (isUnauthenticated(error)) await limits.countFailure(request, reply);
        throw error;
      });
    await limits.countRequest(request, reply);
    requireAllowed(request.principal, config.access ?? []);
    requireReadableQuery(request.url);
    if (READS.has(request.method)) await letBodyPass(request, reply);
    else inviteBody(request, reply);
  };
  fastify.addHook('onRequest', async (request, reply) => {
    await admit(request, reply).catch((error: unknown) => {
      hangUpOnLongBody(request, reply);
      throw error;
    });
  });
  const tell = (request: FastifyRequest, reply: FastifyReply, sentence: string): void => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    logger.info({ ...describe(request), status: reply.statusCode, durationMs }, sentence);
  };
  fastify.addHook('onRequest', async (request, reply) => {
    // Fastify says nothing of an answer that did not reach its end.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) tell(request, reply, 'request cut off');
    });
    return Promise.resolve();
  });
  fastify.addHook('onResponse', async (request, reply) => {
    tell(request, reply, 'request');
    return Promise.resolve();
  });
}

/** The router takes nothing for the name of a thing: a path that ends in a slash. */
function hasEmptyParameter({ params }: FastifyRequest): boolean {
  return Object.values(params as Readonly<Record<string, string>>).includes('');
}

/** Refused before the body is read: an unknown path, and a known one with a wrong method, which says what it takes. */
function refuseRoute(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): never {
  const methods = routes.methodsOf(request.url.split('?', 1)[0] ?? '/');
  if (methods.length === 0) throw requestFaults['request.unknown_route'].because('There is no such path.');
  void reply.header('allow', methods.join(', '));
  throw requestFaults['request.wrong_method'].because(`This path takes ${methods.join(', ')}.`);
}

/** A store that is away says nothing of the key. */
function isUnauthenticated(error: unknown): boolean {
  return error instanceof DomainError && error.fault.kind === 'unauthenticated';
}

/** Fastify would take an escape that it cannot decode for the text itself. */
function requireReadableQuery(url: string): void {
  try {
    decodeURIComponent(url.slice(url.indexOf('?') + 1));
  } catch {
    throw requestFaults['request.malformed'].because('The query holds an escape that is no UTF-8 text.');
  }
}

/** The members of a log line: an allow-list, so that no header, body or query can slip in. */
function describe(request: FastifyRequest): Record<string, unknown> {
  const { principal } = request;
  return {
    requestId: request.id,
    method: request.method,
    route: request.is404 ? null : (request.routeOptions.url ?? null),
    code: request.refusal?.fault.code ?? null,
    role: principal?.role ?? null,
    apiKeyId: principal && principal.role !== 'root' ? principal.apiKeyId : null,
    institutionId: principal && principal.role !== 'root' ? principal.institutionId : null,
  };
}
