import { AuditService } from '#audit';
import { institutionScope } from '#kernel';
import { LedgerHistory } from '#positions';
import { Injectable } from '@nestjs/common';
import { toSealedEvent, type SealedEvent, type SealedEvents, type SealedRange } from './domain/checkpoint.js';

/** How many events of each kind to read at most. */
export interface MostEvents {
  readonly ledgerEvents: number;
  readonly auditEvents: number;
}

type Range = Parameters<LedgerHistory['within']>[1];

/** Reads the history of an institution as it is sealed. */
@Injectable()
export class SealedEventsReader {
  constructor(
    private readonly ledger: LedgerHistory,
    private readonly audit: AuditService,
  ) {}

  /** The first events of a range. A moment is of whole milliseconds. */
  async read(institutionId: string, { after, until }: SealedRange, most: MostEvents): Promise<SealedEvents> {
    const scope = institutionScope(institutionId);
    const range: Range = { after: after ?? undefined, before: new Date(until.getTime() + 1) };
    return {
      ledgerEvents: await firstOf(this.ledger.within(scope, range), most.ledgerEvents),
      auditEvents: await firstOf(this.audit.within(scope, range), most.auditEvents),
    };
  }
}

async function firstOf(history: ReturnType<LedgerHistory['within']>, most: number): Promise<SealedEvent[]> {
  const events: SealedEvent[] = [];
  for await (const { at, document } of history) {
    if (events.length === most) break;
    events.push(toSealedEvent(at, document));
  }
  return events;
}
