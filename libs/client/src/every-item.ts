import type { Client } from './create-client.js';
import { unwrap, type Result } from './problem-error.js';
import type { paths } from './schema.js';

/** What a list answers. */
interface Page {
  readonly data: readonly unknown[];
  readonly page: { readonly nextCursor: string | null };
}

interface Listing {
  readonly parameters: { readonly query?: unknown; readonly path?: unknown };
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': Page } } };
}

/** The paths whose GET answers a page of a list and the cursor of the next. */
export type ListPath = {
  [Path in keyof paths]: paths[Path] extends { readonly get: Listing } ? Path : never;
}[keyof paths];

export type PageOf<Path extends ListPath> =
  paths[Path]['get']['responses'][200]['content']['application/json'];

export type ItemOf<Path extends ListPath> = PageOf<Path>['data'][number];

/** What to list. A `cursor` in the query begins where it points to. */
export type ListOptions<Path extends ListPath> = Pick<
  paths[Path]['get']['parameters'],
  Extract<keyof paths[Path]['get']['parameters'], 'query' | 'path'>
> & { readonly signal?: AbortSignal };

type OptionsIfAny<Path extends ListPath> =
  Record<never, never> extends ListOptions<Path> ? [ListOptions<Path>?] : [ListOptions<Path>];

/**
 * Every page of a list, each asked for when the one before was taken.
 *
 * @throws ProblemError when one is refused
 */
export async function* everyPage<Path extends ListPath>(
  client: Client,
  path: Path,
  ...[options]: OptionsIfAny<Path>
): AsyncGenerator<PageOf<Path>, void, undefined> {
  const {
    query,
    path: pathParameters,
    signal,
  } = (options ?? {}) as {
    readonly query?: object;
    readonly path?: object;
    readonly signal?: AbortSignal;
  };
  // That a path of some list takes these parameters and answers a page is what the types of this function say.
  const get = client.GET as unknown as (
    url: string,
    init: object,
  ) => Promise<Result & { data: PageOf<Path> }>;
  let cursor: string | null | undefined;
  do {
    const turned = cursor === undefined ? query : { ...query, cursor };
    const page = (await unwrap(
      get(path, { params: { path: pathParameters, query: turned }, signal }),
    )) as PageOf<Path>;
    yield page;
    cursor = page.page.nextCursor;
  } while (cursor !== null);
}

/**
 * Every row of a list, page by page.
 *
 * @throws ProblemError when a page is refused
 */
export async function* everyItem<Path extends ListPath>(
  client: Client,
  path: Path,
  ...options: OptionsIfAny<Path>
): AsyncGenerator<ItemOf<Path>, void, undefined> {
  for await (const { data } of everyPage(client, path, ...options)) yield* data as readonly ItemOf<Path>[];
}
