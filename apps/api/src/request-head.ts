import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { requestFaults } from '#http';
import type { DomainError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hangUp } from './answer-broken-request.js';

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
export function requireGoodHead({ raw: { httpVersion, headers } }: FastifyRequest): void {
  const { host, expect, 'transfer-encoding': coding } = headers;
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

function expectsContinue(expectation: string): boolean {
  return expectation.toLowerCase() === '100-continue';
}

function malformed(detail: string): DomainError {
  return requestFaults['request.malformed'].because(detail);
}
