import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { stageInsert, stageRequire, stageUpdate, type MemoryStore } from '#persistence';
import type { Institution } from '../domain/institution.js';
import { InstitutionRepository } from '../domain/institution-repository.js';
import { InstitutionEntity } from './institution.entity.js';
import { fromRow, INSTITUTION_ORDER, isSeenBy, toRow } from './institution.rows.js';

export class MemoryInstitutionRepository extends InstitutionRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, institution: Institution): void {
    stageInsert(changes, InstitutionEntity, toRow(institution));
  }

  update(changes: Changes, institution: Institution): void {
    stageUpdate(changes, InstitutionEntity, toRow(institution));
  }

  requireUnchanged(changes: Changes, { id, version }: Institution): void {
    stageRequire(changes, InstitutionEntity, { id }, version);
  }

  async find(scope: Scope, id: string): Promise<Institution | undefined> {
    const row = this.store.findById(InstitutionEntity, id);
    return Promise.resolve(row && isSeenBy(scope, row.id) ? fromRow(row) : undefined);
  }

  async list(scope: Scope, page: PageRequest): Promise<Page<Institution>> {
    const rows = this.store.page(
      InstitutionEntity,
      (row) => isSeenBy(scope, row.id),
      INSTITUTION_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }
}
