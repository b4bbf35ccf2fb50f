import type { FieldFault } from '#kernel';
import { fieldFaults } from './request-faults.js';

/** Deeper than the fields of any request are nested. */
const MAX_DEPTH = 8;

/** Names that every object inherits: the tools that read requests would drop such members without a word. */
const INHERITED_NAMES = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Whether parsed input has more members and items than a limit, as deep as it is walked; no more are looked at. */
export function hasMoreParts(value: unknown, max: number): boolean {
  let parts = 0;
  let level = [value];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const below: unknown[] = [];
    for (const part of level) {
      if (typeof part !== 'object' || part === null) continue;
      for (const name in part) {
        parts += 1;
        if (parts > max) return true;
        below.push((part as Readonly<Record<string, unknown>>)[name]);
      }
    }
    level = below;
  }
  return false;
}

/** A reference token of an RFC 6901 pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * A copy of parsed input that is safe to hand on: no member is named like one that every object inherits, which is
 * noted as unknown, and what is nested too deep to be walked is cut off, which no field takes for a value.
 */
export function tamed(value: unknown, faults: FieldFault[], pointer = '', depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return {};
  if (Array.isArray(value)) {
    return value.map((item, index) => tamed(item, faults, `${pointer}/${index}`, depth + 1));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (INHERITED_NAMES.has(name)) faults.push(unknownField(at));
    else copy[name] = tamed(part, faults, at, depth + 1);
  }
  return copy;
}

export function unknownField(pointer: string): FieldFault {
  return { pointer, code: fieldFaults['field.unknown'].code, detail: 'There is no such field.' };
}
