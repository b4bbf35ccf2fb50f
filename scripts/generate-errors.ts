import { declaredFaults } from '#kernel';
import { STATUS_OF } from '#http';
// Loading the service declares every room's faults.
import '../apps/api/src/app.module.js';
import { regenerate } from './check/regenerated.js';

const rows = declaredFaults().map(
  ({ code, kind, title, meaning }) =>
    `| <a id="${code}"></a>\`${code}\` | ${STATUS_OF[kind]} | ${title} | ${meaning} |`,
);
const page = `# Errors

Generated from the code by \`npm run generate\`: every refusal that the service can answer.

A refusal is a problem document (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`detail\`,
\`instance\`, \`code\`, \`requestId\`, and, where fields are at fault, \`errors\` with a JSON pointer (RFC 6901), a code
and a detail each. Codes are stable: rely on them, not on the texts. Codes of fields stand in \`errors\`. The
\`type\` is a reference to a page of the service that says what stands here: \`GET /problems/<code>\`, without a key.
\`GET /problems\` lists them all.

| code | status | title | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
await regenerate('docs/errors.md', page, process.argv.slice(2));
