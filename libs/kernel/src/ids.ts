import { getType, fromString, typeidUnboxed } from 'typeid-js';

/** The prefixes of all ids: each names the kind of thing an id belongs to. */
export type IdPrefix = 'inst' | 'tmpl' | 'ast' | 'pos' | 'ple' | 'le' | 'pol' | 'ak' | 'aud' | 'ckpt';

/** A new TypeID: the prefix, an underscore, and a UUIDv7 in base 32. Ids made later sort later. */
export function newId(prefix: IdPrefix): string {
  return typeidUnboxed(prefix);
}

/** Whether a text is a well-formed TypeID of one kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  try {
    return getType(fromString(text, prefix)) === prefix;
  } catch {
    return false;
  }
}

/** Stands in `institution_id` of rows that belong to no tenant: the platform's own audit events. */
export const PLATFORM_ID = `inst_${'0'.repeat(26)}`;
