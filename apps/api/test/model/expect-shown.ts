import type { Json } from '../support/client.js';
import type { InstitutionModel } from './institution-model.js';
import type { Institutions } from './side-by-side.js';

/** Everything that can have changed is shown as the model has it, and nothing else is shown. */
export async function expectShown(model: InstitutionModel, institutions: Institutions): Promise<void> {
  const lists: [path: string, rows: Json[]][] = [
    ['/v1/positions', model.listed()],
    ['/v1/ledger-events', model.listedLedger()],
    ['/v1/institutions/inst#1/policies', model.listedPolicies()],
  ];
  await Promise.all(
    lists.map(async ([path, rows]) => expectPages(institutions, `${path}?limit=200`, 200, rows)),
  );
}

/** A list shows just these rows, page by page. */
export async function expectPages(
  institutions: Institutions,
  path: string,
  limit: number,
  rows: readonly Json[],
): Promise<void> {
  let from = 0;
  let cursor: string | undefined;
  do {
    const nextCursor = from + limit < rows.length ? institutions.nextCursorName() : null;
    const body = { data: rows.slice(from, from + limit), page: { limit, nextCursor } };
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    await institutions.check({ method: 'GET', path: path + query }, { status: 200, body });
    from += limit;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
