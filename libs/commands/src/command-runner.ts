import { setTimeout as pause } from 'node:timers/promises';
import { AuditService, succeeded, type AuditEntry } from '#audit';
import {
  Clock,
  DomainError,
  Duplicate,
  ExpiredDecision,
  newId,
  StaleVersion,
  StoreUnavailable,
  UnitOfWork,
  type Changes,
  type Reply,
  type RequestContext,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { commandFaults } from './command-faults.js';
import { keyOwnerOf } from './domain/idempotency-record.js';
import { KeptReplies } from './kept-replies.js';
import { KeyedQueue } from './keyed-queue.js';

/** What a service decided: the result, how to write it, and what the audit trail says of it. */
export interface Decision<Result> {
  readonly result: Result;
  /** Stages the writes; runs once for every attempt to commit, and cannot await. */
  readonly stage: (changes: Changes) => void;
  /** One entry, or one for each thing that a bulk command makes. */
  readonly audit: AuditEntry | readonly AuditEntry[];
  /**
   * Told how an attempt to commit ended, to drop the cached facts that the decision changed, or rested on in vain. A
   * commit that failed may have been made all the same, when its answer was lost.
   */
  readonly concluded?: (isCommitted: boolean) => void;
}

interface CommandOptions {
  /** Commands of one key queue up in this process instead of meeting each other's versions at the commit. */
  readonly queueKey?: string;
  /** Whether the command makes so much that only a few of its kind may be under way at once. */
  readonly isBulk?: boolean;
}

/** While some are committed the next is decided; more would only hold memory. */
const MAX_BULK_COMMANDS = 3;
const MAX_WAITING_BULK_COMMANDS = 100;

const MAX_ATTEMPTS = 30;
const MAX_DECIDING_MS = 5_000;
const MAX_PAUSE_MS = 25;
const TOO_LATE = 'Commits come too late: they take too long, or the clock is behind that of the store.';

/** The one place that commits: a command's effect, its audit event and its kept answer, together or not at all. */
@Injectable()
export class CommandRunner {
  private readonly queue = new KeyedQueue();
  /** Apart from the queue above, in which those who wait here may have to wait as well. */
  private readonly equals = new KeyedQueue();
  private readonly bulk = pLimit(MAX_BULK_COMMANDS);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditService,
    private readonly kept: KeptReplies,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides, commits and answers. When what the decision was taken on has changed before the commit, everything
   * is read and decided anew. A request with a key that an equal one got in before is answered as that one was.
   *
   * @throws DomainError what `decide` refuses with; `command.conflict` when others kept getting in first;
   *   `idempotency.mismatch`
   * @throws StoreUnavailable also when too many bulk commands wait
   */
  async run<Result, Body>(
    request: RequestContext,
    decide: () => Promise<Decision<Result>>,
    toReply: (result: Result) => Reply<Body>,
    { queueKey, isBulk = false }: CommandOptions = {},
  ): Promise<Reply<Body>> {
    const task = async (): Promise<Reply<Body>> => this.decideUntilCommitted(request, decide, toReply);
    // Each tenant queues by itself: nobody waits, or can tell whether somebody waits, for another's command.
    const tenant = keyOwnerOf(request.principal);
    return this.afterEqual(request, tenant, async () => {
      if (isBulk) return this.runBulk(task);
      return queueKey === undefined ? task() : this.queue.run(`${tenant} ${queueKey}`, task);
    });
  }

  /**
   * Lets commands of one idempotency key follow each other. Each but the first would be refused at its commit, which it
   * shares with commands of others.
   */
  private async afterEqual<Body>(
    request: RequestContext,
    tenant: string,
    task: () => Promise<Reply<Body>>,
  ): Promise<Reply<Body>> {
    if (request.idempotencyKey === undefined) return task();
    const name = `${tenant} ${request.idempotencyKey.key}`;
    if (!this.equals.isBusy(name)) return this.equals.run(name, task);
    return this.equals.run(name, async () => {
      const kept = await this.kept.find(request);
      return kept === undefined ? task() : (kept as Reply<Body>);
    });
  }

  private async runBulk<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.bulk.pendingCount >= MAX_WAITING_BULK_COMMANDS) {
      throw new StoreUnavailable('Too many bulk commands are waiting.');
    }
    return this.bulk(task);
  }

  private async decideUntilCommitted<Result, Body>(
    request: RequestContext,
    decide: () => Promise<Decision<Result>>,
    toReply: (result: Result) => Reply<Body>,
  ): Promise<Reply<Body>> {
    // From its turn on: the wait in a queue is no reason to give up at the first conflict.
    let giveUpAtMs = performance.now() + MAX_DECIDING_MS;
    let hasExpired = false;
    for (let attempt = 1; ; attempt += 1) {
      const decidedAtMs = Date.now();
      try {
        const decision = await decide();
        const reply = toReply(decision.result);
        await this.commit(request, decision, reply, decidedAtMs);
        return reply;
      } catch (error) {
        // What refuses this command may be the effect of an equal one that was carried out meanwhile.
        const mayBeRepeated = error instanceof DomainError || error instanceof Duplicate;
        const kept = mayBeRepeated ? await this.kept.find(request) : undefined;
        if (kept !== undefined) return kept as Reply<Body>;
        if (error instanceof ExpiredDecision && !hasExpired) {
          hasExpired = true;
          giveUpAtMs = performance.now() + MAX_DECIDING_MS;
          continue;
        }
        if (error instanceof ExpiredDecision) throw new StoreUnavailable(TOO_LATE);
        if (!(error instanceof StaleVersion || error instanceof Duplicate)) throw error;
        if (attempt === MAX_ATTEMPTS || performance.now() > giveUpAtMs) {
          throw commandFaults['command.conflict'].because(
            'Other commands kept getting in first. Send it again.',
          );
        }
        await pause(Math.random() * Math.min(attempt, MAX_PAUSE_MS));
      }
    }
  }

  private async commit(
    request: RequestContext,
    decision: Decision<unknown>,
    reply: Reply,
    decidedAtMs: number,
  ): Promise<void> {
    const at = this.clock.now();
    try {
      await this.unitOfWork.commit((changes) => {
        this.kept.stage(changes, request, reply, at);
        decision.stage(changes);
        for (const entry of [decision.audit].flat()) {
          const made = { id: newId('aud'), at, statusCode: reply.status };
          this.audit.append(changes, succeeded(entry, request, made));
        }
      }, decidedAtMs);
    } catch (error) {
      decision.concluded?.(false);
      throw error;
    }
    decision.concluded?.(true);
  }
}
