import type { KeptReplies } from '#commands';
import { readIdempotencyKey } from '#http';
import type { FastifyInstance } from 'fastify';

/**
 * Answers a request whose `Idempotency-Key` was answered before as it was then, before anything of it is looked at:
 * what was carried out once is not refused afterwards.
 */
export function addReplayHook(fastify: FastifyInstance, kept: KeptReplies): void {
  fastify.addHook('preHandler', async (request, reply) => {
    const { principal } = request;
    const idempotencyKey = principal && readIdempotencyKey(request);
    if (principal === undefined || idempotencyKey === undefined) return;
    request.idempotencyKey = idempotencyKey;
    const answer = await kept.find({ principal, idempotencyKey });
    if (answer !== undefined) return reply.send(answer);
  });
}
