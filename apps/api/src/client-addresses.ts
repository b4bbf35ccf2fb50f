import type { IncomingMessage } from 'node:http';
import { AddressList, canonicalAddress } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** An address as some proxies write it: with a port, and IPv6 in brackets. */
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;

/**
 * Makes `request.ip` the one address of whoever sent the request, for limits, the audit trail and the root key alike.
 * Fastify's own `trustProxy` would take any text for an address, and believe `X-Forwarded-Host` and
 * `X-Forwarded-Proto` as well. Added before the routes are.
 */
export function nameClients(fastify: FastifyInstance, trustedProxies: readonly string[]): void {
  const proxies = AddressList.parse(trustedProxies);
  const known = new WeakMap<IncomingMessage, string>();
  fastify.decorateRequest('ip', {
    getter(this: FastifyRequest) {
      const address = known.get(this.raw) ?? clientAddressOf(this.raw, proxies);
      known.set(this.raw, address);
      return address;
    },
  });
}

/**
 * The nearest address that is no trusted proxy's: the peer's own, or what trusted proxies say in `X-Forwarded-For`, to
 * which each adds its peer on the right. Their word ends at the first entry that is no address: who wrote what stands
 * before it cannot be told.
 */
export function clientAddressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  proxies: AddressList,
): string {
  // A connection whose peer is not known has been ended already.
  let client = canonicalAddress(socket.remoteAddress ?? '') ?? '';
  const entries = String(headers['x-forwarded-for'] ?? '').split(',');
  while (entries.length > 0 && proxies.has(client)) {
    const entry = entries.pop()?.trim();
    // HTTP has empty entries of a list passed over.
    if (!entry) continue;
    const address = canonicalAddress(withoutPort(entry));
    if (address === undefined) break;
    client = address;
  }
  return client;
}

function withoutPort(entry: string): string {
  return (BRACKETED.exec(entry) ?? IPV4_WITH_PORT.exec(entry))?.[1] ?? entry;
}
