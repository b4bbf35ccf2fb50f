import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { type JsonObject, REGIONS } from '#kernel';

@Entity('institution_policies')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'institution_policies_institution_fk' })
@Unique('institution_policies_region_key', ['institutionId', 'region'])
@Check('institution_policies_region_check', `region IN ('${REGIONS.join(`', '`)}')`)
@Check('institution_policies_version_check', 'version >= 1')
export class InstitutionPolicyEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'institution_policies_pk' })
  id: string;

  @PrimaryColumn('text', {
    name: 'institution_id',
    collation: 'C',
    primaryKeyConstraintName: 'institution_policies_pk',
  })
  institutionId: string;

  @Column('text', { name: 'region' })
  region: string;

  /** Null means that the region has no policy: the row stays, so that absence has a version too. */
  @Column('jsonb', { name: 'config', nullable: true })
  config: JsonObject | null;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
