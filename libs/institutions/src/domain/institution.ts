import { VERTICALS, type Region, type Vertical } from '#kernel';

/** The tenant: a bank, a fund or an escrow agent. */
export interface Institution {
  readonly id: string;
  readonly name: string;
  readonly regions: readonly Region[];
  readonly verticals: readonly Vertical[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewInstitution {
  readonly name: string;
  readonly regions: readonly Region[];
  /** All, when left out. */
  readonly verticals?: readonly Vertical[];
}

export type InstitutionPatch = Partial<NewInstitution>;

export function foundInstitution(input: NewInstitution, made: { id: string; at: Date }): Institution {
  return {
    id: made.id,
    name: input.name,
    regions: input.regions,
    verticals: input.verticals ?? VERTICALS,
    version: 1,
    createdAt: made.at,
    updatedAt: made.at,
  };
}

/** Removing a region or a vertical stops new templates only; what exists goes on. */
export function patchInstitution(institution: Institution, patch: InstitutionPatch, at: Date): Institution {
  return {
    ...institution,
    name: patch.name ?? institution.name,
    regions: patch.regions ?? institution.regions,
    verticals: patch.verticals ?? institution.verticals,
    version: institution.version + 1,
    updatedAt: at,
  };
}
