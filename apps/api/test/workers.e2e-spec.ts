import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commandLine, isAlive } from '#testing';
import { KeepAliveLoad } from './support/keep-alive-load.js';
import { childrenOf, ticksOf } from './support/processes.js';
import { readAll } from './support/records.js';
import { newInstallation, type Installation } from './support/service.js';
import { ServiceProcess } from './support/service-process.js';
import { foundTenant } from './support/tenant.js';

/** A worker of an impatient service may hang for two seconds. */
const LONGER_THAN_PATIENCE_MS = 4_000;

let installation: Installation;
let service: ServiceProcess | undefined;
let written: string;

beforeEach(async () => {
  installation = await newInstallation('postgres');
  service = undefined;
  written = '';
});
afterEach(async () => {
  await service?.kill();
  await installation.database?.close();
});

async function start(
  settings: Readonly<Record<string, string>>,
  program: 'source' | 'impatient' = 'source',
): Promise<ServiceProcess> {
  service = await ServiceProcess.start(installation, settings, (text) => (written += text), program);
  return service;
}

const HUNG = 'A worker does not answer any more, and is killed.';
const timesSaid = (sentence: string): number => written.split(`"msg":"${sentence}"`).length - 1;

async function workersOf({ pid }: ServiceProcess, count: number): Promise<number[]> {
  for (;;) {
    const found = await childrenOf(pid);
    if (found.length === count) return found;
    await pause(20);
  }
}

/** A client with a connection of its own, and all that it is answered until the connection ends. */
function connectTo({ url }: ServiceProcess): { answer: Promise<string>; isAnswered: () => boolean } {
  const { hostname: host, port } = new URL(url);
  let text = '';
  const socket = connect({ host, port: Number(port) }).setEncoding('utf8');
  socket.on('data', (more) => (text += String(more))).on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return { answer, isAnswered: () => text !== '' };
}

describe('a service of two workers', () => {
  test('has both work, says once that it listens, and keeps everything that it acknowledged', async () => {
    const two = await start({ WORKERS: '2' });
    const workers = await workersOf(two, 2);
    const before = workers.map(ticksOf);
    const load = new KeepAliveLoad(await foundTenant(two), { target: () => two.url });
    await load.more(500);
    await load.stop();
    workers.forEach((pid, index) => expect(ticksOf(pid)).toBeGreaterThan((before[index] ?? 0) + 5));
    expect(load.failures).toEqual([]);
    const stored = await readAll(two, '/v1/positions');
    expect(stored.map(({ id }) => id).sort()).toEqual(load.acknowledged.sort());
    expect(timesSaid('The service is listening.')).toBe(1);
    expect(await two.terminate()).toBe(0);
  });

  test('runs them by the flags that Node was given', async () => {
    const two = await start({ WORKERS: '2' });
    for (const pid of await workersOf(two, 2)) expect(await commandLine(pid)).toContain(' --import ');
  });

  test('replaces one that ends by itself, and says so, while the other serves', async () => {
    const two = await start({ WORKERS: '2' });
    const [first = 0, second = 0] = await workersOf(two, 2);
    process.kill(first, 'SIGKILL');
    while (isAlive(first)) await pause(10);
    expect((await two.root.get('/v1/institutions')).status).toBe(200);
    const [kept, made] = await workersOf(two, 2);
    expect(kept).toBe(second);
    expect(written).toContain(`"pid":${first},"signal":"SIGKILL"`);
    expect(timesSaid('A worker ended by itself; another takes its place.')).toBe(1);
    while (ticksOf(made ?? 0) < 20) await pause(20);
    expect(await two.terminate()).toBe(0);
  });

  test('leaves no client waiting whose connection was being handed to one that was killed', async () => {
    const two = await start({ WORKERS: '2' });
    const [stopped = 0] = await workersOf(two, 2);
    process.kill(stopped, 'SIGSTOP');
    const clients = Array.from({ length: 4 }, () => connectTo(two));
    const answered = Promise.all(clients.map(({ answer }) => answer));
    // The one that is stopped is handed one of them; the others do not wait for it.
    while (clients.filter(({ isAnswered }) => isAnswered()).length < 3) await pause(10);
    process.kill(stopped, 'SIGKILL');
    expect((await answered).filter((text) => text.startsWith('HTTP/1.1 200'))).toHaveLength(3);
    expect((await answered).filter((text) => text === '')).toHaveLength(1);
    expect(await two.terminate()).toBe(0);
  });

  test('does not start one again and again without a pause', async () => {
    const two = await start({ WORKERS: '2' });
    await workersOf(two, 2);
    const killed = new Set<number>();
    const until = Date.now() + 3_000;
    while (Date.now() < until) {
      // One that is gone already stays among them until it is waited for.
      for (const pid of (await childrenOf(two.pid)).filter(isAlive)) {
        if (!killed.has(pid)) process.kill(pid, 'SIGKILL');
        killed.add(pid);
      }
      await pause(10);
    }
    const ends = timesSaid('A worker ended by itself; another takes its place.');
    expect(ends).toBeGreaterThan(2);
    expect(ends).toBeLessThan(12);
  });

  test('has none left when the process that was started is killed', async () => {
    const two = await start({ WORKERS: '2' });
    const workers = await workersOf(two, 2);
    process.kill(two.pid, 'SIGKILL');
    const until = Date.now() + 5_000;
    while (workers.some(isAlive) && Date.now() < until) await pause(20);
    expect(workers.filter(isAlive)).toEqual([]);
  });
});

describe('a service that soon finds out who hangs', () => {
  test('kills and replaces a worker that does, and none that answers', async () => {
    const two = await start({ WORKERS: '2' }, 'impatient');
    const [hung = 0, sound = 0] = await workersOf(two, 2);
    process.kill(hung, 'SIGSTOP');
    const clients = Array.from({ length: 4 }, () => connectTo(two));
    // The one that is given to it waits no longer than it lives.
    const answers = await Promise.all(clients.map(({ answer }) => answer));
    expect(answers.filter((text) => text.startsWith('HTTP/1.1 200'))).toHaveLength(3);
    while (!written.includes(`"pid":${hung},"signal":"SIGKILL"`)) await pause(20);
    expect(written).toContain(`"pid":${hung},"msg":"${HUNG}"`);
    const [kept, made] = await workersOf(two, 2);
    expect(kept).toBe(sound);
    while (ticksOf(made ?? 0) < 20) await pause(20);
    await pause(LONGER_THAN_PATIENCE_MS);
    expect(timesSaid(HUNG)).toBe(1);
    expect(await workersOf(two, 2)).toEqual([kept, made]);
    expect(await two.terminate()).toBe(0);
  });

  test('kills nobody when all of it was paused for longer', async () => {
    const two = await start({ WORKERS: '2' }, 'impatient');
    const workers = await workersOf(two, 2);
    for (const pid of [two.pid, ...workers]) process.kill(pid, 'SIGSTOP');
    await pause(LONGER_THAN_PATIENCE_MS);
    for (const pid of [two.pid, ...workers]) process.kill(pid, 'SIGCONT');
    await pause(LONGER_THAN_PATIENCE_MS);
    expect(timesSaid(HUNG)).toBe(0);
    expect(await workersOf(two, 2)).toEqual(workers);
    expect(await two.terminate()).toBe(0);
  });

  test('leaves one that drains to the deadline', async () => {
    const settings = { SHUTDOWN_DRAIN_SECONDS: '1', SHUTDOWN_DEADLINE_SECONDS: '5' };
    const two = await start({ WORKERS: '2', ...settings }, 'impatient');
    process.kill((await workersOf(two, 2))[0] ?? 0, 'SIGSTOP');
    expect(await two.terminate()).toBe(1);
    expect(timesSaid('The deadline is over: what is still under way is cut off.')).toBe(1);
    expect(timesSaid(HUNG)).toBe(0);
  });
});

describe('a service that cannot start', () => {
  const port = 20_000 + (process.pid % 10_000);

  async function isListening(): Promise<boolean> {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  test.each([
    [{ DB_POOL_MAX: '1', LOG_LEVEL: 'loud' }, 78, /has 2 faults:\n {2}- DB_POOL_MAX: .*\n {2}- LOG_LEVEL: /],
    [
      { DATABASE_URL: 'postgresql://a@127.0.0.1:1/b' },
      1,
      /is PostgreSQL running, and are host and port right/,
    ],
  ])(
    'with %j ends with status %d and says what to do, and never listens',
    async (settings, status, words) => {
      let wasListening = false;
      let isOver = false;
      const watching = (async () => {
        for (; !isOver; await pause(20)) wasListening ||= await isListening();
      })();
      await expect(start({ WORKERS: '2', PORT: String(port), ...settings })).rejects.toThrow(
        `The service ended with status ${status}.`,
      );
      isOver = true;
      await watching;
      expect(wasListening).toBe(false);
      expect(written).toMatch(words);
      expect(written.match(new RegExp(words, 'g'))).toHaveLength(1);
    },
  );
});

describe('a service in memory', () => {
  test('ends when its worker does, rather than go on with nothing', async () => {
    installation = await newInstallation('memory');
    const one = await start({});
    const [worker = 0] = await workersOf(one, 1);
    process.kill(worker, 'SIGKILL');
    expect(await one.exitStatus()).toBe(1);
    expect(timesSaid('The worker ended by itself, and with it all that was kept in memory.')).toBe(1);
  });

  test('ends when its worker hangs, too', async () => {
    installation = await newInstallation('memory');
    const one = await start({}, 'impatient');
    process.kill((await workersOf(one, 1))[0] ?? 0, 'SIGSTOP');
    expect(await one.exitStatus()).toBe(1);
    expect(timesSaid(HUNG)).toBe(1);
    expect(timesSaid('The worker ended by itself, and with it all that was kept in memory.')).toBe(1);
  });
});
