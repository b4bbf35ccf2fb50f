import { Reply } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ListResponse } from './page-query.js';

/**
 * Sends the status that a command's reply carries, and links a page to the next one. A hook of Fastify and no
 * interceptor of Nest, which would put every request through a chain of observables.
 */
export function addAnswerHook(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    if (answer instanceof ListResponse) linkNextPage(request, reply, answer);
    done(null, answer instanceof Reply ? bodyOf(answer, reply) : answer);
  });
}

function bodyOf({ status, body }: Reply, reply: FastifyReply): unknown {
  void reply.status(status);
  if (body === undefined) void reply.removeHeader('content-type');
  return body;
}

/** RFC 8288: the next page is the same list, with its cursor. */
function linkNextPage(request: FastifyRequest, reply: FastifyReply, { page }: ListResponse<unknown>): void {
  if (page.nextCursor === null) return;
  const [path = '', query] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', page.nextCursor);
  void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
}
