import { FreeObject, Id, OneOf, PageQuery, Text } from '#http';
import { REGIONS, VERTICALS, type JsonObject, type Region, type Vertical } from '#kernel';
import { TEMPLATE_CODES } from '../domain/template-types.js';

export class CreateAssetTemplateRequest {
  @Id('inst', { optional: true, description: 'The root key must give it; for others it is that of the key.' })
  institutionId?: string;

  @OneOf(TEMPLATE_CODES)
  code: string;

  @Text()
  name: string;

  @OneOf(VERTICALS)
  vertical: Vertical;

  @OneOf(REGIONS)
  region: Region;

  @FreeObject({ description: 'Satisfies the schema of the code, see `GET /v1/template-types/{code}`.' })
  config: JsonObject;
}

export class AssetTemplatesQuery extends PageQuery {
  @Id('inst', { optional: true })
  institutionId?: string;

  @OneOf(TEMPLATE_CODES, { optional: true })
  code?: string;

  @OneOf(VERTICALS, { optional: true })
  vertical?: Vertical;

  @OneOf(REGIONS, { optional: true })
  region?: Region;
}
