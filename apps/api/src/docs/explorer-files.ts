import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A file as it is sent. */
export interface DocsFile {
  readonly type: string;
  readonly body: string | Buffer;
}

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const SVG = 'image/svg+xml';

/** Every URL in it is relative, so that it holds under whatever host name a proxy gives the service. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EscrowGrid API</title>
<link rel="icon" href="docs/icon.svg">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/explorer.css">
<script src="docs/swagger-ui-bundle.js" defer></script>
<script src="docs/explorer.js" defer></script>
</head>
<body>
<header><img src="docs/icon.svg" alt="" width="24" height="24">EscrowGrid</header>
<main id="explorer"></main>
<noscript>The explorer needs JavaScript. What it shows is <a href="openapi.json">openapi.json</a>.</noscript>
</body>
</html>
`;

/** A file of its own, since the policy of the page lets no inline script run. */
const SCRIPT = `'use strict';

/** Shows the document, but for what would be in the way of somebody who sends requests from it. */
function suitExplorer() {
  return {
    statePlugins: {
      spec: { wrapActions: { updateJsonSpec: (update) => (document) => update(suited(document)) } },
    },
  };
}

function suited(document) {
  const { paths, components } = document;
  // A key travels in either of two headers. The explorer asks for it once, and so knows only one of them.
  delete components.securitySchemes.bearer;
  document.security = document.security.filter((scheme) => !('bearer' in scheme));
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const ofOperations = operations.flatMap(({ parameters = [] }) => parameters);
  for (const parameter of [...Object.values(components.parameters), ...ofOperations]) withoutExample(parameter);
  return document;
}

/** An example would be filled in and sent: one idempotency key with all commands, one filter with all lists. */
function withoutExample(parameter) {
  if (parameter.required) return;
  delete parameter.example;
  // Without one, an object would be made up.
  if (parameter.schema?.type === 'object') parameter.example = {};
}

SwaggerUIBundle({
  dom_id: '#explorer',
  url: 'openapi.json',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [suitExplorer],
  layout: 'BaseLayout',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // A key in the browser's storage would outlive the page, for whoever opens the browser next.
  persistAuthorization: false,
  // It is somebody else's host.
  validatorUrl: null,
});
`;

const STYLE = `
body { margin: 0; background: #fff; }
body > header {
  display: flex; align-items: center; gap: 0.6rem; padding: 0.75rem 1.25rem;
  font: 600 1.1rem system-ui, sans-serif; color: #fff; background: #12344d;
}
noscript { display: block; padding: 1.25rem; font: 1rem system-ui, sans-serif; }
.swagger-ui .info { margin: 1.5rem 0 0; }
.swagger-ui .scheme-container { margin: 0; padding: 0 0 1rem; box-shadow: none; }
.swagger-ui .scheme-container .schemes .schemes-server-container,
.swagger-ui .responses-table .response-col_links,
.swagger-ui .response:is([data-code^="4"], [data-code^="5"]) .headers-wrapper { display: none; }
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
<rect width="24" height="24" rx="5" fill="#2a9d8f"/>
<path d="M7 11V8.5a5 5 0 0 1 10 0V11h1v8H6v-8zm2.5 0h5V8.5a2.5 2.5 0 0 0-5 0z" fill="#fff"/>
</svg>
`;

const require = createRequire(import.meta.url);

/** The explorer's files by the path each is served under; two are those of Swagger UI. */
export function explorerFiles(): Readonly<Record<string, DocsFile>> {
  return {
    '/docs': { type: HTML, body: PAGE },
    '/docs/explorer.css': { type: CSS, body: STYLE },
    '/docs/explorer.js': { type: JAVASCRIPT, body: SCRIPT },
    '/docs/icon.svg': { type: SVG, body: ICON },
    '/docs/swagger-ui.css': {
      type: CSS,
      body: readFileSync(require.resolve('swagger-ui-dist/swagger-ui.css')),
    },
    '/docs/swagger-ui-bundle.js': {
      type: JAVASCRIPT,
      body: readFileSync(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
    },
  };
}
