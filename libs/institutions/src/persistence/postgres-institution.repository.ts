import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { stageInsert, stageRequire, stageUpdate, whereEqual, type PostgresStore } from '#persistence';
import type { Institution } from '../domain/institution.js';
import { InstitutionRepository } from '../domain/institution-repository.js';
import { InstitutionEntity } from './institution.entity.js';
import { fromRow, INSTITUTION_ORDER, isSeenBy, toRow } from './institution.rows.js';

export class PostgresInstitutionRepository extends InstitutionRepository {
  constructor(private readonly store: PostgresStore) {
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
    if (!isSeenBy(scope, id)) return undefined;
    const row = await this.store.findById(InstitutionEntity, id);
    return row && fromRow(row);
  }

  async list(scope: Scope, page: PageRequest): Promise<Page<Institution>> {
    const rows = await this.store.page(
      InstitutionEntity,
      scope,
      (query) => {
        if (scope.kind === 'institution') whereEqual(query, { id: scope.institutionId });
      },
      INSTITUTION_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }
}
