import { newId } from '#kernel';
import type { Institution } from './domain/institution.js';
import { InstitutionRepository } from './domain/institution-repository.js';
import { MemoryInstitutionRepository } from './persistence/memory-institution.repository.js';
import { PostgresInstitutionRepository } from './persistence/postgres-institution.repository.js';

export { InstitutionEntity } from './persistence/institution.entity.js';

/** Lets the suites of other rooms store the institutions that their rows belong to. */
export const institutionBinding = {
  port: InstitutionRepository,
  postgres: PostgresInstitutionRepository,
  memory: MemoryInstitutionRepository,
};

export function anInstitution(overrides: Partial<Institution> = {}): Institution {
  const at = new Date('2026-01-01T00:00:00.000Z');
  return {
    id: newId('inst'),
    name: 'Northern Escrow',
    regions: ['US', 'EU_UK'],
    verticals: ['CONSTRUCTION', 'TRADE_FINANCE'],
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}
