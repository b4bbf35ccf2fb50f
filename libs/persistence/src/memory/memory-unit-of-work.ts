import {
  Duplicate,
  ExpiredDecision,
  MAX_DECISION_AGE_MS,
  MissingReference,
  StaleVersion,
  StoreUnavailable,
  UnitOfWork,
  type Changes,
} from '#kernel';
import { keyText } from '../key-text.js';
import { collect, type Operation } from '../staged-changes.js';
import { commitOutcomeOf, UNOBSERVED, type StoreObserver } from '../store-observer.js';
import type { StoredRow, Table } from '../table.js';
import type { MemoryStore } from './memory-store.js';

/** Checks every guard, key and reference of a commit, then applies it: nothing can come in between. */
export class MemoryUnitOfWork extends UnitOfWork {
  constructor(
    private readonly store: MemoryStore,
    private readonly observer: StoreObserver = UNOBSERVED,
  ) {
    super();
  }

  override async commit(stage: (changes: Changes) => void, decidedAtMs: number = Date.now()): Promise<void> {
    try {
      this.apply(collect(stage), decidedAtMs);
    } catch (error) {
      this.observer.settled(commitOutcomeOf(error));
      throw error;
    }
    this.observer.settled('stored');
    return Promise.resolve();
  }

  private apply(operations: readonly Operation[], decidedAtMs: number): void {
    if (this.store.isHeld) throw new StoreUnavailable('The store is being taken over.');
    if (Date.now() - decidedAtMs > MAX_DECISION_AGE_MS) throw new ExpiredDecision();
    this.checkVersions(operations);
    const inserts = operations.filter((operation) => operation.kind === 'insert');
    this.checkKeys(inserts);
    this.checkReferences(inserts);
    for (const { kind, entity, row } of operations) {
      if (kind === 'insert') this.store.tableOf(entity).put(row);
      if (kind === 'update') this.store.tableOf(entity).update(row);
    }
  }

  private checkVersions(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.kind === 'insert') continue;
      const table = this.store.tableOf(operation.entity);
      const expected = operation.kind === 'update' ? Number(operation.row.version) - 1 : operation.version;
      if (table.rows.get(table.keyOf(operation.row))?.version !== expected) {
        throw new StaleVersion(table.table.name, String(operation.row.id));
      }
    }
  }

  private checkKeys(inserts: readonly Operation[]): void {
    const fresh = new Set<string>();
    for (const { entity, row } of inserts) {
      const memory = this.store.tableOf(entity);
      const { primaryKey, uniqueKeys } = memory.table;
      for (const key of [primaryKey, ...uniqueKeys]) {
        const text = keyText(row, key.properties);
        const taken =
          key === primaryKey ? memory.rows.has(text) : memory.taken.get(key.constraint)?.has(text);
        if (taken === true || fresh.has(key.constraint + text)) throw new Duplicate(key.constraint);
        fresh.add(key.constraint + text);
      }
    }
  }

  private checkReferences(inserts: readonly Operation[]): void {
    for (const { entity, row } of inserts) {
      for (const reference of this.store.tableOf(entity).table.references) {
        const values = reference.properties.map((property) => row[property]);
        if (values.includes(null)) continue;
        const target = this.store.schema.targetOf(reference);
        const key = Object.fromEntries(
          reference.targetProperties.map((property, index) => [property, values[index]]),
        );
        if (!this.exists(target, key, inserts)) throw new MissingReference(reference.constraint);
      }
    }
  }

  private exists(target: Table, key: StoredRow, inserts: readonly Operation[]): boolean {
    const memory = this.store.tableOf(target.entity);
    const text = memory.keyOf(key);
    if (memory.rows.has(text)) return true;
    return inserts.some(({ entity, row }) => entity === target.entity && memory.keyOf(row) === text);
  }
}
