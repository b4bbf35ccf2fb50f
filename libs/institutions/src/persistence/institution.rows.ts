import type { Region, Scope, Vertical } from '#kernel';
import type { Institution } from '../domain/institution.js';
import type { InstitutionEntity } from './institution.entity.js';

export const INSTITUTION_ORDER = ['createdAt', 'id'] as const;

export function toRow(institution: Institution): InstitutionEntity {
  return { ...institution, regions: [...institution.regions], verticals: [...institution.verticals] };
}

export function fromRow(row: InstitutionEntity): Institution {
  return { ...row, regions: row.regions as Region[], verticals: row.verticals as Vertical[] };
}

/** An institution is the tenant itself: its own id is what a scope is about. */
export function isSeenBy(scope: Scope, id: string): boolean {
  return scope.kind === 'platform' || scope.institutionId === id;
}
