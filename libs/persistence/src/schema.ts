import { describeTable, type EntityClass, type Reference, type Table } from './table.js';

/**
 * All tables in the one order in which every commit visits them: a table comes after those it refers to.
 * A single order on every path is what keeps concurrent commits free of deadlocks.
 */
export class Schema {
  readonly tables: readonly Table[];
  private readonly byEntity: ReadonlyMap<EntityClass, Table>;
  private readonly ranks: ReadonlyMap<Table, number>;

  constructor(readonly entities: readonly EntityClass[]) {
    const described = entities.map(describeTable).sort((left, right) => (left.name < right.name ? -1 : 1));
    this.byEntity = new Map(described.map((table) => [table.entity, table]));
    this.tables = inOrderOfReference(described, (reference) => this.targetOf(reference));
    this.ranks = new Map(this.tables.map((table, rank) => [table, rank]));
  }

  tableOf(entity: EntityClass): Table {
    const table = this.byEntity.get(entity);
    if (table === undefined) throw new Error(`${entity.name} is missing from the list of entities.`);
    return table;
  }

  rankOf(table: Table): number {
    return this.ranks.get(table) ?? 0;
  }

  targetOf(reference: Reference): Table {
    for (const table of this.byEntity.values()) {
      if (table.name === reference.target || table.entity.name === reference.target) return table;
    }
    throw new Error(`${reference.constraint} refers to the unknown ${reference.target}.`);
  }
}

function inOrderOfReference(tables: readonly Table[], targetOf: (reference: Reference) => Table): Table[] {
  const ordered: Table[] = [];
  const visiting = new Set<Table>();
  const visit = (table: Table): void => {
    if (ordered.includes(table)) return;
    if (visiting.has(table)) throw new Error(`The references of ${table.name} form a circle.`);
    visiting.add(table);
    table.references.map(targetOf).forEach(visit);
    ordered.push(table);
  };
  tables.forEach(visit);
  return ordered;
}
