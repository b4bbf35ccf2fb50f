import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withClient, type TestDatabase } from '#testing';
import { KeepAliveLoad } from './support/keep-alive-load.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant } from './support/tenant.js';

let installation: Installation;
let services: ServiceProcess[];
let written: string;

beforeEach(async () => {
  installation = await newInstallation('postgres');
  services = [];
  written = '';
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill()));
  await installation.database?.close();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  const service = await ServiceProcess.start(installation, settings, (text) => (written += text));
  services.push(service);
  return service;
}

async function expectStored(ids: readonly string[]): Promise<void> {
  const { ownerUrl } = installation.database as TestDatabase;
  const { rows } = await withClient(ownerUrl, (client) =>
    client.query<{ id: string }>('SELECT id FROM positions'),
  );
  const stored = new Set(rows.map(({ id }) => id));
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
}

async function isReady({ url }: ServiceProcess): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    async (answer) => (await answer.text()) !== '' && answer.ok,
    () => false,
  );
}

/** Opens a connection and says this much over it. */
async function say({ url }: ServiceProcess, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

describe('a service that is told to stop by SIGTERM while clients create positions', () => {
  test('serves those who go on until their connection ends, and says meanwhile that it is not ready', async () => {
    const service = await start({ SHUTDOWN_DRAIN_SECONDS: '2' });
    const tenant = await foundTenant(service);
    const load = new KeepAliveLoad(tenant, { target: () => service.url, endsWithConnection: true });
    await load.more(200);
    service.signal('SIGTERM');
    await load.end();
    expect(load.failures).toEqual([]);
    expect(await isReady(service)).toBe(false);
    const late = new KeepAliveLoad(tenant, { target: () => service.url, endsWithConnection: true });
    await late.end();
    expect(late.failures).toEqual([]);
    expect(late.acknowledged).toHaveLength(24);
    expect(await service.exitStatus()).toBe(0);
    await expectStored([...load.acknowledged, ...late.acknowledged]);
  }, 60_000);

  test('and is restarted beside another, one after the other, fails no request', async () => {
    const settings = { SHUTDOWN_DRAIN_SECONDS: '1' };
    const [one, other] = await Promise.all([start(settings), start(settings)]);
    const members = new Set([one, other]);
    const ready = new Set(members);
    let isOver = false;
    const watching = (async () => {
      for (; !isOver; await pause(50)) {
        for (const member of members) {
          if (await isReady(member)) ready.add(member);
          else ready.delete(member);
        }
      }
    })();
    let turn = 0;
    const target = (): string | undefined => [...ready][(turn += 1) % Math.max(ready.size, 1)]?.url;
    const load = new KeepAliveLoad(await foundTenant(one), { target });
    for (const member of [one, other]) {
      await load.more(200);
      expect(await member.terminate()).toBe(0);
      members.delete(member);
      ready.delete(member);
      members.add(await start(settings));
      while (ready.size < 2) await pause(10);
    }
    await load.more(200);
    await load.stop();
    isOver = true;
    await watching;
    expect(load.failures).toEqual([]);
    await expectStored(load.acknowledged);
  }, 60_000);

  test('answers what is under way when it has no time to drain', async () => {
    const service = await start();
    const tenant = await foundTenant(service);
    const load = new KeepAliveLoad(tenant, { target: () => service.url, endsWithConnection: true });
    await load.more(100);
    expect(await service.terminate()).toBe(0);
    await load.end();
    await expectStored(load.acknowledged);
  });
});

describe('a service that is told to stop', () => {
  test('by SIGINT does not drain, told twice is told once, and told so after SIGTERM makes haste', async () => {
    for (const signals of [['SIGINT'], ['SIGINT', 'SIGINT', 'SIGTERM'], ['SIGTERM', 'SIGTERM', 'SIGINT']]) {
      const service = await start({ SHUTDOWN_DRAIN_SECONDS: '20' });
      for (const signal of signals) {
        service.signal(signal as NodeJS.Signals);
        await pause(50);
      }
      expect(await service.exitStatus()).toBe(0);
    }
  });

  test('does not wait for connections that never carried a request, or are idle', async () => {
    const service = await start();
    await Promise.all([say(service, ''), say(service, 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')]);
    await pause(100);
    expect(await service.terminate()).toBe(0);
  });

  test('ends at its deadline, and says so, though a request never comes to its end', async () => {
    const service = await start({ SHUTDOWN_DEADLINE_SECONDS: '1' });
    const { adminKey } = await foundTenant(service);
    const head = `POST /v1/positions HTTP/1.1\r\nHost: a\r\nX-API-Key: ${adminKey}\r\n`;
    const socket = await say(
      service,
      `${head}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"`,
    );
    const closed = once(socket, 'close');
    expect(await service.terminate()).toBe(1);
    await closed;
    expect(written).toContain('"The deadline is over: what is still under way is cut off."');
  });
});
