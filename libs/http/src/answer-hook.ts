import { entityTagOf, Reply } from '#kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasCurrent } from './entity-tags.js';
import { ListResponse } from './page-query.js';

/**
 * Sends the status and headers that a command's reply carries, tags single resources with their version, answers 304
 * to whoever has that version, and links a page to the next one. A hook of Fastify and no interceptor of Nest, which
 * would put every request through a chain of observables.
 */
export function addAnswerHook(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    if (answer instanceof ListResponse) linkNextPage(request, reply, answer);
    const etag = answer instanceof Reply ? answer.headers.etag : entityTagOf(answer);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || etag === undefined) return done(null, bodyOf(answer, reply));
    // Looked at before the reply says anything: a malformed condition is refused, and refusals have no tag.
    const isCurrent = hasCurrent(etag, request.headers);
    void reply.header('etag', etag);
    done(null, isCurrent ? notModified(reply) : bodyOf(answer, reply));
  });
}

function bodyOf(answer: unknown, reply: FastifyReply): unknown {
  if (!(answer instanceof Reply)) return answer;
  const { status, headers, body, text } = answer as Reply;
  void reply.status(status).headers({ ...headers });
  if (text !== undefined) {
    void reply.serializer((asKept: string) => asKept);
    return text;
  }
  if (body === undefined) void reply.removeHeader('content-type');
  return body;
}

/** RFC 9110, section 13.1.2: a client that has the current version of a resource is not sent it again. */
function notModified(reply: FastifyReply): undefined {
  void reply.status(304).removeHeader('content-type');
}

/** RFC 8288: the next page is the same list, with its cursor. */
function linkNextPage(request: FastifyRequest, reply: FastifyReply, { page }: ListResponse<unknown>): void {
  if (page.nextCursor === null) return;
  const [path = '', ...query] = request.url.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  parameters.set('cursor', page.nextCursor);
  void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
}
