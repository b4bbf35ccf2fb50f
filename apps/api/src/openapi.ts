import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { completeDocument } from './openapi/complete-document.js';
import { TAGS } from './openapi/tags.js';

const DESCRIPTION = `Money and claims held in escrow: exact, balanced, on record.

Amounts are decimal strings with the digits of their currency. Times are RFC 3339 in UTC. Refusals are problem
documents (RFC 9457), each with a stable \`code\`; \`/problems\` describes them all. Fields and parameters that are not
described are refused.`;

/** The document describes its own route too, which no controller serves. */
const DOCUMENT_ROUTE: OpenAPIObject['paths'][string] = {
  get: {
    operationId: 'readOpenApiDocument',
    summary: 'Read this document',
    description: 'Where the operator has left it on.',
    tags: ['documentation'],
    responses: {
      200: {
        description: '',
        content: { 'application/json': { schema: { type: 'object', example: { openapi: '3.1.0' } } } },
      },
    },
  },
};

/** The OpenAPI document of the service, generated from its controllers and request classes. */
export function buildOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('EscrowGrid')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'The service that serves this document.')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, or a root key.' },
      'apiKey',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'API key', description: 'The same key as a token.' },
      'bearer',
    )
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('bearer');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const described = builder.build();
  described.info.contact = { name: 'The operator of the service' };
  const document = SwaggerModule.createDocument(app, described);
  return completeDocument({ ...document, paths: { ...document.paths, '/openapi.json': DOCUMENT_ROUTE } });
}
