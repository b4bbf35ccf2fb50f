import type { JsonObject, Scope } from '#kernel';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** The alias of the listed entity in the queries of lists. */
export const LISTED = 'listed';

/** Equal values that rows must have; what is undefined is not asked for, a list asks for any of its values. */
export type EqualFilter = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Texts that a JSON object must have as members of its own. */
export type MemberFilter = Readonly<Record<string, string>>;

/** Moments strictly after the one and strictly before the other; what is undefined is no bound. */
export interface MomentRange {
  readonly after?: Date;
  readonly before?: Date;
}

/** Whether a row belongs to a scope. */
export function isInScope(row: { readonly institutionId: string }, scope: Scope): boolean {
  return scope.kind === 'platform' || row.institutionId === scope.institutionId;
}

/**
 * The key of what is asked for by its id, as far as a scope reaches: what is not in scope is not found then, and costs
 * what an unknown id costs, however large it is.
 */
export function keyInScope(
  scope: Scope,
  id: string,
): { readonly id: string; readonly institutionId?: string } {
  return scope.kind === 'platform' ? { id } : { id, institutionId: scope.institutionId };
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
  const parameter = nextParameter(query);
  const condition = values.length === 1 ? `= :${parameter}` : `IN (:...${parameter})`;
  query.andWhere(`${LISTED}.${property} ${condition}`, {
    [parameter]: values.length === 1 ? values[0] : values,
  });
}

/** Whether a JSON object has every text that is asked for. */
export function hasMembers(json: JsonObject, wanted: MemberFilter | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, text]) => Object.hasOwn(json, key) && json[key] === text);
}

/** Keeps the rows whose JSON object has every text that is asked for. */
export function whereMembers<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  property: keyof Row & string,
  wanted: MemberFilter | undefined,
): void {
  if (wanted === undefined) return;
  if (!Object.entries(wanted).flat().every(canBeStored)) {
    query.andWhere('FALSE');
    return;
  }
  const parameter = nextParameter(query);
  query.andWhere(`${LISTED}.${property} @> :${parameter}`, { [parameter]: JSON.stringify(wanted) });
}

export function isWithin(moment: Date, { after, before }: MomentRange): boolean {
  return (after === undefined || moment > after) && (before === undefined || moment < before);
}

/** Keeps the rows whose moment is within a range. */
export function whereWithin<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  property: keyof Row & string,
  { after, before }: MomentRange,
): void {
  for (const [comparison, bound] of [
    ['>', after],
    ['<', before],
  ] as const) {
    const parameter = nextParameter(query);
    if (bound) query.andWhere(`${LISTED}.${property} ${comparison} :${parameter}`, { [parameter]: bound });
  }
}

/** A name of its own for every condition: a second one on the same property must not replace the first one's values. */
function nextParameter<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>): string {
  return `wanted${Object.keys(query.getParameters()).length}`;
}

function canBeStored(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
