import { getMetadataArgsStorage } from 'typeorm';

/** The class of a TypeORM entity, whose instances are the rows of one table. */
export type EntityClass<Row extends object = object> = abstract new () => Row;

export interface Column {
  readonly property: string;
  readonly name: string;
  /** As PostgreSQL names it. */
  readonly type: string;
  /** Whether the updates of commits leave it as it is, since upkeep alone writes it. */
  readonly isKept?: true;
}

/** A unique or primary key. */
export interface Key {
  readonly constraint: string;
  readonly properties: readonly string[];
}

export interface Reference {
  readonly constraint: string;
  readonly properties: readonly string[];
  /** Name of the entity class or of the table that is referred to. */
  readonly target: string;
  readonly targetProperties: readonly string[];
}

/** What both backends hold a table to, read from the one declaration that there is: its TypeORM entity. */
export interface Table {
  readonly entity: EntityClass;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly primaryKey: Key;
  /** Whether every row belongs to one institution, whose id is part of its key. */
  readonly isOfInstitutions: boolean;
  /** Whether rows are known by ids that were made for them, and not by keys that several writers may choose alike. */
  readonly hasOwnIds: boolean;
  readonly uniqueKeys: readonly Key[];
  readonly references: readonly Reference[];
}

/** The property that names the institution of a row. */
export const INSTITUTION = 'institutionId';

export type StoredRow = Record<string, unknown>;

/** A row with the rows of another table that refer to it, in their order. */
export interface Family<Row = StoredRow, Child = StoredRow> {
  readonly row: Row;
  readonly children: Child[];
}

/** The reference by which rows of `children` belong to rows of `table`. */
export function referenceTo(table: Table, children: Table): Reference {
  const names = [table.name, table.entity.name];
  const reference = children.references.find(({ target }) => names.includes(target));
  if (reference === undefined) throw new Error(`${children.name} does not refer to ${table.name}.`);
  return reference;
}

/** Reads an entity's declaration; needs no connection. */
export function describeTable(entity: EntityClass): Table {
  const storage = getMetadataArgsStorage();
  const name = storage.tables.find((table) => table.target === entity)?.name;
  if (name === undefined) throw new Error(`${entity.name} is no entity with a table name.`);
  const columns = storage.columns.filter((column) => column.target === entity);
  const primary = columns.filter((column) => column.options.primary === true);
  return {
    entity,
    name,
    columns: columns.map(({ propertyName, options }) => ({
      property: propertyName,
      name: options.name ?? propertyName,
      type: `${String(options.type)}${options.array === true ? '[]' : ''}`,
      ...(options.update === false && { isKept: true as const }),
    })),
    primaryKey: {
      constraint: primary[0]?.options.primaryKeyConstraintName ?? `${name}_pkey`,
      properties: primary.map((column) => column.propertyName),
    },
    isOfInstitutions: primary.some(({ propertyName }) => propertyName === INSTITUTION),
    hasOwnIds: primary.some(({ propertyName }) => propertyName === 'id'),
    uniqueKeys: storage.uniques
      .filter((unique) => unique.target === entity)
      .map((unique) => ({ constraint: required(unique.name, name), properties: unique.columns as string[] })),
    references: storage.foreignKeys
      .filter((foreignKey) => foreignKey.target === entity)
      .map((foreignKey) => ({
        constraint: required(foreignKey.name, name),
        properties: foreignKey.columnNames ?? [],
        target: targetName(foreignKey.type),
        targetProperties: foreignKey.referencedColumnNames ?? [],
      })),
  };
}

function required(constraint: string | undefined, table: string): string {
  if (constraint === undefined) throw new Error(`A constraint of ${table} has no name.`);
  return constraint;
}

function targetName(type: unknown): string {
  if (typeof type === 'string') return type;
  const resolved: unknown = typeof type === 'function' ? (type as () => unknown)() : type;
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'function') return resolved.name;
  throw new Error('A foreign key names no entity.');
}
