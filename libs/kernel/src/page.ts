/** How a list is cut. `after` holds the sort values of the last row already seen. */
export interface PageRequest {
  /** Rows on the page, 1 to 200. */
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: Cursor;
  /** Whether to count all rows of the list. */
  readonly withTotal?: boolean;
}

/** The sort values of one row, in sort order; times as RFC 3339 text. */
export type Cursor = readonly (string | number)[];

/** A page of rows; `next` is absent on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: Cursor;
  /** All rows of the list, before the page and after it; only where the request asks for it. */
  readonly total?: number;
}

export function mapPage<From, To>(page: Page<From>, convert: (item: From) => To): Page<To> {
  return { ...page, items: page.items.map(convert) };
}

/** The only page of a list without rows. */
export function emptyPage({ withTotal = false }: PageRequest): Page<never> {
  return { items: [], ...(withTotal ? { total: 0 } : {}) };
}

/** Rows that a listing reads at a time for who wants all of them. */
const ROWS_AT_A_TIME = 1_000;

/** Every item of a list, oldest first, whatever its length. */
export async function* eachItem<Item>(
  list: (page: PageRequest) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let after: Cursor | undefined;
  do {
    const page = await list({ limit: ROWS_AT_A_TIME, order: 'asc', ...(after && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
