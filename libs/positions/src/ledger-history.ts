import { eachItem, type HistoryEntry, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { LedgerEventRepository, type LedgerFilter } from './domain/ledger-event-repository.js';
import { toShownLedgerEvent } from './domain/ledger-event.js';

/** The ledger as it is sealed: every event of a scope, one after the other. */
@Injectable()
export class LedgerHistory {
  constructor(private readonly events: LedgerEventRepository) {}

  /** By `at` and id, strictly after and before the moments that are given. */
  async *within(scope: Scope, range: Pick<LedgerFilter, 'after' | 'before'>): AsyncGenerator<HistoryEntry> {
    for await (const event of eachItem(async (page) => this.events.list(scope, range, page))) {
      yield { at: event.at, document: toShownLedgerEvent(event) };
    }
  }
}
