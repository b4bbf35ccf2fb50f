import { until } from '#testing';
import type { Client, Json } from './client.js';
import { readRows } from './pages.js';

/** The refusals on record that a client is shown, oldest first, once they are as many as they must at least be. */
export async function recordedRefusals(client: Client, count: number, filter = ''): Promise<Json[]> {
  return until(async () => {
    const rows = await readRows(client, `/v1/audit-events?outcome=REFUSED&limit=200${filter}`);
    return rows.length >= count && rows;
  }, `${count} refusals are on record.`);
}
