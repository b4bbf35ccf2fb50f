import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '#kernel';

@Entity('assets')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'assets_institution_fk' })
@ForeignKey('asset_templates', ['templateId', 'institutionId'], ['id', 'institutionId'], {
  name: 'assets_template_fk',
})
@Check('assets_version_check', 'version >= 1')
@Index('assets_institution_created_idx', ['institutionId', 'createdAt', 'id'])
@Index('assets_template_created_idx', ['institutionId', 'templateId', 'createdAt', 'id'])
@Index('assets_metadata_idx', ['metadata'], { type: 'gin' })
export class AssetEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'assets_pk' })
  id: string;

  @PrimaryColumn('text', { name: 'institution_id', collation: 'C', primaryKeyConstraintName: 'assets_pk' })
  institutionId: string;

  @Column({ type: 'text', name: 'template_id', collation: 'C' })
  templateId: string;

  @Column('text', { name: 'label' })
  label: string;

  @Column('jsonb', { name: 'metadata' })
  metadata: JsonObject;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
