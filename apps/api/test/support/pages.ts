import type { Client, Json } from './client.js';
import { done } from './tenant.js';

/** Every page of a list, as its cursors lead from one to the next. */
export async function readPages(client: Client, path: string): Promise<Json[][]> {
  const pages: Json[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
    const { data, page } = done(await client.get(path + query));
    pages.push(data);
    cursor = page.nextCursor;
  }
  return pages;
}

/** Every row of a list, page by page. */
export async function readRows(client: Client, path: string): Promise<Json[]> {
  return (await readPages(client, path)).flat();
}
