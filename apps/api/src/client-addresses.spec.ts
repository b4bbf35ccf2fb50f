import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { AddressList } from '#kernel';
import { fastify } from 'fastify';
import { clientAddressOf, nameClients } from './client-addresses.js';

const PROXIES = AddressList.parse(['10.0.0.0/8', '2001:db8:1::/48', 'fe80::/10']);

function clientOf(remoteAddress: string, forwardedFor?: string, proxies = PROXIES): string {
  const request = { headers: { 'x-forwarded-for': forwardedFor }, socket: { remoteAddress } };
  return clientAddressOf(request as unknown as IncomingMessage, proxies);
}

describe('the address of a client', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['10.0.0.1', '10.0.0.1'],
  ])('is its own, of %s %s, where no proxy says another', (peer, address) => {
    expect(clientOf(peer)).toBe(address);
    expect(clientOf(peer, '')).toBe(address);
    expect(clientOf(peer, ' , ,')).toBe(address);
    expect(clientOf(peer, '203.0.113.9', AddressList.parse([]))).toBe(address);
  });

  test.each(['192.0.2.1', '::ffff:192.0.2.1', '11.0.0.1', '2001:db8:2::1', '::1'])(
    'is its own where %s, who is no proxy, says another',
    (peer) => {
      expect(clientOf(peer, '203.0.113.9')).toBe(clientOf(peer));
    },
  );

  test.each(['10.0.0.1', '::ffff:10.0.0.1', '2001:db8:1::5', 'fe80::1%eth0'])(
    'is what the proxy %s says',
    (peer) => {
      expect(clientOf(peer, '203.0.113.9')).toBe('203.0.113.9');
    },
  );

  test.each([
    ['203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['10.9.9.9, 203.0.113.9, 10.0.0.3,10.0.0.2', '203.0.113.9'],
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['203.0.113.9, ::ffff:10.0.0.2', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:0::9', '2001:db8::9'],
    ['fe81::9%1, fe80::2%eth0', 'fe81::9'],
    ['203.0.113.9,', '203.0.113.9'],
    [',203.0.113.9,,10.0.0.2,,', '203.0.113.9'],
    ['\t203.0.113.9\t', '203.0.113.9'],
    ['203.0.113.9:54321', '203.0.113.9'],
    ['[2001:db8::9]:80', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['203.0.113.9, 10.0.0.2:443', '203.0.113.9'],
  ])('is read from the right: %j is %s', (forwardedFor, client) => {
    expect(clientOf('10.0.0.1', forwardedFor)).toBe(client);
  });

  test.each([
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.999',
    '203.0.113.9:port',
    '203.0.113.9:1:2',
    '203.0.113.9/32',
    '2001:db8::9]',
    '[2001:db8::9',
    '[]',
    '[[::1]]',
    'for=203.0.113.9',
    '"203.0.113.9"',
    "203.0.113.9' OR ''='",
    '203.0.113.9 10.0.0.2',
    '203.0.113.9;10.0.0.2',
  ])('is never %j, nor what stands before it, but the nearest hop that has one', (garbage) => {
    expect(clientOf('10.0.0.1', garbage)).toBe('10.0.0.1');
    expect(clientOf('10.0.0.1', `203.0.113.9, ${garbage}`)).toBe('10.0.0.1');
    expect(clientOf('10.0.0.1', `203.0.113.9, ${garbage}, 10.0.0.2`)).toBe('10.0.0.2');
    expect(clientOf('10.0.0.1', `${garbage}, 203.0.113.9`)).toBe('203.0.113.9');
  });

  test('is found behind as many proxies as a header holds', () => {
    expect(clientOf('10.0.0.1', `203.0.113.9${',10.0.0.2'.repeat(1_700)}`)).toBe('203.0.113.9');
    expect(clientOf('10.0.0.1', ','.repeat(15_000))).toBe('10.0.0.1');
    expect(clientOf('10.0.0.1', `203.0.113.9, ${'x'.repeat(15_000)}`)).toBe('10.0.0.1');
  });
});

describe('a request', () => {
  test.each([
    ['10.0.0.1', '203.0.113.9'],
    ['::ffff:10.0.0.1', '203.0.113.9'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('that %s brings comes from %s, and is for the host that it names', async (remoteAddress, client) => {
    const server = fastify();
    nameClients(server, ['10.0.0.0/8']);
    server.get('/', (request) => [request.ip, request.host, request.protocol]);
    const headers = {
      host: 'escrow.example',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    const answer = await server.inject({ url: '/', remoteAddress, headers });
    expect(answer.json()).toEqual([client, 'escrow.example', 'http']);
    await server.close();
  });
});
