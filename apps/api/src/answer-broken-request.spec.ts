import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerBrokenRequest } from './answer-broken-request.js';

describe('a request that does not arrive whole in time', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer({ headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 });
    server.on('clientError', answerBrokenRequest).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.close();
  });

  test.each([
    ['its head', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['its body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{'],
  ])('is answered so, and hung up on: %s', async (_, bytes) => {
    let answer = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await once(socket, 'close');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(head).toContain('\r\nconnection: close');
    expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'request.timed_out' });
  });
});
