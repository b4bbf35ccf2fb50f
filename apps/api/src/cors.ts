import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** For how long a browser need not ask again. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

/**
 * Lets pages of these origins call the service from a browser. Preflights carry no key, and are answered before one is
 * asked for. Keys travel in headers, so no page is let use what a browser keeps by itself.
 */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'X-API-Key',
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
    ],
    exposedHeaders: [
      'ETag',
      'Idempotent-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    credentials: false,
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
    // Otherwise an OPTIONS that is no preflight would be refused with a text in place of a problem document.
    strictPreflight: false,
  });
}
