import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Where metrics are read. */
export const METRICS_PATH = '/metrics';

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');

/** The secret by which Prometheus may read metrics, and nothing else. */
export class MetricsToken {
  private readonly digest: Buffer | undefined;

  constructor(token: string | undefined) {
    this.digest = token === undefined ? undefined : digestOf(token);
  }

  /** Whether a request asks for metrics with the token, found out in a time that tells nothing of it. */
  admits({ routeOptions, headers }: FastifyRequest): boolean {
    if (this.digest === undefined || routeOptions.url !== METRICS_PATH) return false;
    // Whoever sends a key beside the token is judged by both, as whoever sends two keys.
    if (headers['x-api-key'] !== undefined) return false;
    const sent = /^Bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
    return sent !== undefined && timingSafeEqual(digestOf(sent), this.digest);
  }
}
