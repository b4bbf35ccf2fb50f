import type { Decision } from '#commands';
import {
  Clock,
  newId,
  PLATFORM_SCOPE,
  requirePrecondition,
  type Changes,
  type Page,
  type PageRequest,
  type Precondition,
  type Scope,
  institutionFaults,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import {
  foundInstitution,
  patchInstitution,
  type Institution,
  type InstitutionPatch,
  type NewInstitution,
} from './domain/institution.js';
import { InstitutionRepository } from './domain/institution-repository.js';
import { FoundingSteps } from './founding-steps.js';

@Injectable()
export class InstitutionsService {
  constructor(
    private readonly institutions: InstitutionRepository,
    private readonly founding: FoundingSteps,
    private readonly clock: Clock,
  ) {}

  found(input: NewInstitution): Decision<Institution> {
    const institution = foundInstitution(input, { id: newId('inst'), at: this.clock.now() });
    return {
      result: institution,
      stage: (changes) => {
        this.institutions.insert(changes, institution);
        this.founding.stage(changes, institution);
      },
      audit: auditOf('INSTITUTION_CREATED', institution),
    };
  }

  async patch(
    id: string,
    patch: InstitutionPatch,
    precondition: Precondition,
  ): Promise<Decision<Institution>> {
    const institution = await this.require(PLATFORM_SCOPE, id);
    requirePrecondition(precondition, institution.version);
    const patched = patchInstitution(institution, patch, this.clock.now());
    return {
      result: patched,
      stage: (changes) => this.institutions.update(changes, patched),
      audit: auditOf('INSTITUTION_UPDATED', patched),
    };
  }

  /** @throws DomainError `institution.unknown`, alike for one outside the scope and one that does not exist */
  async require(scope: Scope, id: string): Promise<Institution> {
    const institution = await this.institutions.find(scope, id);
    if (institution === undefined)
      throw institutionFaults['institution.unknown'].because('There is no such institution.');
    return institution;
  }

  /** The institution that a request body names. @throws DomainError `institution.unknown` at `/institutionId` */
  async requireNamed(scope: Scope, id: string): Promise<Institution> {
    const institution = await this.institutions.find(scope, id);
    if (institution !== undefined) return institution;
    throw institutionFaults['institution.unknown'].at('/institutionId', 'There is no such institution.');
  }

  /** Makes a commit depend on the institution being as it was read. */
  requireUnchanged(changes: Changes, institution: Institution): void {
    this.institutions.requireUnchanged(changes, institution);
  }

  async list(scope: Scope, page: PageRequest): Promise<Page<Institution>> {
    return this.institutions.list(scope, page);
  }
}

function auditOf(
  action: 'INSTITUTION_CREATED' | 'INSTITUTION_UPDATED',
  institution: Institution,
): Decision<Institution>['audit'] {
  return {
    action,
    institutionId: institution.id,
    resourceType: 'institution',
    resourceId: institution.id,
    payload: { version: institution.version },
  };
}
