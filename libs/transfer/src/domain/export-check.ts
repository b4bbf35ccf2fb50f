import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject, type JsonValue } from '#kernel';
import { FORMAT, FORMAT_VERSION, type Trailer } from './export-format.js';
import type { ImportFaults } from './import-refused.js';

/** A line of an export, as it came. */
export interface Line {
  /** The first is 1. */
  readonly number: number;
  /** Without its line feed. */
  readonly text: string;
  /** With it. */
  readonly bytes: Uint8Array;
}

/** What a line says that is neither the first nor the last. */
export interface SaidRow {
  readonly kind: string;
  readonly members: JsonObject;
}

/** Judges whether an export is whole and as it was written, whatever its rows say. */
export class ExportCheck {
  /** What the first line says. */
  header: JsonObject = {};
  private readonly digest = createHash('sha256');
  private counts: Record<string, number> = {};
  private lines = 0;
  private trailer: Trailer | undefined;

  constructor(private readonly faults: ImportFaults) {}

  /** The row of a line; undefined where it is another line, or at fault. */
  take(line: Line): SaidRow | undefined {
    this.lines = line.number;
    if (this.trailer !== undefined) {
      this.faults.end(line.number, 'something stands behind the last line of the export');
    }
    const json = this.parse(line);
    if (json !== undefined && line.number > 1 && 'sha256' in json) {
      this.trailer = this.readTrailer(line.number, json);
      return undefined;
    }
    this.digest.update(line.bytes);
    if (line.number === 1) this.readHeader(json);
    return line.number === 1 || json === undefined ? undefined : this.readRow(line.number, json);
  }

  /** Says that there are no more lines. @throws ImportRefused when the last one was not the last of an export */
  end(): Trailer {
    if (this.trailer === undefined) {
      this.faults.end(this.lines + 1, 'the export ends before its last line: it was cut off');
    }
    return this.trailer;
  }

  private parse({ number, text }: Line): JsonObject | undefined {
    let why = 'is no JSON text';
    try {
      const json = JSON.parse(text) as JsonValue;
      why = 'is no JSON object in canonical form (RFC 8785)';
      if (isObject(json) && canonicalJson(json) === text) return json;
    } catch {
      // What is no JSON, or has no canonical form, is told of below.
    }
    if (number === 1) this.faults.end(1, `this is no export: its first line ${why}`);
    this.faults.add(number, `the line ${why}`);
    return undefined;
  }

  private readHeader(json: JsonObject | undefined): void {
    if (json?.format !== FORMAT) this.faults.end(1, 'this is no export: its first line does not say so');
    const { version, kinds } = json;
    if (version !== FORMAT_VERSION || !Array.isArray(kinds)) {
      this.faults.end(
        1,
        `the format is of version ${JSON.stringify(version)}, and this program reads ${FORMAT_VERSION}`,
      );
    }
    const names = (kinds as readonly JsonValue[]).map((kind) =>
      isObject(kind) ? (kind.name as string) : '',
    );
    this.counts = Object.fromEntries(names.map((name) => [name, 0]));
    this.header = json;
  }

  private readRow(line: number, { kind, row, ...others }: JsonObject): SaidRow | undefined {
    if (typeof kind !== 'string' || !Object.hasOwn(this.counts, kind)) {
      this.faults.add(line, 'the line is of no kind that the first line lists');
      return undefined;
    }
    if (!isObject(row) || Object.keys(others).length > 0) {
      this.faults.add(line, 'the line holds something else than a kind and a row');
      return undefined;
    }
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return { kind, members: row };
  }

  private readTrailer(line: number, { counts, sha256, ...others }: JsonObject): Trailer {
    if (!isObject(counts) || typeof sha256 !== 'string' || Object.keys(others).length > 0) {
      this.faults.end(line, 'the last line is malformed');
    }
    if (canonicalJson(counts) !== canonicalJson(this.counts)) {
      this.faults.add(line, `the export says that it holds ${told(counts)}, and holds ${told(this.counts)}`);
    }
    if (this.digest.digest('hex') !== sha256) {
      this.faults.add(line, 'the SHA-256 of the lines before is another one: something was changed');
    }
    return { counts: this.counts, sha256 };
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(counts: JsonObject): string {
  const some = Object.entries(counts)
    .filter(([, many]) => many !== 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return some.length === 0
    ? 'nothing'
    : some.map(([name, many]) => `${JSON.stringify(many)} ${name}`).join(', ');
}
