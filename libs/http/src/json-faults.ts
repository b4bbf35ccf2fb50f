import type { ValueFault } from './field.js';
import { forbiddenCharacter } from './text-faults.js';

const MAX_JSON_BYTES = 16 * 1024;
const MAX_JSON_DEPTH = 16;

/** What is wrong with a free JSON object, such as `metadata`. */
export function jsonObjectFault(value: unknown): ValueFault | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'field.wrong_type', detail: 'Must be a JSON object.' };
  }
  return (
    contentFault(value, 1) ??
    (Buffer.byteLength(JSON.stringify(value)) > MAX_JSON_BYTES
      ? { code: 'field.too_large', detail: `Takes more than ${MAX_JSON_BYTES} bytes.` }
      : undefined)
  );
}

function contentFault(value: unknown, depth: number): ValueFault | undefined {
  if (typeof value === 'string') return forbiddenCharacter(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { code: 'field.malformed', detail: 'Holds a number that is too large.' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_JSON_DEPTH) {
    return { code: 'field.too_deep', detail: `Is nested deeper than ${MAX_JSON_DEPTH} levels.` };
  }
  for (const [key, part] of Object.entries(value)) {
    const fault = forbiddenCharacter(key) ?? contentFault(part, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}
