import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { Checkpoint } from './checkpoint.js';

/** Where a scope is asked for, it is that of one institution, or of the platform's own history as one. */
export abstract class CheckpointRepository {
  abstract append(changes: Changes, checkpoint: Checkpoint): void;

  /** By number. */
  abstract list(scope: Scope, page: PageRequest): Promise<Page<Checkpoint>>;

  /** Whose history has been sealed at least once, of whatever scope, sorted. */
  abstract listInstitutions(scope: Scope): Promise<readonly string[]>;
}
