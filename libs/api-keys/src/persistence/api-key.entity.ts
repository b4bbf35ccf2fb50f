import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('api_keys')
@ForeignKey('institutions', ['institutionId'], ['id'], { name: 'api_keys_institution_fk' })
@Check('api_keys_role_check', `role IN ('admin', 'read_only')`)
@Check('api_keys_version_check', 'version >= 1')
@Index('api_keys_institution_created_idx', ['institutionId', 'createdAt', 'id'])
export class ApiKeyEntity {
  @PrimaryColumn('text', { name: 'id', collation: 'C', primaryKeyConstraintName: 'api_keys_pk' })
  id: string;

  @Column({ type: 'text', name: 'institution_id', collation: 'C' })
  institutionId: string;

  @Column('text', { name: 'label' })
  label: string;

  @Column('text', { name: 'role' })
  role: string;

  @Column('text', { name: 'key_hash' })
  keyHash: string;

  @Column('text', { name: 'pepper_version' })
  pepperVersion: string;

  @Column('text', { name: 'prefix' })
  prefix: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true, update: false })
  lastUsedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
