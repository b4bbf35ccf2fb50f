import { createHash } from 'node:crypto';
import { hasCurrent, requireNoFields } from '#http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { buildOpenApiDocument } from '../openapi.js';
import { contentSecurityPolicy } from '../pages/content-security-policy.js';
import { explorerFiles, type DocsFile } from './explorer-files.js';

/** The explorer runs and shows what this service sends, asks this service, and does nothing else. */
const EXPLORER_POLICY = contentSecurityPolicy({
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});

/** Serves the OpenAPI document and an explorer for it, to everybody and all from this process. */
export function serveDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  for (const [path, file] of Object.entries(explorerFiles())) serveFile(fastify, path, () => file);
  serveFile(fastify, '/openapi.json', () => ({
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(buildOpenApiDocument(app)),
  }));
  fastify.get('/docs/', { config: { access: 'open' } }, async (_request, reply) =>
    reply.redirect('../docs', 308),
  );
}

/** Serves a file that is made when it is first asked for; a browser that has it asks only whether it is the same. */
function serveFile(fastify: FastifyInstance, path: string, make: () => DocsFile): void {
  let made: (DocsFile & { readonly etag: string }) | undefined;
  fastify.get(path, { config: { access: 'open' } }, async ({ headers, query }, reply) => {
    requireNoFields(Object.keys(query as object));
    made ??= withEntityTag(make());
    const { type, body, etag } = made;
    const isCurrent = hasCurrent(etag, headers);
    void reply.headers({
      'cache-control': 'no-cache',
      'content-security-policy': EXPLORER_POLICY,
      etag,
    });
    return isCurrent ? reply.status(304).send() : reply.type(type).send(body);
  });
}

function withEntityTag(file: DocsFile): DocsFile & { readonly etag: string } {
  return { ...file, etag: `"${createHash('sha256').update(file.body).digest('base64url')}"` };
}
