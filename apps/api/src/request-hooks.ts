import type { Authenticator } from '#api-keys';
import { requestFaults, requireAllowed } from '#http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { RouteTable } from './route-table.js';

/** The explorer and its document, which are routes of a library. Every other route says itself whom it is for. */
const DOCS_PATHS = /^\/(?:docs(?:\/|$)|openapi\.json$)/;

/**
 * What surrounds every request: its id; who sends it and whether its role may, before the body is read; one log
 * line after its answer. Added before the routes are.
 */
export function addRequestHooks(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  logger: Logger,
): void {
  const routes = new RouteTable();
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.is404) return refuseMethod(request, reply, routes);
    const { config, url = '' } = request.routeOptions;
    if (config.access === 'open' || DOCS_PATHS.test(url)) return;
    request.principal = await authenticator.authenticate(request.headers);
    requireAllowed(request.principal, config.access ?? []);
    requireReadableQuery(request.url);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    logger.info({ ...describe(request), status: reply.statusCode, durationMs }, 'request');
    return Promise.resolve();
  });
}

/** An unknown path goes on to be answered so; a known one with a wrong method says which it takes. */
function refuseMethod(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): void {
  const methods = routes.methodsOf(request.url.split('?', 1)[0] ?? '/');
  if (methods.length === 0) return;
  void reply.header('allow', methods.join(', '));
  throw requestFaults['request.wrong_method'].because(`This path takes ${methods.join(', ')}.`);
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
    role: principal?.role ?? null,
    apiKeyId: principal && principal.role !== 'root' ? principal.apiKeyId : null,
    institutionId: principal && principal.role !== 'root' ? principal.institutionId : null,
  };
}
