import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { type JsonObject, REGIONS, VERTICALS } from '#kernel';

@Entity('asset_templates')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'asset_templates_institution_fk' })
@Check('asset_templates_vertical_check', `vertical IN ('${VERTICALS.join(`', '`)}')`)
@Check('asset_templates_region_check', `region IN ('${REGIONS.join(`', '`)}')`)
@Check('asset_templates_version_check', 'version >= 1')
@Index('asset_templates_institution_created_idx', ['institutionId', 'createdAt', 'id'])
@Index('asset_templates_config_idx', ['config'], { type: 'gin' })
export class AssetTemplateEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'asset_templates_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'asset_templates_pk',
  })
  institutionId: string;

  @Column('text', { name: 'code' })
  code: string;

  @Column('text', { name: 'name' })
  name: string;

  @Column('text', { name: 'vertical' })
  vertical: string;

  @Column('text', { name: 'region' })
  region: string;

  @Column('jsonb', { name: 'config' })
  config: JsonObject;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
