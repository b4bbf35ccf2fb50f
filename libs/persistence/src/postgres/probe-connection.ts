import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { QueryResult, QueryResultRow } from 'pg';
import { LossTolerantClient } from './loss-tolerant-client.js';
import { isConnectionFault, NOT_IN_TIME } from './sqlstate.js';

/** A connection of its own that is opened when it is needed, and anew when it is lost. */
export class ProbeConnection {
  private client: pg.Client | undefined;
  private isClosed = false;

  /** @param timeOutMs the longest wait for an answer, with what opening takes */
  constructor(
    private readonly options: pg.ClientConfig,
    private readonly timeOutMs: number,
  ) {}

  /**
   * One query at a time.
   *
   * @throws the driver's error; {@link NOT_IN_TIME} when the time is over
   */
  async ask<Row extends QueryResultRow>(text: string): Promise<QueryResult<Row>> {
    const timer = new AbortController();
    const isOver = pause(this.timeOutMs, undefined, { signal: timer.signal }).then(() => {
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
    const { client } = this;
    this.client = undefined;
    // Without a farewell, which a network that is stalled would never let through.
    (
      client as unknown as { connection?: { stream: { destroy(): void } } } | undefined
    )?.connection?.stream.destroy();
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
    if (this.client !== undefined) return this.client;
    if (this.isClosed) throw new Error('The probe is closed.');
    const client = new LossTolerantClient(this.options);
    this.client = client;
    await client.connect();
    return client;
  }
}
