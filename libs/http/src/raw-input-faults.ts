import type { FieldFault } from '#kernel';
import type { fieldFaults } from './request-faults.js';

/** Deeper than any request needs: 16 levels of free JSON, and what stands around them. */
const MAX_DEPTH = 20;

/** Names that every object inherits: the tools that read requests would drop such members without a word. */
const INHERITED_NAMES = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** What is wrong with parsed input before anything is made of it, whatever the route. */
export function rawInputFault(value: unknown, pointer = '', depth = 0): FieldFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH)
    return fault(pointer, 'field.too_deep', `Is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [name, part] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (INHERITED_NAMES.has(name)) return fault(at, 'field.reserved_name', 'A member cannot have this name.');
    const found = rawInputFault(part, at, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** A reference token of an RFC 6901 pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function fault(pointer: string, code: keyof typeof fieldFaults, detail: string): FieldFault {
  return { pointer, code, detail };
}
