import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_MEDIA_TYPE, requestFaults, toProblem } from '#http';
import type { DomainError } from '#kernel';
import { STANDARD_HEADERS } from './standard-headers.js';

/** Answers what is no whole HTTP request, before there is one to hand to anybody, and hangs up. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else hangUp(refusalOf(error.code), socket);
}

/** Answers a refusal on a connection that no request has, and ends it. */
export function hangUp(refusal: DomainError, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const problem = toProblem(refusal, '', requestId);
  const body = JSON.stringify(problem);
  const headers = {
    ...STANDARD_HEADERS,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
  };
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What is said to whoever sent what Node could not read, by Node's code for it. */
export function refusalOf(code: string | undefined): DomainError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return requestFaults['request.header_too_large'].because('The URL and headers are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestFaults['request.timed_out'].because('The request did not arrive whole in time.');
    default:
      return requestFaults['request.malformed'].because('This is no well-formed HTTP request.');
  }
}
