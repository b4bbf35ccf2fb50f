import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { REGIONS, VERTICALS } from '#kernel';

@Entity('institutions')
@Check('institutions_regions_check', `regions <@ ARRAY['${REGIONS.join(`', '`)}']`)
@Check('institutions_verticals_check', `verticals <@ ARRAY['${VERTICALS.join(`', '`)}']`)
@Check('institutions_version_check', 'version >= 1')
@Index('institutions_created_idx', ['createdAt', 'id'])
export class InstitutionEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'institutions_pk' })
  id: string;

  @Column('text', { name: 'name' })
  name: string;

  @Column('text', { name: 'regions', array: true })
  regions: string[];

  @Column('text', { name: 'verticals', array: true })
  verticals: string[];

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
