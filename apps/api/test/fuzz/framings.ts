import type { Outgoing } from './wire.js';

export type Header = readonly [name: string, value: string];

export interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
}

/** Puts a request on the wire. */
export type Frame = (head: Head, body: Buffer | undefined) => Outgoing;

const CLOSE: Header = ['Connection', 'close'];

/** Characters beyond Latin-1 stand in no head: whoever wants their bytes gives them as Latin-1 characters. */
function written({ method, target, headers }: Head, ...parts: readonly (Buffer | string)[]): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ];
  return Buffer.concat([lines.join('\r\n'), ...parts].map((part) => bytesOf(part)));
}

function bytesOf(part: Buffer | string): Buffer {
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
}

function withHeaders(head: Head, ...headers: Header[]): Head {
  const isClosing = head.headers.some(([name]) => name.toLowerCase() === 'connection');
  return { ...head, headers: [...head.headers, ...(isClosing ? [] : [CLOSE]), ...headers] };
}

function whole(bytes: Buffer): Outgoing {
  return { bytes, breaksOff: false };
}

/** As a client does that knows how. */
export const plain: Frame = (head, body) => {
  const length: Header[] = body === undefined ? [] : [['Content-Length', String(body.length)]];
  return whole(written(withHeaders(head, ...length), body ?? ''));
};

function chunk(bytes: Buffer | string, extension = ''): Buffer {
  return Buffer.concat([`${bytesOf(bytes).length.toString(16)}${extension}\r\n`, bytes, '\r\n'].map(bytesOf));
}

function chunked(pieces: (body: Buffer) => readonly (Buffer | string)[], coding = 'chunked'): Frame {
  return (head, body = Buffer.of()) =>
    whole(written(withHeaders(head, ['Transfer-Encoding', coding]), ...pieces(body)));
}

function inChunks(body: Buffer, size: number): Buffer[] {
  const count = Math.ceil(body.length / size);
  return Array.from({ length: count }, (_none, index) =>
    chunk(body.subarray(index * size, (index + 1) * size)),
  );
}

function announcing(length: (body: Buffer) => readonly string[], breaksOff = false): Frame {
  return (head, body = Buffer.of()) => {
    const headers = length(body).map((text): Header => ['Content-Length', text]);
    return { bytes: written(withHeaders(head, ...headers), body), breaksOff };
  };
}

/** A plain request with something about its head changed by hand. */
function rewritten(change: (head: string) => string): Frame {
  return (head, body) => {
    const { bytes } = plain(head, body);
    const end = Buffer.from(bytes).indexOf('\r\n\r\n');
    const text = Buffer.from(bytes.subarray(0, end)).toString('latin1');
    return whole(Buffer.concat([Buffer.from(change(text), 'latin1'), bytes.subarray(end)]));
  };
}

const LAST_CHUNK = '0\r\n\r\n';

/** Uncommon, but HTTP. */
export const ODD_FRAMINGS: Readonly<Record<string, Frame>> = {
  chunks: chunked((body) => [...inChunks(body, 64 * 1024), LAST_CHUNK]),
  'chunks of one byte': chunked((body) => [...inChunks(body.subarray(0, 2_000), 1), LAST_CHUNK]),
  'chunks with extensions': chunked((body) => [
    ...(body.length > 0 ? [chunk(body, ';a=b;c="d"')] : []),
    LAST_CHUNK,
  ]),
  'chunks with trailers': chunked((body) => [
    ...inChunks(body, 64 * 1024),
    '0\r\nX-API-Key: x\r\nA: b\r\n\r\n',
  ]),
  'an absolute target': rewritten((head) => head.replace(/^(\S+) \//, '$1 http://escrow.example/')),
  'blank lines first': rewritten((head) => `\r\n\r\n${head}`),
  'header names in capitals': rewritten((head) =>
    head.replaceAll(/^[\w-]+(?=:)/gm, (name) => name.toUpperCase()),
  ),
};

/** Not what a careful client sends, and not always refused. */
export const TOLERATED_FRAMINGS: Readonly<Record<string, Frame>> = {
  'two hosts': rewritten((head) => head.replace(/^Host:/m, 'Host: a\r\nHost:')),
  'HTTP/1.0': rewritten((head) => head.replace('HTTP/1.1', 'HTTP/1.0')),
  'two blanks in the first line': rewritten((head) => head.replace(' ', '  ')),
  // Two writes would race, and nobody knows which comes first.
  'a read twice in one write': (head, body) => {
    if (head.method !== 'GET') return plain(head, body);
    const keepAlive: Head = { ...head, headers: [...head.headers, ['Connection', 'keep-alive']] };
    return whole(Buffer.concat([plain(keepAlive, body).bytes, plain(head, body).bytes]));
  },
};

/** No HTTP: a body that comes so is never acted on. */
export const BROKEN_FRAMINGS: Readonly<Record<string, Frame>> = {
  'a length too short': announcing((body) => [String(Math.max(0, body.length - 1))]),
  'a length too long': announcing((body) => [String(body.length + 7)], true),
  'a negative length': announcing(() => ['-1']),
  'a huge length': announcing(() => ['99999999999999999999']),
  'a length with a sign': announcing((body) => [`+${body.length}`]),
  'a hexadecimal length': announcing((body) => [`0x${body.length.toString(16)}`]),
  'an empty length': announcing(() => ['']),
  'two lengths': announcing((body) => [String(body.length), String(body.length + 1)]),
  'the same length twice': announcing((body) => [String(body.length), String(body.length)]),
  'a list of lengths': announcing((body) => [`${body.length}, ${body.length}`]),
  'a body without a length': (head, body) => whole(written(withHeaders(head), body ?? '')),
  'a length and chunks': (head, body = Buffer.of()) =>
    whole(
      written(
        withHeaders(head, ['Content-Length', String(body.length)], ['Transfer-Encoding', 'chunked']),
        ...inChunks(body, 64 * 1024),
        LAST_CHUNK,
      ),
    ),
  'an unknown transfer coding': chunked((body) => [body], 'x'),
  'compressed transfer': chunked((body) => [...inChunks(body, 1024), LAST_CHUNK], 'gzip, chunked'),
  'chunked twice': chunked((body) => [...inChunks(body, 1024), LAST_CHUNK], 'chunked, chunked'),
  'chunked, then not': chunked((body) => [...inChunks(body, 1024), LAST_CHUNK], 'chunked, identity'),
  'a chunk of no size': chunked(() => ['x\r\nabc\r\n', LAST_CHUNK]),
  'a chunk of a huge size': chunked(() => ['fffffffffffffffff\r\nabc\r\n', LAST_CHUNK]),
  'a chunk that is longer than it says': chunked((body) => ['1\r\n', body, 'xx\r\n', LAST_CHUNK]),
  'chunks without an end': (head, body = Buffer.of()) => ({
    ...chunked(() => inChunks(body, 1024))(head, body),
    breaksOff: true,
  }),
  'a head without an end': (head) => ({ bytes: written(withHeaders(head)).subarray(0, -2), breaksOff: true }),
  'no host': rewritten((head) => head.replace(/^Host:.*\r\n/m, '')),
  'HTTP/2.0': rewritten((head) => head.replace('HTTP/1.1', 'HTTP/2.0')),
  'HTTP/9.9': rewritten((head) => head.replace('HTTP/1.1', 'HTTP/9.9')),
  'no version': rewritten((head) => head.replace(' HTTP/1.1', '')),
  'another protocol': rewritten(() => 'PRI * HTTP/2.0\r\n\r\nSM'),
  TLS: rewritten(() => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  'lines that end without CR': rewritten((head) => head.replaceAll('\r\n', '\n')),
  'lines that end without LF': rewritten((head) => head.replaceAll('\r\n', '\r')),
  'a folded header': rewritten((head) => head.replace(/^Host: /m, 'X-Folded: a\r\n b\r\nHost: ')),
  'a blank before the colon': rewritten((head) => head.replace(/^Host:/m, 'Host :')),
  'a header without a colon': rewritten((head) => `${head}\r\nX-Nothing`),
  'a header without a name': rewritten((head) => `${head}\r\n: x`),
  'a NUL in a header': rewritten((head) => `${head}\r\nX-Nul: a\0b`),
  'a CR in a header': rewritten((head) => `${head}\r\nX-Return: a\rb`),
  'a bell in a header': rewritten((head) => `${head}\r\nX-Bell: \x07`),
  'a header of 20 KB': rewritten((head) => `${head}\r\nX-Long: ${'x'.repeat(20_000)}`),
  '3,000 headers': rewritten((head) => head + '\r\nA: b'.repeat(2_500)),
  'a method in small letters': rewritten((head) => head.replace(/^\S+/, (method) => method.toLowerCase())),
};
