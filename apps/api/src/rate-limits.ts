import type { Configuration } from '#config';
import { requestFaults } from '#http';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How many keys, and how many sources, are counted at a time: past this, who was heard of longest ago is forgotten. */
export const MAX_COUNTED = 10_000;
/** Who has an IPv6 address has its whole /64, and could send each request from another address of it. */
const IPV6_SUBNET = 64;

/**
 * Counts a request, says in its answer what is left, and refuses it when nothing was.
 *
 * @throws DomainError `request.too_many`
 */
type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Counts in windows that start with the first request counted. Each process counts for itself. */
export interface RateLimits {
  /** Counts an authenticated request for its key. */
  readonly countRequest: Count;
  /** Counts a failed authentication for its source, whose good keys go on working: they may be a neighbour's. */
  readonly countFailure: Count;
}

/** Reads the limits, of which 0 is none. */
export async function rateLimitsOf(
  fastify: FastifyInstance,
  { windowSeconds, requestsPerKey, failedAuthPerSource }: Configuration['rateLimits'],
): Promise<RateLimits> {
  await fastify.register(rateLimit, { global: false });
  return {
    countRequest: limit(fastify, { name: 'key', quota: requestsPerKey, windowSeconds, countedFor: keyOf }),
    countFailure: limit(fastify, { name: 'failed-auth', quota: failedAuthPerSource, windowSeconds }),
  };
}

interface Policy {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  /** Whose count a request is added to; its source address's unless given. */
  readonly countedFor?: (request: FastifyRequest) => string;
}

function limit(fastify: FastifyInstance, { name, quota, windowSeconds, countedFor }: Policy): Count {
  if (quota === 0) return async () => Promise.resolve();
  const options = {
    max: quota,
    timeWindow: windowSeconds * 1000,
    cache: MAX_COUNTED,
    ipv6Subnet: IPV6_SUBNET,
    ...(countedFor && { keyGenerator: countedFor }),
  };
  const count = fastify.createRateLimit(options);
  const policy = `"${name}";q=${quota};w=${windowSeconds}`;
  return async (request, reply) => {
    const counted = await count(request);
    if (counted.isAllowed) return;
    const { remaining, ttlInSeconds, isExceeded } = counted;
    void reply.header('ratelimit-policy', policy);
    void reply.header('ratelimit', `"${name}";r=${remaining};t=${ttlInSeconds}`);
    if (!isExceeded) return;
    void reply.header('retry-after', ttlInSeconds);
    throw requestFaults['request.too_many'].because(
      `More than ${quota} in ${windowSeconds} seconds. Try again in ${ttlInSeconds} seconds.`,
      { extensions: { 'violated-policies': [name] } },
    );
  };
}

/** Root keys are counted together: there are two only while one takes the other's place. */
function keyOf({ principal }: FastifyRequest): string {
  if (principal === undefined)
    throw new Error('A request was counted for a key before it was authenticated.');
  return principal.role === 'root' ? 'root' : principal.apiKeyId;
}
