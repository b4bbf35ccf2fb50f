import type { Changes } from '#kernel';
import type { EntityClass, StoredRow } from './table.js';

/** One staged write. The rows are in the shape of their entity. */
export type Operation =
  | { readonly kind: 'insert'; readonly entity: EntityClass; readonly row: StoredRow }
  /** `row.version` is the version after the update; the stored row must have the one before it. */
  | { readonly kind: 'update'; readonly entity: EntityClass; readonly row: StoredRow }
  /** `row` needs only the key; `version` is the one that the decision saw. */
  | {
      readonly kind: 'require';
      readonly entity: EntityClass;
      readonly row: StoredRow;
      readonly version: number;
    };

class StagedChanges {
  readonly operations: Operation[] = [];
  private open = true;

  add(operation: Operation): void {
    if (!this.open) throw new Error('A write was staged after its commit had been handed over.');
    this.operations.push(operation);
  }

  close(): readonly Operation[] {
    this.open = false;
    return this.operations;
  }
}

/** Runs a stage function and returns what it staged, closed to further writes. */
export function collect(stage: (changes: Changes) => void): readonly Operation[] {
  const staged = new StagedChanges();
  stage(staged as unknown as Changes);
  return staged.close();
}

/** Stages a new row. */
export function stageInsert<Row extends object>(changes: Changes, entity: EntityClass<Row>, row: Row): void {
  stagedOf(changes).add({ kind: 'insert', entity, row: { ...row } as StoredRow });
}

/** Stages a changed row, complete, with its new version: the stored row must still have the version before. */
export function stageUpdate<Row extends { version: number }>(
  changes: Changes,
  entity: EntityClass<Row>,
  row: Row,
): void {
  stagedOf(changes).add({ kind: 'update', entity, row: { ...row } });
}

/** Stages the condition that a row, which is not written, still has the given version. */
export function stageRequire<Row extends { version: number }>(
  changes: Changes,
  entity: EntityClass<Row>,
  key: Partial<Row>,
  version: number,
): void {
  stagedOf(changes).add({ kind: 'require', entity, row: { ...key }, version });
}

function stagedOf(changes: Changes): StagedChanges {
  if (changes instanceof StagedChanges) return changes;
  throw new Error('Changes come from UnitOfWork.commit only.');
}
