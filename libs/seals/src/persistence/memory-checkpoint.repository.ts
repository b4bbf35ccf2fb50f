import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { isInScope, stageInsert, type MemoryStore } from '#persistence';
import type { Checkpoint } from '../domain/checkpoint.js';
import { CheckpointRepository } from '../domain/checkpoint-repository.js';
import { CheckpointEntity } from './checkpoint.entity.js';
import { CHECKPOINT_ORDER, fromRow, toRow } from './checkpoint.rows.js';

export class MemoryCheckpointRepository extends CheckpointRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  append(changes: Changes, checkpoint: Checkpoint): void {
    stageInsert(changes, CheckpointEntity, toRow(checkpoint));
  }

  async list(scope: Scope, page: PageRequest): Promise<Page<Checkpoint>> {
    const rows = this.store.page(CheckpointEntity, (row) => isInScope(row, scope), CHECKPOINT_ORDER, page);
    return Promise.resolve(mapPage(rows, fromRow));
  }

  async listInstitutions(scope: Scope): Promise<readonly string[]> {
    const rows = this.store.select(CheckpointEntity, (row) => isInScope(row, scope), CHECKPOINT_ORDER);
    return Promise.resolve([...new Set(rows.map(({ institutionId }) => institutionId))].sort());
  }
}
