import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { MemoryStore } from './memory/memory-store.js';
import type { PostgresStore } from './postgres/postgres-store.js';
import type { EntityClass } from './table.js';

/** Two small tables, so that the suites of this room need no feature: boxes that change, and slips put into them. */
@Entity('boxes')
@Unique('boxes_label_key', ['institutionId', 'label'])
export class BoxEntity {
  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'boxes_pk' })
  id: string;

  @PrimaryColumn('text', { name: 'institution_id', primaryKeyConstraintName: 'boxes_pk' })
  institutionId: string;

  @Column('text', { name: 'label' })
  label: string;

  @Column('jsonb', { name: 'content', nullable: true })
  content: { note?: string } | null;

  @Column('integer', { name: 'version' })
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}

@Entity('slips')
@ForeignKey('boxes', ['boxId', 'institutionId'], ['id', 'institutionId'], { name: 'slips_box_fk' })
export class SlipEntity {
  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'slips_pk' })
  id: string;

  @PrimaryColumn('text', { name: 'institution_id', primaryKeyConstraintName: 'slips_pk' })
  institutionId: string;

  @Column('text', { name: 'box_id' })
  boxId: string;

  @Column('integer', { name: 'place' })
  place: number;
}

export const TEST_ENTITIES = [BoxEntity, SlipEntity];

export const TEST_TABLES = `
  CREATE TABLE boxes (
    id text, institution_id text, label text NOT NULL, content jsonb, version integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT boxes_pk PRIMARY KEY (id, institution_id), CONSTRAINT boxes_label_key UNIQUE (institution_id, label));
  CREATE TABLE slips (
    id text, institution_id text, box_id text NOT NULL, place integer NOT NULL,
    CONSTRAINT slips_pk PRIMARY KEY (id, institution_id),
    CONSTRAINT slips_box_fk FOREIGN KEY (box_id, institution_id) REFERENCES boxes (id, institution_id));
  GRANT SELECT, INSERT, UPDATE ON boxes, slips TO escrowgrid_app;`;

/** Reads rows of any table by id. */
export abstract class Rows {
  abstract find<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Promise<Row | undefined>;
}

class PostgresRows extends Rows {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  async find<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Promise<Row | undefined> {
    return this.store.findById(entity, id);
  }
}

class MemoryRows extends Rows {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async find<Row extends { id: string }>(entity: EntityClass<Row>, id: string): Promise<Row | undefined> {
    return Promise.resolve(this.store.findById(entity, id));
  }
}

export const ROWS_BINDING = { port: Rows, postgres: PostgresRows, memory: MemoryRows };

let made = 0;

/** A new box. Ids are of the alphabet that ids have, and never repeat in a run. */
export function aBox(overrides: Partial<BoxEntity> = {}): BoxEntity {
  made += 1;
  const id = `box_${made}`;
  return {
    id,
    institutionId: 'inst_a',
    label: `label of ${id}`,
    content: null,
    version: 1,
    createdAt: new Date('2026-01-01T00:00:00.000Z'),
    ...overrides,
  };
}

export function aSlipIn(box: Pick<BoxEntity, 'id' | 'institutionId'>, place = 1): SlipEntity {
  made += 1;
  return { id: `slip_${made}`, institutionId: box.institutionId, boxId: box.id, place };
}
