import {
  findCurrency,
  isId,
  type IdPrefix,
  type JsonObject,
  type JsonValue,
  type StoredColumn,
  type StoredRow,
  type StoredTable,
} from '#kernel';

/** What is wrong with a member of a row, or with its members as a whole. */
export interface MemberFault {
  readonly member: string | null;
  /** Ends the sentence “The member …”, or “The row …”. */
  readonly why: string;
}

/** The ids of each kind. */
const ID_PREFIXES: Readonly<Record<string, IdPrefix>> = {
  institutions: 'inst',
  api_keys: 'ak',
  asset_templates: 'tmpl',
  assets: 'ast',
  institution_policies: 'pol',
  positions: 'pos',
  position_events: 'ple',
  ledger_events: 'le',
  audit_events: 'aud',
  checkpoints: 'ckpt',
};

/** The members that name a row of another kind. */
const REFERENCES: Readonly<Record<string, IdPrefix>> = {
  institutionId: 'inst',
  templateId: 'tmpl',
  assetId: 'ast',
  positionId: 'pos',
  apiKeyId: 'ak',
};

/** As exports write amounts: no zero at the end says nothing. */
const AMOUNT = /^(?:0|[1-9][0-9]{0,23})(?:\.[0-9]{0,7}[1-9])?$/;
const MAX_INTEGER = 2_147_483_647;

/** Reads a row of an export; what is wrong with it is told of each member at once. */
export function readRow(
  table: StoredTable,
  json: JsonObject,
): { readonly row: StoredRow; readonly faults: readonly MemberFault[] } {
  const faults: MemberFault[] = [];
  const row: StoredRow = {};
  const known = new Set(table.columns.map(({ property }) => property));
  for (const member of Object.keys(json)) {
    if (!known.has(member)) faults.push({ member, why: 'is unknown' });
  }
  for (const column of table.columns) {
    const { property: member } = column;
    const value = Object.hasOwn(json, member) ? json[member] : undefined;
    const why = value === undefined ? 'is missing' : faultOf(table, column, value);
    if (why === undefined) row[member] = stored(column, value ?? null);
    else faults.push({ member, why });
  }
  return { row, faults };
}

function faultOf(table: StoredTable, column: StoredColumn, value: JsonValue): string | undefined {
  if (value === null) return column.isNullable ? undefined : 'must not be null';
  const ofType = faultOfType(column.type, value);
  if (ofType !== undefined) return ofType;
  const prefix = column.property === 'id' ? ID_PREFIXES[table.name] : REFERENCES[column.property];
  if (prefix !== undefined && !isId(prefix, value as string))
    return `must be an id that begins with ${prefix}_`;
  if (column.property === 'currency' && findCurrency(value as string) === undefined) {
    return 'must be the code of an active currency';
  }
  return column.rules.find((rule) => !rule.holds(value))?.demand;
}

function faultOfType(type: string, value: JsonValue): string | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? nulFault(value) : 'must be text';
    case 'text[]':
      return isTexts(value) ? nulFault(value) : 'must be a list of texts';
    case 'jsonb':
      return typeof value === 'object' && !Array.isArray(value) ? nulFault(value) : 'must be an object';
    case 'integer':
      return Number.isInteger(value) && Math.abs(value as number) <= MAX_INTEGER
        ? undefined
        : 'must be a whole number';
    case 'numeric':
      return typeof value === 'string' && AMOUNT.test(value)
        ? undefined
        : 'must be an exact amount in a text, without zeros at its end';
    case 'timestamptz':
      return isMoment(value) ? undefined : 'must be a moment such as 2026-01-31T12:00:00.000Z';
    default:
      throw new Error(`Nothing is said of how a column of the type ${type} is read.`);
  }
}

function isTexts(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** PostgreSQL has no text with this character. */
function nulFault(value: JsonValue): string | undefined {
  return JSON.stringify(value).includes('\\u0000') && hasNul(value)
    ? 'must not hold the character U+0000'
    : undefined;
}

function hasNul(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => name.includes('\0') || hasNul(member));
}

function isMoment(value: JsonValue): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function stored({ type }: StoredColumn, value: JsonValue): unknown {
  return type === 'timestamptz' && value !== null ? new Date(value as string) : value;
}
