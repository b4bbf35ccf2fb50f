import type { ValueFault } from './field.js';

const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** PostgreSQL stores no NUL, UTF-8 knows no lone surrogate, and no other control character belongs in a record. */
export function forbiddenCharacter(text: string): ValueFault | undefined {
  if (!CONTROL_CHARACTER.test(text) && text.isWellFormed()) return undefined;
  return {
    code: 'field.forbidden_character',
    detail: 'No control characters and no lone surrogates are allowed.',
  };
}
