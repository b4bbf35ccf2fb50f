import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { canonicalJson, type JsonObject, type JsonValue, type StoredColumn, type StoredTable } from '#kernel';
import { exportedTables, ExportText } from './export-format.js';
import { ExportReading, type ReadRow } from './export-reading.js';
import { ImportFaults, ImportRefused } from './import-refused.js';

const column = (property: string): StoredColumn => ({ property, type: 'text', isNullable: false, rules: [] });

const SHELVES: StoredTable = {
  name: 'shelves',
  columns: ['id', 'label'].map(column),
  primaryKey: { properties: ['id'] },
};
const BOXES: StoredTable = {
  name: 'boxes',
  columns: ['shelf', 'id'].map(column),
  primaryKey: { properties: ['shelf', 'id'] },
};
const TABLES = [SHELVES, BOXES];

/** The lines of an export of two shelves and three boxes, without their line feeds. */
function written(): string[] {
  const text = new ExportText(TABLES);
  const shelves = [
    { id: 'a', label: 'left' },
    { id: 'b', label: 'right' },
  ];
  const boxes = [
    { shelf: 'a', id: '1' },
    { shelf: 'a', id: '2' },
    { shelf: 'b', id: '1' },
  ];
  const lines = [
    text.header(),
    text.rows(SHELVES, shelves),
    text.rows(BOXES, boxes.slice(0, 2)),
    text.rows(BOXES, boxes.slice(2)),
  ];
  return [...lines, text.trailer().text].join('').trimEnd().split('\n');
}

/** The same with another trailer, which fits what is in the lines before it. */
function sealed(lines: readonly string[], counts: JsonObject): string[] {
  const before = lines.slice(0, -1);
  const sha256 = createHash('sha256')
    .update(before.map((line) => `${line}\n`).join(''))
    .digest('hex');
  return [...before, canonicalJson({ counts, sha256 })];
}

/** What an export holds, or each fault as `line: why`. */
function read(lines: readonly string[]): ReadRow[] | string[] {
  const faults = new ImportFaults();
  const reading = new ExportReading(TABLES, faults);
  try {
    const rows = lines.map((text, index) =>
      reading.take({ number: index + 1, text, bytes: Buffer.from(`${text}\n`) }),
    );
    reading.end();
    faults.refuse();
    return rows.filter((row) => row !== undefined);
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    return error.faults.map(({ line, why }) => `${line}: ${why}`);
  }
}

const changed = (line: number, edit: (json: JsonObject) => JsonValue): string[] =>
  written().map((text, index) =>
    index + 1 === line ? canonicalJson(edit(JSON.parse(text) as JsonObject)) : text,
  );

const DIGEST_DIFFERS = '7: the SHA-256 of the lines before is another one: something was changed';

describe('an export', () => {
  test('is read as it was written, however many rows were written at a time', () => {
    const rows = read(written()) as ReadRow[];
    expect(rows.map(({ table, row, line }) => [line, table.name, row.id])).toEqual([
      [2, 'shelves', 'a'],
      [3, 'shelves', 'b'],
      [4, 'boxes', '1'],
      [5, 'boxes', '2'],
      [6, 'boxes', '1'],
    ]);
  });

  test('of nothing holds a first line and a last one', () => {
    const text = new ExportText(TABLES);
    expect(read([text.header(), text.trailer().text].map((line) => line.trimEnd()))).toEqual([]);
  });

  test('holds the answers that are kept for commands with a key only if all is wanted', () => {
    const answers = { ...BOXES, name: 'idempotency_records' };
    expect(exportedTables([SHELVES, answers], 'records')).toEqual([SHELVES]);
    expect(exportedTables([SHELVES, answers], 'all')).toEqual([SHELVES, answers]);
  });

  test.each<[string, () => string[], string[]]>([
    [
      'was cut off',
      () => written().slice(0, -1),
      ['7: the export ends before its last line: it was cut off'],
    ],
    ['is empty', () => [], ['1: the export ends before its last line: it was cut off']],
    [
      'goes on behind its end',
      () => [...written(), '{}'],
      ['8: something stands behind the last line of the export'],
    ],
    [
      'is another file',
      () => ['id,label', 'a,left'],
      ['1: this is no export: its first line is no JSON text'],
    ],
    [
      'is a list',
      () => ['[]'],
      ['1: this is no export: its first line is no JSON object in canonical form (RFC 8785)'],
    ],
    ['is other JSON', () => ['{"a":1}'], ['1: this is no export: its first line does not say so']],
    [
      'is of another version',
      () => changed(1, (header) => ({ ...header, version: 2 })),
      ['1: the format is of version 2, and this program reads 1'],
    ],
    [
      'lists its kinds in another form',
      () => changed(1, (header) => ({ ...header, kinds: 'shelves' })),
      ['1: the format is of version 1, and this program reads 1'],
    ],
    [
      'is of another schema',
      () => changed(1, (header) => ({ ...header, kinds: [{ name: 'shelves', members: ['id'] }] })),
      [
        '1: the export is of another schema than this program knows: import it with the version that wrote it, and migrate then',
      ],
    ],
    [
      'names a kind that is none',
      () => changed(1, (header) => ({ ...header, kinds: [7] })),
      [
        '1: the export is of another schema than this program knows: import it with the version that wrote it, and migrate then',
      ],
    ],
  ])('that %s is refused at the line that shows it', (_, lines, faults) => {
    expect(read(lines())).toEqual(faults);
  });

  test.each<[string, () => string[], string[]]>([
    [
      'a row that was changed',
      () => changed(2, (line) => ({ ...line, row: { id: 'a', label: 'up' } })),
      [DIGEST_DIFFERS],
    ],
    [
      'a row that is missing',
      () => written().toSpliced(5, 1),
      [
        '6: the export says that it holds 3 boxes, 2 shelves, and holds 2 boxes, 2 shelves',
        DIGEST_DIFFERS.replace('7', '6'),
      ],
    ],
    [
      'a row of an unknown kind',
      () => changed(3, (line) => ({ ...line, kind: 'tables' })),
      [
        '3: the line is of no kind that the first line lists',
        '7: the export says that it holds 3 boxes, 2 shelves, and holds 3 boxes, 1 shelves',
        DIGEST_DIFFERS,
      ],
    ],
    [
      'a row with a word beside it',
      () => changed(2, (line) => ({ ...line, note: 'x' })),
      [
        '2: the line holds something else than a kind and a row',
        '7: the export says that it holds 3 boxes, 2 shelves, and holds 3 boxes, 1 shelves',
        DIGEST_DIFFERS,
      ],
    ],
    [
      'a line in another form than the canonical one',
      () => written().with(1, '{ "kind":"shelves","row":{"id":"a","label":"left"}}'),
      [
        '2: the line is no JSON object in canonical form (RFC 8785)',
        '7: the export says that it holds 3 boxes, 2 shelves, and holds 3 boxes, 1 shelves',
        DIGEST_DIFFERS,
      ],
    ],
    [
      'a last line that says something else',
      () => changed(7, ({ sha256 }) => ({ sha256: sha256 ?? null, counts: {} })),
      ['7: the export says that it holds nothing, and holds 3 boxes, 2 shelves'],
    ],
    [
      'a last line with a word too many',
      () => changed(7, (line) => ({ ...line, note: 'x' })),
      ['7: the last line is malformed'],
    ],
    [
      'a member that is missing and one that is unknown',
      () =>
        sealed(
          changed(2, () => ({ kind: 'shelves', row: { id: 'a', lable: 'left' } })),
          { shelves: 2, boxes: 3 },
        ),
      ['2: shelves.lable is unknown', '2: shelves.label is missing'],
    ],
    [
      'a row that stands twice',
      () => sealed(written().with(2, written()[1] ?? ''), { shelves: 2, boxes: 3 }),
      ['3: the row has the key of the row before it'],
    ],
    [
      'rows in another order',
      () => {
        const lines = written();
        return sealed(lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''), { shelves: 2, boxes: 3 });
      },
      ['5: the row stands behind one that it belongs before'],
    ],
    [
      'a kind behind one that it belongs before',
      () => {
        const lines = written();
        return sealed(lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''), { shelves: 2, boxes: 3 });
      },
      ['4: the row stands behind one that it belongs before'],
    ],
  ])('with %s is refused, whatever else it holds', (_, lines, faults) => {
    expect(read(lines())).toEqual(faults);
  });

  test('tells of so many faults as somebody reads, and that there may be more', () => {
    const faults = new ImportFaults();
    const addAll = (): void => {
      for (let line = 1; line <= 100; line += 1) faults.add(line, 'is wrong');
    };
    expect(addAll).toThrow(/line 20: is wrong\n {2}- and maybe more$/);
  });
  test('tells of what concerns no line without one, and of a fault that ends reading after those before it', () => {
    const faults = new ImportFaults();
    expect(faults.isNone).toBe(true);
    faults.refuse();
    faults.add(null, 'pos_1 does not hold');
    expect(faults.isNone).toBe(false);
    expect(() => faults.refuse()).toThrow(/stored:\n {2}- pos_1 does not hold$/);
    expect(() => faults.end(7, 'is cut off')).toThrow(
      /stored:\n {2}- pos_1 does not hold\n {2}- line 7: is cut off$/,
    );
  });
});
