import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { ProblemFilter } from '#http';
import type { FastifyReply, FastifyRequest, FastifyHttpOptions } from 'fastify';
import { answerBrokenRequest } from './answer-broken-request.js';
import { MAX_BODY_BYTES } from './max-body-bytes.js';
import { setStandardHeaders } from './standard-headers.js';

/** Longer than any id, so that an over-long one is an unknown one rather than a malformed URL. */
const MAX_PARAMETER_LENGTH = 1_000;
/** The longest wait for a request to arrive whole: Fastify has none unless told. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for requests that take longer. */
const TIMEOUT_CHECK_INTERVAL_MS = 5_000;
const CLIENT_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** Ids of requests are logged and recorded: a key that was sent in the wrong header is not. */
const KEY_START = 'egk_';
/** The scheme and host of a URL that is sent whole, as to a proxy. */
const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i;

/** How the server reads requests, and answers those that never reach a hook. */
export function serverOptions(problems: ProblemFilter): FastifyHttpOptions<Server> {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // Node would refuse a request without a host with an empty answer.
    http: { requireHostHeader: false, connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS },
    // What still comes in while the service closes is served: whoever sends it was not told to go elsewhere.
    return503OnClosing: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    rewriteUrl: pathOf,
    clientErrorHandler: answerBrokenRequest,
    // The router refuses a malformed URL before any hook or filter of Nest is reached.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      setStandardHeaders(request, reply);
      problems.answer(error, request, reply);
    },
  };
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  const isTaken = typeof given === 'string' && CLIENT_REQUEST_ID.test(given) && !given.includes(KEY_START);
  return isTaken ? given : randomUUID();
}

/** RFC 9112, 3.2.2: a server takes a whole URL for its path. */
function pathOf({ url = '/' }: IncomingMessage): string {
  if (url.startsWith('/')) return url;
  const path = url.replace(SCHEME_AND_HOST, '');
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}
