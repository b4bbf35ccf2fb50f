import type { Authenticator } from '#api-keys';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** What needs no key. Everything else does, so that a new route is closed unless somebody opens it. */
const OPEN_PATHS = /^\/(?:health\/|docs(?:\/|$)|openapi\.json$)/;

/** What surrounds every request: its id, its principal before its body is read, one log line after its answer. */
export function addRequestHooks(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  logger: Logger,
): void {
  // Text bodies would be accepted otherwise: only JSON is.
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.is404 || OPEN_PATHS.test(request.routeOptions.url ?? '')) return;
    request.principal = await authenticator.authenticate(request.headers);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    logger.info(
      { ...describe(request), status: reply.statusCode, durationMs: Math.round(reply.elapsedTime * 10) / 10 },
      'request',
    );
    return Promise.resolve();
  });
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
