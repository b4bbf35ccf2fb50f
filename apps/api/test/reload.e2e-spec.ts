import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openEmptyDatabase } from '#testing';
import { KeepAliveLoad } from './support/keep-alive-load.js';
import { childrenOf } from './support/processes.js';
import { readAll } from './support/records.js';
import { ReloadedService } from './support/reloaded-service.js';
import { foundTenant } from './support/tenant.js';

const NEW_ROOT_KEY = 'n'.repeat(40);
const DONE = 'New workers serve on the settings read again.';
const AT_FAULT = 'The settings that were read again are at fault; the old workers go on.';
const NOT_STARTED = 'The new workers could not start; the old ones go on.';

let service: ReloadedService;

afterEach(() => service.close());

describe('a service on PostgreSQL that is told by SIGHUP to read its settings again', () => {
  beforeEach(async () => {
    service = await ReloadedService.start('postgres');
  });

  test('serves on them by new workers, and fails no request of clients that never pause', async () => {
    const load = new KeepAliveLoad(await foundTenant(service.process), { target: () => service.process.url });
    await load.more(100);
    const [first] = await service.workers(1);
    await service.reload(`WORKERS=2\nDB_POOL_MAX=3\nROOT_API_KEY=${NEW_ROOT_KEY}\n`, DONE);
    await load.more(100);
    const second = await service.workers(2);
    expect(second).not.toContain(first);
    expect(await service.takesRootKey(NEW_ROOT_KEY)).toBe(true);
    expect(await service.takesRootKey(service.installation.rootKey)).toBe(false);
    await service.reload('LOG_LEVEL=info', DONE);
    await load.more(100);
    expect(second).not.toContain((await service.workers(1))[0]);
    expect(await service.takesRootKey(service.installation.rootKey)).toBe(true);
    await load.more(100);
    await load.stop();
    expect(load.failures).toEqual([]);
    const stored = await readAll(service.process, '/v1/positions');
    expect(stored.map(({ id }) => id).sort()).toEqual(load.acknowledged.sort());
    expect(await service.process.terminate()).toBe(0);
  }, 60_000);

  test('asked many times at once, changes workers one set after the other, to the last settings', async () => {
    const load = new KeepAliveLoad(await foundTenant(service.process), {
      target: () => service.process.url,
      clients: 8,
    });
    await load.more(20);
    for (let number = 1; number <= 10; number += 1) {
      await service.write(`ROOT_API_KEY=${NEW_ROOT_KEY}-${number}`);
      service.process.signal('SIGHUP');
      await pause(20);
    }
    while (!(await service.takesRootKey(`${NEW_ROOT_KEY}-10`))) {
      expect((await childrenOf(service.process.pid)).length).toBeLessThanOrEqual(2);
      await pause(50);
    }
    await load.stop();
    await service.workers(1);
    expect(load.failures).toEqual([]);
    expect(service.timesSaid(DONE)).toBeLessThan(10);
  }, 60_000);

  test('logs every fault that they have, and the old worker goes on', async () => {
    const before = await service.workers(1);
    const faulty = `ROOT_API_KEY=hunter2 2\nPROT=1\nWORKERS=many\nDATABASE_URL=\nhunter2`;
    await service.reload(
      faulty,
      'DATABASE_URL: is required when STORE_BACKEND is postgres (or set PGHOST and PGDATABASE)',
    );
    expect(service.timesSaid(AT_FAULT)).toBe(1);
    const faults = ['CONFIG_FILE: PROT is no setting', 'WORKERS: must be a whole number from 1 to 256'];
    for (const fault of faults) expect(service.timesSaid(fault)).toBe(1);
    expect(service.written).toMatch(/"msg":"CONFIG_FILE: line 5 is no KEY=value/);
    expect(service.written).toMatch(/"msg":"ROOT_API_KEY: must be visible ASCII/);
    expect(service.written).not.toContain('hunter2');
    await rm(service.file);
    service.process.signal('SIGHUP');
    while (service.timesSaid(`CONFIG_FILE: the file ${service.file} cannot be read`) === 0) await pause(20);
    await service.write('');
    expect(await service.workers(1)).toEqual(before);
    expect(await service.takesRootKey(service.installation.rootKey)).toBe(true);
  });

  test('refuses another address to listen on, and to go on in memory', async () => {
    const before = await service.workers(1);
    const address =
      'HOST and PORT cannot change while the service runs: stop and start it. The old workers go on.';
    await service.reload('PORT=4123', address);
    await service.reload('HOST=0.0.0.0', address);
    await service.reload(
      'STORE_BACKEND=memory\nDATABASE_URL=',
      'A service on PostgreSQL cannot go on in memory, where it would begin with nothing. The old workers go on.',
    );
    expect(await service.workers(1)).toEqual(before);
    expect(await service.takesRootKey(service.installation.rootKey)).toBe(true);
  });

  test('goes on as it was where the new database is not there, or is not ready', async () => {
    const before = await service.workers(1);
    await service.reload('DATABASE_URL=postgresql://app@127.0.0.1:1/escrow', NOT_STARTED);
    expect(service.written).toContain('is PostgreSQL running, and are host and port right?');
    const empty = await openEmptyDatabase();
    try {
      await service.reload(`DATABASE_URL=${empty.ownerUrl}`, NOT_STARTED);
    } finally {
      await empty.close();
    }
    expect(service.written).toContain('The new workers did not become ready: ');
    expect(await service.workers(1)).toEqual(before);
    expect(await service.takesRootKey(service.installation.rootKey)).toBe(true);
    expect(await service.process.terminate()).toBe(0);
  }, 60_000);

  test('and to stop meanwhile, ends with all its workers in good order', async () => {
    await service.write('WORKERS=2');
    service.process.signal('SIGHUP');
    const { length } = await childrenOf(service.process.pid);
    while ((await childrenOf(service.process.pid)).length === length) await pause(10);
    expect(await service.process.terminate()).toBe(0);
  });
});

describe('a service in memory that is told by SIGHUP to read its settings again', () => {
  beforeEach(async () => {
    service = await ReloadedService.start('memory');
  });

  test('refuses what would lose everything, and goes on', async () => {
    const { id } = await foundTenant(service.process);
    const before = await service.workers(1);
    await service.reload(
      'LOG_LEVEL=info',
      'Settings are not read again on memory, since new workers would begin with nothing. The old worker goes on.',
    );
    expect(await service.workers(1)).toEqual(before);
    expect((await service.process.root.get(`/v1/institutions/${id}`)).status).toBe(200);
  });
});
