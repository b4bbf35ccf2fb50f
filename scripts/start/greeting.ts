import type { RootKey } from './settings.js';

export interface Greeting {
  url: string;
  rootKey: RootKey;
  /** Where everything is kept, in words. */
  store: string;
  docs: boolean;
}

export function greeting({ url, rootKey, store, docs }: Greeting): string {
  const rows: [string, string][] = [['API', `${url}/v1`]];
  if (docs) rows.push(['Docs', `${url}/docs`]);
  rows.push(['Data', store]);
  if (rootKey.made !== undefined) {
    rows.push(['Root key', rootKey.made], ['', `made just now and kept in ${rootKey.file}`]);
  } else {
    rows.push(['Root key', rootKey.file === undefined ? 'as given' : `in ${rootKey.file}`]);
  }
  return `
EscrowGrid is ready.

${rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`).join('\n')}

Try it from another terminal:

curl -s ${url}/v1/institutions \\
  -H "X-API-Key: ${rootKey.shellWords}" \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "First Escrow Bank", "regions": ["US"]}'

Ctrl-C stops everything; what was stored stays.
`;
}
