import { PassThrough, Readable } from 'node:stream';
import { canonicalJson, type JsonObject } from '#kernel';
import { createHash } from 'node:crypto';
import type { TestDatabase } from '#testing';
import { exportCommand } from '../../../cli/src/export-command.js';
import { importCommand } from '../../../cli/src/import-command.js';
import type { Terminal } from '../../../cli/src/terminal.js';
import type { Json } from './client.js';
import type { Installation } from './service.js';

/** What a shell would have seen of a command. */
export interface Seen {
  status: number | undefined;
  printed: string[];
  complaints: string[];
  /** What was written to standard output besides lines. */
  output: string;
  /** What was drawn on the terminal. */
  drawn: string;
}

function aTerminal(environment: NodeJS.ProcessEnv): { seen: Seen; terminal: Terminal } {
  const seen: Seen = { status: undefined, printed: [], complaints: [], output: '', drawn: '' };
  const terminal: Terminal = {
    environment,
    print: (line) => seen.printed.push(line),
    complain: (line) => seen.complaints.push(line),
    exitWith: (status) => (seen.status = status),
  };
  return { seen, terminal };
}

function collect(into: (text: string) => void, isTTY = false): PassThrough & { isTTY: boolean } {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => into(chunk.toString()));
  return Object.assign(stream, { isTTY });
}

/** Runs `escrowgrid export` with words. */
export async function runExport(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  { isTTY = false } = {},
): Promise<Seen> {
  const { seen, terminal } = aTerminal(environment);
  const screen = collect((text) => (seen.drawn += text), isTTY);
  const output = collect((text) => (seen.output += text));
  await exportCommand(terminal, screen, output).parseAsync(words, { from: 'user' });
  return seen;
}

/** Runs `escrowgrid import` on a text that comes on standard input. */
export async function runImport(
  text: string | Readable,
  environment: NodeJS.ProcessEnv,
  { isTTY = false, words = ['-'] } = {},
): Promise<Seen> {
  const { seen, terminal } = aTerminal(environment);
  const screen = collect((drawn) => (seen.drawn += drawn), isTTY);
  const input = typeof text === 'string' ? Readable.from([Buffer.from(text)]) : text;
  await importCommand(terminal, screen, input).parseAsync(words, { from: 'user' });
  return seen;
}

/** The environment of a command on a database. */
export function on({ url, isPooled }: TestDatabase): NodeJS.ProcessEnv {
  return { DATABASE_URL: url, DB_POOLER: String(isPooled) };
}

/** The text of an export of a database. @throws Error with what the command complained of */
export async function exportOf(database: TestDatabase): Promise<string> {
  const { status, output, complaints } = await runExport(['--output', '-'], on(database));
  if (status !== 0) throw new Error(complaints.join('\n'));
  return output;
}

/** The same secrets on another store. */
export function movedTo(installation: Installation, database: TestDatabase | undefined): Installation {
  const { STORE_BACKEND: _, DATABASE_URL: __, DB_POOLER: ___, ...environment } = installation.environment;
  const store =
    database === undefined
      ? { STORE_BACKEND: 'memory' }
      : { STORE_BACKEND: 'postgres', ...databaseOf(database) };
  return { ...installation, database, environment: { ...environment, ...store } };
}

function databaseOf({ url, isPooled }: TestDatabase): Record<string, string> {
  return { DATABASE_URL: url, DB_POOLER: String(isPooled) };
}

/** An export taken apart, to be put together again with other rows and, all the same, a trailer that fits them. */
export class TakenApart {
  private constructor(
    readonly header: string,
    readonly rows: { kind: string; row: Json }[],
  ) {}

  static of(text: string): TakenApart {
    const lines = text.trimEnd().split('\n');
    return new TakenApart(
      lines[0] ?? '',
      lines.slice(1, -1).map((line) => JSON.parse(line)),
    );
  }

  /** The number of the line of a row. */
  lineOf(matches: (kind: string, row: Json) => boolean): number {
    return 2 + this.rows.findIndex(({ kind, row }) => matches(kind, row));
  }

  /** A copy with a change, which gets at the first row that matches. */
  with(kind: string, change: (row: Json, rows: { kind: string; row: Json }[]) => void, at = 0): string {
    const rows = structuredClone(this.rows);
    change(rows.filter((each) => each.kind === kind)[at]?.row, rows);
    return sealed([this.header, ...rows.map((row) => canonicalJson(row as unknown as JsonObject))]);
  }
}

/** Lines with the trailer that fits them. */
export function sealed(lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  const { kinds } = JSON.parse(lines[0] ?? '') as { kinds: { name: string }[] };
  const counts = Object.fromEntries(kinds.map(({ name }) => [name, 0]));
  for (const line of lines.slice(1)) {
    const [, kind = ''] = /^\{"kind":"([a-z_]+)"/.exec(line) ?? [];
    if (kind in counts) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${text}${canonicalJson({ counts, sha256 })}\n`;
}
