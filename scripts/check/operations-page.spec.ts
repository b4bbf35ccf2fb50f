import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settingsSchema } from '#config';
import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { parse } from 'yaml';
import { distributeCommand } from '../../apps/cli/src/distribute-command.js';
import { exportCommand } from '../../apps/cli/src/export-command.js';
import { importCommand } from '../../apps/cli/src/import-command.js';
import { migrateCommand } from '../../apps/cli/src/migrate-command.js';
import { verifyCommand } from '../../apps/cli/src/verify-command.js';

const PAGE = 'docs/OPERATIONS.md';
const page = readFileSync(PAGE, 'utf8');
const SOURCES = globSync('{apps,libs,migrations}/**/*.ts')
  .filter((path) => !/spec\.ts$|\/test\//.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const METRICS = readFileSync('docs/METRICS.md', 'utf8');
const SCHEMA = readFileSync('migrations/schema.dump.sql', 'utf8');
/** What is no setting of the service: words of HTTP, SQL, signals and shells, and variables that the page itself sets. */
const OTHER_CAPITALS =
  /^(?:HTTP|SIG[A-Z]+|COMMIT|INVALID|ECONNREFUSED|ENOTFOUND|OWNER_URL|PID|[A-Z_]+_FILE|BACKUP_[A-Z_]+)$/;

const terminal = {
  environment: {},
  print: () => undefined,
  complain: () => undefined,
  exitWith: () => undefined,
};
const PROGRAM = new Command('escrowgrid');
for (const make of [migrateCommand, distributeCommand, verifyCommand, exportCommand, importCommand])
  PROGRAM.addCommand(make(terminal));

/** As a page shows its headings’ names in links. */
function anchorsOf(text: string): string[] {
  return [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page that lead nowhere. */
function brokenLinks(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? PAGE : join(dirname(PAGE), path);
    if (!existsSync(file)) return true;
    const target = path === '' ? text : readFileSync(file, 'utf8');
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** What is wrong with how a page calls `escrowgrid`: no such command, or no such option of it. */
function faultsOfCalls(text: string): string[] {
  const calls = [...text.matchAll(/(?<!-n )\bescrowgrid ((?:[a-z]+\b ?)(?:[^`;|\n#)]*))/g)].map(
    ([, words = '']) => words.trim(),
  );
  return calls.flatMap((words) => {
    let command: Command = PROGRAM;
    const [...rest] = words.split(/\s+/);
    for (let next = below(command, rest[0]); next !== undefined; next = below(command, rest[0])) {
      command = next;
      rest.shift();
    }
    if (command === PROGRAM || command.commands.length > 0) return [`no command: ${words}`];
    const options = rest.filter((word) => word.startsWith('--'));
    const known = command.options.map(({ long }) => long);
    return options
      .filter((option) => !known.includes(option))
      .map((option) => `no option: ${words} (${option})`);
  });
}

function below(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((each) => each.name() === name);
}

/** Sentences that a page quotes, as the service says them: in code, from a capital to a full stop or colon. */
function sentencesIn(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  return [...prose.matchAll(/`([A-Z][^`]* [^`]*[.:])`/g)].map(([, sentence = '']) => sentence);
}

/** Sentences that nothing in the sources says. What is put in when it is said is left out of the search. */
function unsaid(text: string): string[] {
  const said = SOURCES.replaceAll(/\$\{[^}]*\}/g, '…');
  return sentencesIn(text).filter((sentence) => {
    const parts = sentence.split(/\d+/).map(RegExp.escape);
    return !new RegExp(parts.join('(?:\\d+|…)')).test(said);
  });
}

/** Names in capitals that are no setting. */
function unknownSettings(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  const named = [...prose.matchAll(/`([A-Z][A-Z_]{2,})(?:=[^`]*)?`/g)].map(([, name = '']) => name);
  return named.filter((name) => !(name in settingsSchema.shape) && !OTHER_CAPITALS.test(name));
}

/** Paths in the repository that a page names, and that are not there. */
function missingPaths(text: string): string[] {
  const paths = [...text.matchAll(/(?<![\w/.-])((?:deploy|scripts|apps|docs|migrations)\/[\w./-]*\w)/g)];
  return paths.map(([, path = '']) => path).filter((path) => !existsSync(path));
}

/** Metrics that a page names, and that docs/METRICS.md, which is held to a scrape, does not. */
function unknownMetrics(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  const named = [...prose.matchAll(/`((?:escrowgrid|nodejs|process)_\w+)`/g)].map(([, name = '']) => name);
  const roles = /^escrowgrid_(?:app|service)$/;
  return named.filter((name) => !METRICS.includes(`\`${name}\``) && !roles.test(name));
}

function missingIndexes(text: string): string[] {
  const named = [...text.matchAll(/`(\w+_idx)`/g)].map(([, name = '']) => name);
  return named.filter((name) => !SCHEMA.includes(`CREATE INDEX ${name} `));
}

/** The statuses that a command says of itself that it exits with. */
function statusesOf(help: string): string[] {
  const said = [...help.matchAll(/^Exits [^]*?(?:\n\n|\nHELP|$(?![^]))/gm)].map(([text]) => text).join(' ');
  return [...new Set(said.match(/\b\d+\b/g))].sort();
}

function helpOf(words: string): string {
  let [command, help] = [PROGRAM, ''];
  for (const word of words.split(' ')) command = below(command, word) ?? command;
  command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
  return help;
}

/** The commands of the table of exit statuses, each with those that it gives a meaning. */
function statusRows(): [command: string, statuses: string[]][] {
  const [head = '', , ...rows] = (page.split('## Exit statuses\n\n')[1] ?? '').trim().split('\n');
  const cellsOf = (row: string): string[] =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...columns] = cellsOf(head);
  return rows.flatMap((row) => {
    const [names = '', ...cells] = cellsOf(row);
    const statuses = columns.flatMap((column, at) => {
      const cell = cells[at] ?? '';
      if (cell === '') return [];
      return column === 'else' ? (/^[\d, ]+/.exec(cell)?.[0].match(/\d+/g) ?? []) : [column];
    });
    const [first = '', ...others] = [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const parent = first.replace(/ \w+$/, '');
    return [first, ...others.map((name) => `${parent} ${name}`)].map((name): [string, string[]] => [
      name,
      statuses.sort(),
    ]);
  });
}

describe('docs/OPERATIONS.md', () => {
  test.each(statusRows().filter(([name]) => name !== ''))(
    'tells the statuses that %s exits with',
    (name, statuses) => {
      const help = name.startsWith('scripts/')
        ? readFileSync(name, 'utf8')
        : helpOf(name.replace('escrowgrid ', ''));
      expect(statuses).toEqual(statusesOf(help));
    },
  );

  test('has every heading that an alert leads to', () => {
    const { groups } = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8')) as {
      groups: { rules: { annotations: { runbook_url: string } }[] }[];
    };
    const urls = groups.flatMap(({ rules }) => rules.map(({ annotations }) => annotations.runbook_url));
    expect(urls.length).toBeGreaterThan(10);
    expect(urls.filter((url) => !anchorsOf(page).some((anchor) => url === `${PAGE}#${anchor}`))).toEqual([]);
  });

  test('explains every alert under a heading of its own', () => {
    expect(new Set(anchorsOf(page)).size).toBe(anchorsOf(page).length);
  });

  test.each([
    ['links that lead nowhere', brokenLinks],
    ['calls of the command line that it would refuse', faultsOfCalls],
    ['sentences that nothing says', unsaid],
    ['settings that are none', unknownSettings],
    ['paths that are not there', missingPaths],
    ['metrics that are not told', unknownMetrics],
    ['indexes that are not there', missingIndexes],
  ])('has no %s', (_, faultsIn) => {
    expect(faultsIn(page)).toEqual([]);
  });

  test.each([
    ['a link to a page', brokenLinks, '[x](NOWHERE.md)'],
    ['a link to a heading', brokenLinks, '[x](DEPLOYMENT.md#nowhere)'],
    ['a link within', brokenLinks, '[x](#nowhere)'],
    ['a command', faultsOfCalls, '`escrowgrid migrate upwards`'],
    ['an option', faultsOfCalls, '```console\n$ escrowgrid verify --all\n```'],
    ['a sentence', unsaid, '`The database is on holiday.`'],
    ['a setting', unknownSettings, '`DB_POOLMAX`'],
    ['a path', missingPaths, 'run scripts/undo.sh'],
    ['a metric', unknownMetrics, '`escrowgrid_pool_wating`'],
    ['an index', missingIndexes, '`positions_colour_idx`'],
  ])('would not pass with %s that is not there', (_, faultsIn, text) => {
    expect(faultsIn(text)).toHaveLength(1);
  });

  test('has all words of the database’s troubles, and of what is in the way of readiness', () => {
    const folder = 'libs/persistence/src/postgres';
    const texts = [
      `${folder}/sqlstate.ts`,
      `${folder}/postgres-store-probe.ts`,
      'apps/api/src/health/readiness.ts',
    ];
    const sentences = texts.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/'((?:The|Every|A) [^']*\.)'/g)].map(
        ([, sentence]) => sentence,
      ),
    );
    expect(sentences.length).toBeGreaterThan(10);
    const isNoReason = /ready/;
    expect(
      sentences.filter((sentence) => !isNoReason.test(`${sentence}`) && !page.includes(`${sentence}`)),
    ).toEqual([]);
  });

  test('has all words of the log that ask somebody to act', () => {
    const sentences = [
      ...SOURCES.matchAll(/logger\.(?:error|fatal)\(\s*(?:\{[^}]*\}|\w+),\s*'([^']+)'/g),
    ].map(([, sentence]) => sentence);
    expect(sentences.length).toBeGreaterThan(5);
    expect(sentences.filter((sentence) => !page.includes(`${sentence}`))).toEqual([]);
  });
});
