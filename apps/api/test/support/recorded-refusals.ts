import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Json } from './client.js';
import { readRows } from './pages.js';

/** More than a refusal waits until it is stored, under whatever load. */
const MAX_WAIT_MS = 20_000;

/** The refusals on record that a client is shown, oldest first, once they are as many as they must at least be. */
export async function recordedRefusals(client: Client, count: number, filter = ''): Promise<Json[]> {
  const giveUpAtMs = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const rows = await readRows(client, `/v1/audit-events?outcome=REFUSED&limit=200${filter}`);
    if (rows.length >= count) return rows;
    if (performance.now() > giveUpAtMs) throw new Error(`Only ${rows.length} refusals are on record.`);
    await pause(20);
  }
}
