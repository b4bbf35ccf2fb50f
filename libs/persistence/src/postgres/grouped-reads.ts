import type { Pool } from 'pg';
import { UNOBSERVED, type StoreObserver } from '../store-observer.js';
import { observed } from './observed.js';
import type { NamedStatement } from './statements.js';
import { closeIdleAfter } from './pool.js';
import { isLostConnection, outcomeOf } from './sqlstate.js';

/** Everything a key can consist of; what holds other characters is the key of nothing and is not looked up. */
const KEY_PART = /^[\x21-\x7e]{1,255}$/;
const MAX_GROUP_KEYS = 256;

export type Key = readonly string[];

/** How things are found by their keys, many with one statement. */
export interface KeyedQuery<Found extends object> {
  /** Takes one text array for each part of the key, and one of whole keys where there are several. */
  readonly statement: NamedStatement;
  /** Makes of the rows, whose columns come in the order of the statement, what was found under each {@link keyName}. */
  collect(rows: readonly (readonly unknown[])[]): ReadonlyMap<string, Found>;
}

/** Stands between the parts of a key that is written in one text. No part holds it. */
export const BETWEEN_PARTS = ' ';

/** One text for a key, equal for equal keys only. */
export function keyName(key: readonly unknown[]): string {
  return JSON.stringify(key);
}

interface Waiting<Found> {
  readonly key: Key;
  readonly resolve: (found: Found | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** Look-ups by key: those that arrive while one is under way are answered by one query. */
export class GroupedReads<Found extends object> {
  private waiting: Waiting<Found>[] = [];
  private reading = false;

  constructor(
    private readonly pool: Pool,
    private readonly query: KeyedQuery<Found>,
    private readonly observer: StoreObserver = UNOBSERVED,
  ) {}

  async find(...key: Key): Promise<Found | undefined> {
    if (!key.every((part) => KEY_PART.test(part))) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Found | undefined>();
    this.waiting.push({ key, resolve, reject });
    if (!this.reading) void this.readAll();
    return promise;
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.waiting.length > 0) await this.answer(this.waiting.splice(0, MAX_GROUP_KEYS));
    this.reading = false;
  }

  private async answer(group: readonly Waiting<Found>[]): Promise<void> {
    try {
      const found = await observed(this.observer, 'point_read', async () => this.read(group));
      const given = new Set<Found>();
      for (const { key, resolve } of group) {
        const one = found.get(keyName(key));
        // Those who ask for the same thing at once must not see each other change it.
        resolve(one && given.has(one) ? structuredClone(one) : one);
        if (one) given.add(one);
      }
    } catch (error) {
      for (const { reject } of group) reject(outcomeOf(error));
    }
  }

  private async read(group: readonly Waiting<Found>[]): Promise<ReadonlyMap<string, Found>> {
    const keys = [...new Map(group.map(({ key }) => [keyName(key), key])).values()];
    const query = {
      ...this.query.statement,
      values: parametersOf(keys),
      rowMode: 'array' as const,
    };
    // A pooled connection may have died with the last restart of the server; a second one has not.
    const answer = await this.pool.query<unknown[]>(query).catch(async (error: unknown) => {
      closeIdleAfter(this.pool, error);
      if (!isLostConnection(error)) throw error;
      return this.pool.query<unknown[]>(query);
    });
    return this.query.collect(answer.rows);
  }
}

function parametersOf(keys: readonly Key[]): string[][] {
  const parts = keys[0]?.map((_, part) => keys.map((key) => key[part] ?? '')) ?? [];
  return parts.length > 1 ? [...parts, keys.map((key) => key.join(BETWEEN_PARTS))] : parts;
}
