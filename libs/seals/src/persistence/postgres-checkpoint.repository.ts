import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { LISTED, stageInsert, whereEqual, type PostgresStore } from '#persistence';
import type { Checkpoint } from '../domain/checkpoint.js';
import { CheckpointRepository } from '../domain/checkpoint-repository.js';
import { CheckpointEntity } from './checkpoint.entity.js';
import { CHECKPOINT_ORDER, fromRow, toRow } from './checkpoint.rows.js';

export class PostgresCheckpointRepository extends CheckpointRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  append(changes: Changes, checkpoint: Checkpoint): void {
    stageInsert(changes, CheckpointEntity, toRow(checkpoint));
  }

  async list(scope: Scope, page: PageRequest): Promise<Page<Checkpoint>> {
    const rows = await this.store.page(CheckpointEntity, scope, () => undefined, CHECKPOINT_ORDER, page);
    return mapPage(rows, fromRow);
  }

  async listInstitutions(scope: Scope): Promise<readonly string[]> {
    const rows = await this.store.read(CheckpointEntity, async (repository) => {
      const query = repository.createQueryBuilder(LISTED).select(`${LISTED}.institutionId`, 'institutionId');
      if (scope.kind === 'institution') whereEqual(query, { institutionId: scope.institutionId });
      return query.distinct().orderBy(`${LISTED}.institutionId`).getRawMany<{ institutionId: string }>();
    });
    return rows.map(({ institutionId }) => institutionId);
  }
}
