import { randomUUID } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Tenant } from './tenant.js';

const WAIT_FOR_ROOM_MS = 20;
/** Between an answer and the next request: now and then a connection is idle, as it is with clients that think. */
const LONGEST_PAUSE_MS = 20;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface LoadOptions {
  readonly clients?: number;
  /** Where the next request goes; undefined: nowhere for now. A connection is kept to where it leads. */
  readonly target: () => string | undefined;
  /** Whether a client has sent its last request when it is told that its connection ends. */
  readonly endsWithConnection?: boolean;
  /** Whether an answer other than 201 is one that such a load may get. */
  readonly mayBe?: (status: number, headers: IncomingHttpHeaders) => boolean;
}

/** Clients that create positions one after the other, each by a key of its own, over a connection that it keeps. */
export class KeepAliveLoad {
  /** Ids of positions whose creation was acknowledged. */
  readonly acknowledged: string[] = [];
  /** Requests without an answer, and answers that are no success. */
  readonly failures: string[] = [];
  /** Answers that were allowed though they are no success. */
  refused = 0;
  private isOver = false;
  private readonly ended: Promise<unknown>;

  constructor(
    private readonly tenant: Pick<Tenant, 'adminKey' | 'assetId'>,
    private readonly options: LoadOptions,
  ) {
    this.ended = Promise.all(Array.from({ length: options.clients ?? 24 }, async () => this.act()));
  }

  /** Resolves when so many more creations were acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged.length + count;
    while (this.acknowledged.length < enough && this.failures.length === 0) await pause(5);
  }

  /** Lets every client end with its next answer. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.ended;
  }

  /** Resolves when every client has ended by itself. */
  async end(): Promise<void> {
    await this.ended;
  }

  private async act(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      while (!this.isOver) {
        const target = this.options.target();
        if (target === undefined) await pause(WAIT_FOR_ROOM_MS);
        else if (!(await this.create(target, agent))) return;
        await pause(Math.random() * LONGEST_PAUSE_MS);
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.failures.push(code ?? message);
    } finally {
      agent.destroy();
    }
  }

  private async create(target: string, agent: Agent): Promise<boolean> {
    const { status, headers, text } = await this.send(target, agent);
    if (status === 201) this.acknowledged.push((JSON.parse(text) as { id: string }).id);
    else if (this.options.mayBe?.(status, headers) === true) this.refused += 1;
    else this.failures.push(`${status} ${text}`);
    return !(this.options.endsWithConnection === true && headers.connection === 'close');
  }

  private async send(target: string, agent: Agent): Promise<Reply> {
    const body = JSON.stringify({
      assetId: this.tenant.assetId,
      holderReference: 'constant',
      currency: 'USD',
      amount: '1.00',
    });
    const headers = {
      'x-api-key': this.tenant.adminKey,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${target}/v1/positions`, { method: 'POST', agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}
