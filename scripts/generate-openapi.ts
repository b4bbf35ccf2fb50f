import { loadConfiguration } from '#config';
import { createApp } from '../apps/api/src/create-app.js';
import { buildLogger } from '../apps/api/src/logging.js';
import { buildOpenApiDocument } from '../apps/api/src/openapi.js';
import { regenerate } from './check/regenerated.js';

const app = await createApp(loadConfiguration({}), buildLogger('silent'));
const document = buildOpenApiDocument(app);
await app.close();
await regenerate('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`, process.argv.slice(2));
