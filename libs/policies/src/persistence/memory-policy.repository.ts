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
import { stageInsert, stageRequire, stageUpdate, type MemoryStore } from '#persistence';
import type { Policy, PolicyInForce } from '../domain/policy.js';
import { PolicyRepository } from '../domain/policy-repository.js';
import { InstitutionPolicyEntity } from './institution-policy.entity.js';
import { fromRow, fromRowInForce, POLICY_ORDER, toRow } from './policy.rows.js';

export class MemoryPolicyRepository extends PolicyRepository {
  constructor(private readonly store: MemoryStore) {
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
    if (narrowScope(scope, institutionId) === undefined) return Promise.resolve(undefined);
    const row = this.store.find(
      InstitutionPolicyEntity,
      (policy) => policy.institutionId === institutionId && policy.region === region,
    );
    return Promise.resolve(row && fromRow(row));
  }

  async listInForce(scope: Scope, institutionId: string, page: PageRequest): Promise<Page<PolicyInForce>> {
    if (narrowScope(scope, institutionId) === undefined) return Promise.resolve(emptyPage(page));
    const rows = this.store.page(
      InstitutionPolicyEntity,
      (policy) => policy.institutionId === institutionId && policy.config !== null,
      POLICY_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRowInForce));
  }
}
