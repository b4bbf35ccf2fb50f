import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

const FIRST_LOOK_MS = 300;
const LOOK_INTERVAL_MS = 1_000;

/** Who keeps a session waiting. */
export interface Blocker {
  /** What the lock is on; undefined where it is on no table. */
  readonly relation: string | undefined;
  readonly processId: number;
  readonly application: string | undefined;
  /** How long its transaction has lasted; undefined where the user may not see it. */
  readonly seconds: number | undefined;
}

/** Looks, while a session works, for who keeps it waiting; on a connection of its own, opened when work takes long. */
export class LockWatch {
  private client: Promise<Client> | undefined;

  constructor(
    private readonly open: () => Promise<Client>,
    private readonly processId: number,
    private readonly tell: (blocker: Blocker) => void,
  ) {}

  /** Does the work, and tells meanwhile who is in its way. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    const ended = new AbortController();
    const watching = this.look(ended.signal);
    try {
      return await work;
    } finally {
      ended.abort();
      await watching;
    }
  }

  async close(): Promise<undefined> {
    const { client } = this;
    this.client = undefined;
    await client?.then((open) => open.end()).catch(() => undefined);
  }

  private async look(ended: AbortSignal): Promise<void> {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = LOOK_INTERVAL_MS) {
      await sleep(waitMs, undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted) return;
      // The work goes on whether or not it can be told what it waits for.
      const blocker = await this.blocker().catch(() => this.close());
      if (blocker !== undefined && !ended.aborted) this.tell(blocker);
    }
  }

  private async blocker(): Promise<Blocker | undefined> {
    this.client ??= this.open();
    const { rows } = await (
      await this.client
    ).query<{ pid: number; application: string | null; seconds: number | null; relation: string | null }>(
      `SELECT pid, nullif(application_name, '') AS application,
         extract(epoch FROM clock_timestamp() - xact_start)::integer AS seconds,
         (SELECT relation::regclass::text FROM pg_locks
          WHERE pid = $1 AND NOT granted AND relation IS NOT NULL LIMIT 1) AS relation
       FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start LIMIT 1`,
      [this.processId],
    );
    const [row] = rows;
    return (
      row && {
        relation: row.relation ?? undefined,
        processId: row.pid,
        application: row.application ?? undefined,
        seconds: row.seconds ?? undefined,
      }
    );
  }
}
