import type { JsonObject, JsonValue, StoredColumn, StoredRow, StoredTable } from '#kernel';

/** A row cannot be exported as it is stored. */
class UnwritableRow extends Error {}

/** A row as an export shows it: every column under the name of its property. */
export function toJson({ name, columns }: StoredTable, row: StoredRow): JsonObject {
  const members = columns.map((column): [string, JsonValue] => {
    const value = row[column.property] ?? null;
    try {
      return [column.property, value === null ? null : written(column, value)];
    } catch (error) {
      if (!(error instanceof UnwritableRow)) throw error;
      throw new UnwritableRow(`${name} ${String(row.id)}: ${column.property} ${error.message}`);
    }
  });
  return Object.fromEntries(members);
}

function written({ type }: StoredColumn, value: unknown): JsonValue {
  if (type === 'timestamptz') return momentText(value as Date);
  if (type === 'numeric') return amountText(String(value));
  return value as JsonValue;
}

function momentText(moment: Date): string {
  if (Number.isNaN(moment.getTime())) throw new UnwritableRow('is no moment of whole milliseconds.');
  return moment.toISOString();
}

/** Without the zeros at the end, of which stores keep as many as they like. */
function amountText(amount: string): string {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d*?)0*)?$/.exec(amount) ?? [];
  if (whole === undefined) throw new UnwritableRow('is no amount.');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
