import { FreeObject, Id, PageQuery, Text } from '#http';
import type { JsonObject } from '#kernel';

export class CreateAssetRequest {
  @Id('inst', { optional: true, description: 'That of the template, from which it follows when left out.' })
  institutionId?: string;

  @Id('tmpl')
  templateId: string;

  @Text()
  label: string;

  @FreeObject({ optional: true, description: 'Empty, when left out.' })
  metadata?: JsonObject;
}

export class PatchAssetRequest {
  @Text({ optional: true })
  label?: string;

  @FreeObject({ optional: true, description: 'Replaces what was there as a whole.' })
  metadata?: JsonObject;
}

export class AssetsQuery extends PageQuery {
  @Id('inst', { optional: true })
  institutionId?: string;

  @Id('tmpl', { optional: true })
  templateId?: string;
}
