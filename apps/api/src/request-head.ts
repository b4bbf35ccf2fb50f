import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { requestFaults } from '#http';
import type { DomainError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hangUp } from './answer-broken-request.js';
import { MAX_BODY_BYTES } from './max-body-bytes.js';

/** What comes with a body of the allowed size, however it is framed by sensible clients. */
const MAX_PASSING_BYTES = 2 * MAX_BODY_BYTES;

/**
 * Lets the service judge what Node would judge by itself: it would ask for a body before anybody knows whose it is,
 * and refuse other expectations, and tunnels, without a word.
 */
export function takeAllRequests(server: Server): void {
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    server.emit('request', request, response);
  };
  server.on('checkContinue', take);
  server.on('checkExpectation', take);
  server.on('connect', (_, socket) => hangUp(malformed('This is no proxy.'), socket));
}

/**
 * Checks what HTTP (RFC 9110 and 9112) demands of a request's head and Node does not. Expectations of HTTP/1.0 say
 * nothing.
 *
 * @throws DomainError `request.malformed`
 */
export function requireGoodHead({ raw: { httpVersion, headers, rawHeaders } }: FastifyRequest): void {
  const { host, expect, 'transfer-encoding': coding } = headers;
  // Node goes by the first; whoever stands before the service may have gone by the last.
  if (linesOf('host', rawHeaders) > 1) throw malformed('A request names one host, once.');
  if (linesOf('authorization', rawHeaders) > 1) throw malformed('A request has one Authorization header.');
  if (httpVersion === '1.0') {
    if (coding !== undefined) throw malformed('HTTP/1.0 knows no Transfer-Encoding.');
    return;
  }
  if (httpVersion !== '1.1') throw malformed('Only HTTP/1.1 and HTTP/1.0 are spoken here.');
  if (host === undefined) throw malformed('A request of HTTP/1.1 names its host.');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw malformed('No Transfer-Encoding but chunked is taken.');
  }
  if (expect !== undefined && !expectsContinue(expect)) {
    throw malformed('Nothing but 100-continue can be expected.');
  }
}

/** Tells a client that waits for it that its body will be read. */
export function inviteBody({ raw: { httpVersion, headers } }: FastifyRequest, reply: FastifyReply): void {
  if (headers.expect !== undefined && httpVersion === '1.1') reply.raw.writeContinue();
}

/**
 * Reads what a client sends along where it says nothing: a connection that is closed on unread bytes takes the end of a
 * long answer with it. Of what has no end, no more is read than of any body; the connection ends with the answer then.
 */
export async function letBodyPass(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw } = request;
  if (!hasBody(request)) return;
  inviteBody(request, reply);
  const startBytes = raw.socket.bytesRead;
  await new Promise<void>((resolve) => {
    raw.on('data', () => {
      // Of the connection, so that the framing of chunks counts as well.
      if (raw.socket.bytesRead - startBytes <= MAX_PASSING_BYTES) return;
      raw.pause();
      void reply.header('connection', 'close');
      resolve();
    });
    // Whoever breaks off gets no answer either way.
    raw.once('end', resolve).once('close', resolve);
  });
}

/** Ends the connection with the answer, where what is left unread of the request might have no end. */
export function hangUpOnLongBody(request: FastifyRequest, reply: FastifyReply): void {
  const { 'transfer-encoding': coding } = request.raw.headers;
  if (coding !== undefined || declaredLength(request) > MAX_BODY_BYTES)
    void reply.header('connection', 'close');
}

function hasBody({ raw: { headers } }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function declaredLength({ raw: { headers } }: FastifyRequest): number {
  return Number(headers['content-length'] ?? 0);
}

function expectsContinue(expectation: string): boolean {
  return expectation.toLowerCase() === '100-continue';
}

/** Raw headers are names and values in turn. */
function linesOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}

function malformed(detail: string): DomainError {
  return requestFaults['request.malformed'].because(detail);
}
