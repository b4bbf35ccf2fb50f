import { readFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { regenerate } from './check/regenerated.js';

const FILE = 'libs/client/src/schema.ts';

/** Whole requests and answers are shown in the document, and would be most of the types. */
const withoutBodies = (name: string, value: unknown): unknown =>
  /^examples?$/.test(name) && typeof value === 'object' ? undefined : value;

const document = JSON.parse(await readFile('docs/openapi.json', 'utf8'), withoutBodies) as OpenAPI3;
// Whoever sends a request may leave out what has a default.
const declarations = await openapiTS(document, { defaultNonNullable: false, silent: true });
// The others are aliases that say what the document has not.
const types = declarations.filter(ts.isInterfaceDeclaration);
const text = `// Generated from docs/openapi.json by \`npm run generate\`: not to be edited.\n\n${astToString(types)}`;
const formatted = await format(text, { ...(await resolveConfig(FILE)), filepath: FILE });
await regenerate(FILE, formatted, process.argv.slice(2));
