import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_OF } from '#http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { refusalOf } from '../answer-broken-request.js';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** In place of a route's template, so that nobody can make up labels. */
const UNKNOWN_ROUTE = 'unknown';
const BROKEN_ROUTE = 'broken';
const OTHER_METHOD = 'other';
/** In place of a status, where the client was gone before it had its answer. */
const ABORTED = 'aborted';

/** How long requests take, and how many are under way. No label ever carries what a client made up. */
export class HttpMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly inFlight: Gauge;
  private readonly routes = new WeakMap<IncomingMessage, string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.durations = new Histogram({
      name: 'escrowgrid_http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.inFlight = new Gauge({
      name: 'escrowgrid_http_requests_in_flight',
      help: 'Requests that are being answered now, the scrape among them.',
      registers,
    });
  }

  /** Looks at every request of a server, whatever becomes of it. Called before the routes are added. */
  watch(fastify: FastifyInstance): void {
    const { server } = fastify;
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
      this.follow(request, response),
    );
    server.prependListener('connect', () => this.durations.observe(broken(refusalOf(undefined)), 0));
    server.prependListener('clientError', (error: Error & { readonly code?: string }, socket: Duplex) => {
      const isAnswered = error.code !== 'ECONNRESET' && socket.writable;
      if (isAnswered) this.durations.observe(broken(refusalOf(error.code)), 0);
    });
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.routes.set(request.raw, routeOf(request));
      done();
    });
  }

  private follow(request: IncomingMessage, response: ServerResponse): void {
    const startedAtMs = performance.now();
    this.inFlight.inc();
    response.once('close', () => {
      this.inFlight.dec();
      const labels = {
        method: METHODS.has(request.method ?? '') ? String(request.method) : OTHER_METHOD,
        // The router refuses a malformed URL before any hook sees it.
        route: this.routes.get(request) ?? UNKNOWN_ROUTE,
        status: response.writableFinished ? String(response.statusCode) : ABORTED,
      };
      this.durations.observe(labels, (performance.now() - startedAtMs) / 1_000);
    });
  }
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? UNKNOWN_ROUTE : (request.routeOptions.url ?? UNKNOWN_ROUTE);
}

/** Of what was no whole request: it has no method, and there was nothing to be measured. */
function broken({ fault }: ReturnType<typeof refusalOf>): Record<'method' | 'route' | 'status', string> {
  return { method: OTHER_METHOD, route: BROKEN_ROUTE, status: String(STATUS_OF[fault.kind]) };
}
