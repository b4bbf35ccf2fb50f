import { ManyOf, Text } from '#http';
import { REGIONS, VERTICALS, type Region, type Vertical } from '#kernel';

export class CreateInstitutionRequest {
  @Text({ example: 'Northern Escrow' })
  name: string;

  @ManyOf(REGIONS, { example: ['US', 'SG'] })
  regions: Region[];

  @ManyOf(VERTICALS, { optional: true, description: 'All, when left out.' })
  verticals?: Vertical[];
}

export class PatchInstitutionRequest {
  @Text({ optional: true, example: 'Northern Escrow' })
  name?: string;

  @ManyOf(REGIONS, { optional: true, example: ['US', 'SG'] })
  regions?: Region[];

  @ManyOf(VERTICALS, { optional: true })
  verticals?: Vertical[];
}
