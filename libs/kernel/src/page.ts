/** How a list is cut. `after` holds the sort values of the last row already seen. */
export interface PageRequest {
  /** Rows on the page, 1 to 200. */
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: Cursor;
}

/** The sort values of one row, in sort order; times as RFC 3339 text. */
export type Cursor = readonly (string | number)[];

/** A page of rows; `next` is absent on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: Cursor;
}

export function mapPage<From, To>(page: Page<From>, convert: (item: From) => To): Page<To> {
  return { items: page.items.map(convert), next: page.next };
}
