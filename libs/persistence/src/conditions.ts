import type { Scope } from '#kernel';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** The alias of the listed entity in the queries of lists. */
export const LISTED = 'listed';

/** Equal values that rows must have; what is undefined is not asked for, a list asks for any of its values. */
export type EqualFilter = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether a row belongs to a scope. */
export function isInScope(row: { readonly institutionId: string }, scope: Scope): boolean {
  return scope.kind === 'platform' || row.institutionId === scope.institutionId;
}

/** Whether a row has every value that is asked for. */
export function hasEqual(row: object, filter: EqualFilter): boolean {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.entries(filter).every(
    ([property, wanted]) => wanted === undefined || [wanted].flat().includes(values[property] as string),
  );
}

/** Keeps the rows that have every value that is asked for. */
export function whereEqual<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  filter: EqualFilter,
): void {
  for (const [property, wanted] of Object.entries(filter)) {
    if (wanted !== undefined) whereAnyOf(query, property, [wanted].flat());
  }
}

function whereAnyOf<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  property: string,
  wanted: readonly string[],
): void {
  // PostgreSQL refuses to compare with text that it cannot hold, where memory finds nothing.
  const values = wanted.filter(canBeStored);
  if (values.length === 0) {
    query.andWhere('FALSE');
    return;
  }
  // A name of its own for every condition: a second one on the same property must not replace the first one's values.
  const parameter = `equal${Object.keys(query.getParameters()).length}`;
  const condition = values.length === 1 ? `= :${parameter}` : `IN (:...${parameter})`;
  query.andWhere(`${LISTED}.${property} ${condition}`, {
    [parameter]: values.length === 1 ? values[0] : values,
  });
}

function canBeStored(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
