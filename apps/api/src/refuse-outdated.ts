import { StoreUnavailable } from '#kernel';
import type { FastifyInstance } from 'fastify';
import type { Drain } from './drain.js';

/**
 * Refuses what asks for anything that is stored, once it is kept elsewhere: an answer from here would be of the past,
 * while the same client may have written since by another connection.
 */
export function refuseOutdated(fastify: FastifyInstance, drain: Drain): void {
  fastify.addHook('onRequest', async ({ routeOptions }) => {
    if (drain.isOutdated && routeOptions.config.access !== 'open') {
      throw new StoreUnavailable('Another process has taken over all that was kept here.');
    }
    return Promise.resolve();
  });
}
