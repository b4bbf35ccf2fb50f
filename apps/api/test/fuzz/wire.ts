import { connect, type Socket } from 'node:net';
import type { Answer } from '../support/client.js';

/** What a client sends over one connection. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  /** Whether it closes its side when it has sent them, though more was announced. */
  readonly breaksOff: boolean;
}

/** All that came back over one connection. */
export interface Incoming {
  readonly answers: readonly Answer[];
  /** What is wrong with how it came: it is no HTTP, or nothing was closed. */
  readonly faults: readonly string[];
}

const MAX_WAIT_MS = 15_000;

/** Sends bytes as they are, and reads until the service closes the connection. */
export async function exchange(port: number, outgoing: Outgoing, method: string): Promise<Incoming> {
  const { bytes, fault } = await readAllOf(connect(port, '127.0.0.1'), outgoing);
  const faults = fault === undefined ? [] : [fault];
  try {
    const answers = parseAnswers(bytes, method === 'HEAD');
    // A service that refuses a request half-way may reset the connection once it has answered.
    return { answers, faults: answers.length > 0 && fault?.startsWith('reset') ? [] : faults };
  } catch (error) {
    return { answers: [], faults: [...faults, `The answer is no HTTP: ${String(error)}`] };
  }
}

async function readAllOf(
  socket: Socket,
  { bytes, breaksOff }: Outgoing,
): Promise<{ bytes: Buffer; fault?: string }> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const finish = (fault?: string): void => {
      socket.destroy();
      resolve({ bytes: Buffer.concat(chunks), fault });
    };
    socket.setTimeout(MAX_WAIT_MS, () => finish('The connection was neither answered nor closed.'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => finish());
    socket.on('error', (error) => finish(`reset: ${error.message}`));
    socket.write(bytes);
    if (breaksOff) socket.end();
  });
}

/** @throws Error when what came is not a sequence of whole HTTP answers */
function parseAnswers(bytes: Buffer, isBodyless: boolean): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`headers without an end: ${rest.toString('latin1').slice(0, 200)}`);
    const { status, headers } = parseHead(rest.subarray(0, end).toString('latin1'));
    rest = rest.subarray(end + 4);
    const hasBody = status >= 200 && status !== 204 && status !== 304 && !isBodyless;
    const { body, length } = hasBody ? readBody(rest, headers) : { body: Buffer.of(), length: 0 };
    rest = rest.subarray(length);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    // What is said before the answer, such as 100 Continue, is none.
    if (status >= 200) answers.push({ status, headers, text, body: parsed(text) });
  }
  return answers;
}

function parseHead(head: string): { status: number; headers: Headers } {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const [, status] = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/.exec(statusLine) ?? [];
  if (status === undefined) throw new Error(`status line ${JSON.stringify(statusLine.slice(0, 200))}`);
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([!-9;-~]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`header ${JSON.stringify(line)}`);
    headers.append(name, value);
  }
  return { status: Number(status), headers };
}

function readBody(rest: Buffer, headers: Headers): { body: Buffer; length: number } {
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(rest);
  const announced = headers.get('content-length');
  const length = announced === null ? rest.length : Number(announced);
  if (!(length <= rest.length)) throw new Error(`${rest.length} of ${announced} bytes`);
  return { body: rest.subarray(0, length), length };
}

function readChunks(rest: Buffer): { body: Buffer; length: number } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    const begin = lineEnd + 2;
    if (lineEnd < 0 || !(begin + size + 2 <= rest.length)) throw new Error('a chunk without an end');
    chunks.push(rest.subarray(begin, begin + size));
    at = begin + size + 2;
    if (size === 0) return { body: Buffer.concat(chunks), length: at };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
