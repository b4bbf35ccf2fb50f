import {
  emptyPage,
  mapPage,
  narrowScope,
  type Changes,
  type Page,
  type PageRequest,
  type Region,
  type Scope,
} from '#kernel';
import { LISTED, stageInsert, stageRequire, stageUpdate, whereEqual, type PostgresStore } from '#persistence';
import type { Policy, PolicyInForce } from '../domain/policy.js';
import { PolicyRepository } from '../domain/policy-repository.js';
import { InstitutionPolicyEntity } from './institution-policy.entity.js';
import { fromRow, fromRowInForce, POLICY_ORDER, toRow } from './policy.rows.js';

export class PostgresPolicyRepository extends PolicyRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, policy: Policy): void {
    stageInsert(changes, InstitutionPolicyEntity, toRow(policy));
  }

  update(changes: Changes, policy: Policy): void {
    stageUpdate(changes, InstitutionPolicyEntity, toRow(policy));
  }

  requireUnchanged(changes: Changes, { id, institutionId, version }: Policy): void {
    stageRequire(changes, InstitutionPolicyEntity, { id, institutionId }, version);
  }

  async find(scope: Scope, institutionId: string, region: Region): Promise<Policy | undefined> {
    if (narrowScope(scope, institutionId) === undefined) return undefined;
    const row = await this.store.findByKey(InstitutionPolicyEntity, { institutionId, region });
    return row && fromRow(row);
  }

  async listInForce(scope: Scope, institutionId: string, page: PageRequest): Promise<Page<PolicyInForce>> {
    const narrowed = narrowScope(scope, institutionId);
    if (narrowed === undefined) return emptyPage(page);
    const rows = await this.store.page(
      InstitutionPolicyEntity,
      narrowed,
      (query) => {
        whereEqual(query, { institutionId });
        query.andWhere(`${LISTED}.config IS NOT NULL`);
      },
      POLICY_ORDER,
      page,
    );
    return mapPage(rows, fromRowInForce);
  }
}
