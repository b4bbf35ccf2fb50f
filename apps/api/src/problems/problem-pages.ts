import { problemType, STATUS_OF } from '#http';
import type { Fault } from '#kernel';
import { contentSecurityPolicy, hashSource } from '../pages/content-security-policy.js';

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.2; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid #8886; text-align: left; vertical-align: top; }
tr:target { background: #fc03; }
dt { font-size: 0.875rem; opacity: 0.75; }
dd { margin: 0 0 0.75rem; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
`;

/** What the pages below need: their one style, and nothing else. */
export const PROBLEM_PAGES_POLICY = contentSecurityPolicy({ 'style-src': hashSource(STYLE) });

/** The page that the `type` of a problem leads to. */
export function problemPage(fault: Fault): string {
  return page(
    fault.title,
    `<dl>
<dt>Code</dt><dd><code>${escapeMarkup(fault.code)}</code></dd>
<dt>Status</dt><dd>${STATUS_OF[fault.kind]}</dd>
<dt>Meaning</dt><dd>${prose(fault.meaning)}</dd>
</dl>
<p><a href="../problems#${encodeURIComponent(fault.code)}">All problems</a></p>`,
  );
}

/** All problems in a table, in which each has its code as an anchor. */
export function problemsPage(faults: readonly Fault[]): string {
  return page(
    'Problems',
    `<p>${prose(
      'Every refusal that this service can answer, by its `code`. Codes of fields stand in the `errors` of a ' +
        'problem, each beside the pointer of its field.',
    )}</p>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Title</th><th>Meaning</th></tr></thead>
<tbody>
${faults.map(row).join('\n')}
</tbody>
</table>`,
  );
}

function row({ code, kind, title, meaning }: Fault): string {
  const link = `<a href=".${escapeMarkup(problemType(code))}"><code>${escapeMarkup(code)}</code></a>`;
  const cells = [link, STATUS_OF[kind], escapeMarkup(title), prose(meaning)];
  return `<tr id="${escapeMarkup(code)}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)} · EscrowGrid</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
${body}
</body>
</html>
`;
}

/** Text in which backticks mark code, as it stands in declarations of faults. */
function prose(text: string): string {
  return escapeMarkup(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
