import type { FastifyInstance } from 'fastify';

const SWEEP_INTERVAL_MS = 50;

/**
 * Lets the service close without waiting for clients that keep their connections open: what is answered while it
 * closes is the last answer on its connection, and a connection that has gone idle since is closed.
 */
export function endConnectionsOnClose(fastify: FastifyInstance): void {
  let sweep: NodeJS.Timeout | undefined;
  fastify.addHook('preClose', async () => {
    sweep = setInterval(() => fastify.server.closeIdleConnections(), SWEEP_INTERVAL_MS);
    return Promise.resolve();
  });
  fastify.addHook('onSend', async (_, reply) => {
    if (sweep !== undefined) void reply.header('connection', 'close');
    return Promise.resolve();
  });
  fastify.addHook('onClose', async () => {
    clearInterval(sweep);
    return Promise.resolve();
  });
}
