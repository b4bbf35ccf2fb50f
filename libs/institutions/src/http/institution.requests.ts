import { ManyOf, Text } from '#http';
import { REGIONS, VERTICALS, type Region, type Vertical } from '#kernel';

export class CreateInstitutionRequest {
  @Text()
  name: string;

  @ManyOf(REGIONS)
  regions: Region[];

  @ManyOf(VERTICALS, { optional: true, description: 'All, when left out.' })
  verticals?: Vertical[];
}

export class PatchInstitutionRequest {
  @Text({ optional: true })
  name?: string;

  @ManyOf(REGIONS, { optional: true })
  regions?: Region[];

  @ManyOf(VERTICALS, { optional: true })
  verticals?: Vertical[];
}
