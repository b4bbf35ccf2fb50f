import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BACKENDS } from '#testing';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, type Tenant } from './support/tenant.js';

const SENDERS = 40;

describe.each(BACKENDS)('senders that are gone before their command is decided, on %s', (backend) => {
  let service: Service;
  let tenant: Tenant;

  beforeAll(async () => {
    service = await openService(backend);
    tenant = await foundTenant(service);
  });
  afterAll(() => closeService(service));

  /** Sends a command and cuts the connection at once, without a word. */
  async function sendAndVanish(number: number): Promise<void> {
    const body = JSON.stringify({
      assetId: tenant.assetId,
      holderReference: `gone-${number}`,
      currency: 'USD',
      amount: '1.00',
    });
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.write(
      `POST /v1/positions HTTP/1.1\r\nHost: a\r\nX-API-Key: ${tenant.adminKey}\r\nIdempotency-Key: gone-${number}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await pause(number % 4);
    socket.resetAndDestroy();
  }

  test('are on record with their address, as all others are', async () => {
    for (let number = 0; number < SENDERS; number += 1) await sendAndVanish(number);
    // Each of them answers the first, if it was carried out, and is carried out otherwise: then all are at rest.
    for (let number = 0; number < SENDERS; number += 1) {
      const json = {
        assetId: tenant.assetId,
        holderReference: `gone-${number}`,
        currency: 'USD',
        amount: '1.00',
      };
      const headers = { 'idempotency-key': `gone-${number}` };
      done(await tenant.admin.send('POST', '/v1/positions', { json, headers }));
    }
    const { data } = done(await tenant.admin.get('/v1/audit-events?action=POSITION_CREATED&limit=200'));
    expect(data).toHaveLength(SENDERS);
    expect(new Set(data.map(({ clientIp }: { clientIp: unknown }) => clientIp))).toEqual(
      new Set(['127.0.0.1']),
    );
  });
});
