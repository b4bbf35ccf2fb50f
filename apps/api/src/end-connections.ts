import { Server as TcpServer, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Drain } from './drain.js';

const SWEEP_INTERVAL_MS = 50;
/** For how long a request is waited for, while the service closes, on a connection that has never carried one. */
const FIRST_REQUEST_WAIT_MS = 1_000;

/**
 * Lets the service close without waiting for clients that keep their connections open: what is answered once it takes
 * its leave is the last answer on its connection, so that none is closed under a request that was just sent; while it
 * closes, a connection that has gone idle is closed.
 */
export function endConnections(fastify: FastifyInstance, drain: Drain): void {
  const unused = new Set<Socket>();
  fastify.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  fastify.server.on('request', ({ socket }: { readonly socket: Socket }) => unused.delete(socket));

  let sweep: NodeJS.Timeout | undefined;
  fastify.addHook('preClose', async () => {
    const closingSinceMs = Date.now();
    sweep = setInterval(() => {
      fastify.server.closeIdleConnections();
      // Node takes a connection that has not yet said anything for a busy one.
      if (Date.now() - closingSinceMs > FIRST_REQUEST_WAIT_MS) for (const socket of unused) socket.destroy();
    }, SWEEP_INTERVAL_MS);
    return Promise.resolve();
  });
  fastify.addHook('onSend', async (_, reply) => {
    if (drain.isLeaving || sweep !== undefined) void reply.header('connection', 'close');
    return Promise.resolve();
  });
  fastify.addHook('onClose', async () => {
    clearInterval(sweep);
    return Promise.resolve();
  });
}

/**
 * Takes no more connections and keeps those there are, also idle ones, which an HTTP server's own `close` would end
 * under a request that was just sent. Resolves when none is left.
 */
export async function refuseConnections({ server }: FastifyInstance): Promise<void> {
  return new Promise((resolve) => {
    TcpServer.prototype.close.call(server, () => resolve());
  });
}
