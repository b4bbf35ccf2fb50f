import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { Institution } from './institution.js';

export abstract class InstitutionRepository {
  abstract insert(changes: Changes, institution: Institution): void;

  /** Guarded by the version before the one that `institution` carries. */
  abstract update(changes: Changes, institution: Institution): void;

  /** Makes the commit depend on the institution being as it was read. */
  abstract requireUnchanged(changes: Changes, institution: Institution): void;

  abstract find(scope: Scope, id: string): Promise<Institution | undefined>;

  /** By creation. */
  abstract list(scope: Scope, page: PageRequest): Promise<Page<Institution>>;
}
