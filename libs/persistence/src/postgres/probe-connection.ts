import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { QueryResult, QueryResultRow } from 'pg';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { isConnectionFault, isFull, NOT_IN_TIME } from './sqlstate.js';

/**
 * A connection of its own that is opened when it is needed, anew when it is lost, and now and then: a session that lasts
 * would not show that nobody is let in any more.
 */
export class ProbeConnection {
  private client: pg.Client | undefined;
  private opening: pg.Client | undefined;
  private renewAtMs = 0;
  private isClosed = false;

  /** @param patience the longest wait for an answer, with what opening takes, and how old a connection gets */
  constructor(
    private readonly options: pg.ClientConfig,
    private readonly patience: { readonly timeOutMs: number; readonly renewMs: number },
  ) {}

  /**
   * One query at a time.
   *
   * @throws the driver's error; {@link NOT_IN_TIME} when the time is over
   */
  async ask<Row extends QueryResultRow>(text: string): Promise<QueryResult<Row>> {
    const timer = new AbortController();
    const isOver = pause(this.patience.timeOutMs, undefined, { signal: timer.signal }).then(() => {
      throw new Error(NOT_IN_TIME);
    });
    try {
      return await Promise.race([this.tryTwice<Row>(text), isOver]);
    } catch (error) {
      this.drop();
      throw error;
    } finally {
      timer.abort();
      isOver.catch(() => undefined);
    }
  }

  /** What is asked next is asked on a new connection: the server behind the address may be another by then. */
  drop(): void {
    for (const client of [this.client, this.opening]) if (client !== undefined) cut(client);
    this.client = undefined;
  }

  /** What is asked next is asked on a new connection, if there can be one. */
  renew(): void {
    this.renewAtMs = 0;
  }

  close(): void {
    this.isClosed = true;
    this.drop();
  }

  /** A connection that was there before may have died with the last restart of the server; a new one has not. */
  private async tryTwice<Row extends QueryResultRow>(text: string): Promise<QueryResult<Row>> {
    const kept = this.client;
    try {
      return await (await this.open()).query<Row>(text);
    } catch (error) {
      if (kept === undefined || this.client !== kept || !isConnectionFault(error)) throw error;
      this.drop();
      return (await this.open()).query<Row>(text);
    }
  }

  private async open(): Promise<pg.Client> {
    const { client: kept } = this;
    if (kept !== undefined && performance.now() < this.renewAtMs) return kept;
    if (this.isClosed) throw new Error('The probe is closed.');
    const opened = await this.connect().catch((error: unknown) => {
      // Where there is no room for more, those who have connections go on with them.
      if (kept === undefined || !isFull(error)) throw error;
      return kept;
    });
    this.client = opened;
    this.renewAtMs = performance.now() + this.patience.renewMs;
    if (kept !== undefined && kept !== opened) cut(kept);
    return opened;
  }

  private async connect(): Promise<pg.Client> {
    const client = new LossTolerantClient(this.options);
    this.opening = client;
    try {
      await client.connect();
      return client;
    } finally {
      this.opening = undefined;
    }
  }
}

/** Without a farewell, which a network that is stalled would never let through. */
function cut(client: pg.Client): void {
  (client as unknown as { connection?: { stream: { destroy(): void } } }).connection?.stream.destroy();
}
