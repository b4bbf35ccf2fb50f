import { describe, expect, test } from '@jest/globals';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Schema } from './schema.js';
import { describeTable, type EntityClass } from './table.js';

@Entity('zoos')
class ZooEntity {
  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'zoos_pk' })
  id: string;
}

@Entity('keepers')
@ForeignKey(() => ZooEntity, ['zooId'], ['id'], { name: 'keepers_zoo_fk' })
class KeeperEntity {
  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'keepers_pk' })
  id: string;

  @Column('text', { name: 'zoo_id' })
  zooId: string;
}

@Entity('animals')
@Unique('animals_name_key', ['zooId', 'name'])
@ForeignKey('zoos', ['zooId'], ['id'], { name: 'animals_zoo_fk' })
@ForeignKey('KeeperEntity', ['keeperId'], ['id'], { name: 'animals_keeper_fk' })
class AnimalEntity {
  @PrimaryColumn('text', { name: 'id', primaryKeyConstraintName: 'animals_pk' })
  id: string;

  @PrimaryColumn('text', { name: 'zoo_id', primaryKeyConstraintName: 'animals_pk' })
  zooId: string;

  @Column('text', { name: 'keeper_id', nullable: true })
  keeperId: string | null;

  @Column('text')
  name: string;
}

@Entity('eggs')
@ForeignKey('hens', ['henId'], ['id'], { name: 'eggs_hen_fk' })
class EggEntity {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  henId: string;
}

@Entity('hens')
@ForeignKey('eggs', ['eggId'], ['id'], { name: 'hens_egg_fk' })
class HenEntity {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  eggId: string;
}

@Entity('orphans')
@ForeignKey('parents', ['parentId'], ['id'], { name: 'orphans_parent_fk' })
class OrphanEntity {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  parentId: string;
}

@Entity('nameless')
@ForeignKey('zoos', ['zooId'], ['id'])
class NamelessKeyEntity {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  zooId: string;
}

class NoEntity {}

const namesOf = (...entities: EntityClass[]): string[] => new Schema(entities).tables.map(({ name }) => name);

describe('a schema', () => {
  test('visits a table after those it refers to, in one order however the entities are listed', () => {
    const order = ['zoos', 'keepers', 'animals'];
    expect(namesOf(ZooEntity, KeeperEntity, AnimalEntity)).toEqual(order);
    expect(namesOf(AnimalEntity, KeeperEntity, ZooEntity)).toEqual(order);
    expect(namesOf(KeeperEntity, AnimalEntity, ZooEntity)).toEqual(order);
  });

  test('ranks tables by that order', () => {
    const schema = new Schema([AnimalEntity, ZooEntity, KeeperEntity]);
    expect(schema.tables.map((table) => schema.rankOf(table))).toEqual([0, 1, 2]);
  });

  test('finds the target of a reference by its table, its class or the name of its class', () => {
    const schema = new Schema([AnimalEntity, ZooEntity, KeeperEntity]);
    const targets = [AnimalEntity, KeeperEntity]
      .flatMap((entity) => schema.tableOf(entity).references)
      .map((reference) => [reference.constraint, schema.targetOf(reference).name]);
    expect(Object.fromEntries(targets)).toEqual({
      animals_zoo_fk: 'zoos',
      animals_keeper_fk: 'keepers',
      keepers_zoo_fk: 'zoos',
    });
  });

  test('cannot be made when a reference leads to a table that it does not know', () => {
    expect(() => new Schema([OrphanEntity])).toThrow('orphans_parent_fk refers to the unknown parents.');
    expect(() => new Schema([KeeperEntity])).toThrow('keepers_zoo_fk refers to the unknown ZooEntity.');
  });

  test('cannot be made when references form a circle', () => {
    expect(() => new Schema([EggEntity, HenEntity])).toThrow('The references of eggs form a circle.');
  });

  test('cannot be made of a class that is no entity', () => {
    expect(() => new Schema([NoEntity])).toThrow('NoEntity is no entity with a table name.');
  });

  test('cannot be made when a constraint has no name to tell callers', () => {
    expect(() => new Schema([ZooEntity, NamelessKeyEntity])).toThrow('A constraint of nameless has no name.');
  });

  test('says which entity was forgotten', () => {
    expect(() => new Schema([ZooEntity]).tableOf(KeeperEntity)).toThrow(
      'KeeperEntity is missing from the list of entities.',
    );
  });
});

describe('a table', () => {
  test('is what its entity declares', () => {
    expect(describeTable(AnimalEntity)).toEqual({
      entity: AnimalEntity,
      name: 'animals',
      isOfInstitutions: false,
      hasOwnIds: true,
      columns: [
        { property: 'id', name: 'id', type: 'text' },
        { property: 'zooId', name: 'zoo_id', type: 'text' },
        { property: 'keeperId', name: 'keeper_id', type: 'text' },
        { property: 'name', name: 'name', type: 'text' },
      ],
      primaryKey: { constraint: 'animals_pk', properties: ['id', 'zooId'] },
      uniqueKeys: [{ constraint: 'animals_name_key', properties: ['zooId', 'name'] }],
      references: [
        {
          constraint: 'animals_keeper_fk',
          properties: ['keeperId'],
          target: 'KeeperEntity',
          targetProperties: ['id'],
        },
        { constraint: 'animals_zoo_fk', properties: ['zooId'], target: 'zoos', targetProperties: ['id'] },
      ],
    });
  });
});
