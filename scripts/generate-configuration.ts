import { readFile } from 'node:fs/promises';
import { settingsSchema } from '#config';
import { format, resolveConfig } from 'prettier';
import { regenerate } from './check/regenerated.js';

const BEGIN = '<!-- configuration -->';
const END = '<!-- /configuration -->';

/** The README's table of settings, from the one schema that the service reads them by. */
function buildTable(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, setting]) => {
    const fallback = settingsSchema.shape[name as keyof typeof settingsSchema.shape].safeParse(undefined);
    const shown = fallback.success && fallback.data !== undefined ? `\`${String(fallback.data)}\`` : '';
    return `| \`${name}\` | ${setting.description ?? ''} | ${shown} |`;
  });
  return ['| variable | meaning | default |', '| --- | --- | --- |', ...rows].join('\n');
}

const readme = await readFile('README.md', 'utf8');
const [before, after] = [readme.split(BEGIN)[0], readme.split(END)[1]];
if (before === undefined || after === undefined)
  throw new Error('README.md has lost the marks of its table.');
const text = await format(`${before}${BEGIN}\n\n${buildTable()}\n\n${END}${after}`, {
  ...(await resolveConfig('README.md')),
  parser: 'markdown',
});
await regenerate('README.md', text, process.argv.slice(2));
