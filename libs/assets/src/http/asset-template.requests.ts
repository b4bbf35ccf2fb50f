import { FreeObject, Id, INSTITUTION_FILTER, OneOf, PageQuery, Text, TextMembers } from '#http';
import { REGIONS, VERTICALS, type JsonObject, type Region, type Vertical } from '#kernel';
import { TEMPLATE_CODES } from '../domain/template-types.js';

/** Of the first of the codes. */
export const EXAMPLE_CONFIG = { currency: 'USD', region: 'US', minAmount: '100.00', maxAmount: '250000.00' };

export class CreateAssetTemplateRequest {
  @Id('inst', { optional: true, description: 'The root key must give it; for others it is that of the key.' })
  institutionId?: string;

  @OneOf(TEMPLATE_CODES)
  code: string;

  @Text({ example: 'Project escrow' })
  name: string;

  @OneOf(VERTICALS)
  vertical: Vertical;

  @OneOf(REGIONS)
  region: Region;

  @FreeObject({
    description: 'Satisfies the schema of the code, see `GET /v1/template-types/{code}`.',
    example: EXAMPLE_CONFIG,
  })
  config: JsonObject;
}

export class AssetTemplatesQuery extends PageQuery {
  @Id('inst', { optional: true, description: INSTITUTION_FILTER })
  institutionId?: string;

  @OneOf(TEMPLATE_CODES, { optional: true, description: 'Of one code.' })
  code?: string;

  @OneOf(VERTICALS, { optional: true, description: 'Of one vertical.' })
  vertical?: Vertical;

  @OneOf(REGIONS, { optional: true, description: 'Of one region.' })
  region?: Region;

  @TextMembers({ description: 'Texts that the config has at its top level.', example: { currency: 'USD' } })
  config?: Record<string, string>;
}
