import { FreeObject, Id, INSTITUTION_FILTER, PageQuery, Text, TextMembers } from '#http';
import type { JsonObject } from '#kernel';

export class CreateAssetRequest {
  @Id('inst', { optional: true, description: 'That of the template, from which it follows when left out.' })
  institutionId?: string;

  @Id('tmpl')
  templateId: string;

  @Text({ example: 'Harbour bridge' })
  label: string;

  @FreeObject({ optional: true, description: 'Empty, when left out.', example: { lot: '7' } })
  metadata?: JsonObject;
}

export class PatchAssetRequest {
  @Text({ optional: true, example: 'Harbour bridge, lot 7' })
  label?: string;

  @FreeObject({
    optional: true,
    description: 'Replaces what was there as a whole.',
    example: { lot: '7' },
  })
  metadata?: JsonObject;
}

export class AssetsQuery extends PageQuery {
  @Id('inst', { optional: true, description: INSTITUTION_FILTER })
  institutionId?: string;

  @Id('tmpl', { optional: true, description: 'Under one template.' })
  templateId?: string;

  @TextMembers({
    description: 'Texts that the metadata has at its top level.',
    example: { project: 'harbour' },
  })
  metadata?: Record<string, string>;
}
