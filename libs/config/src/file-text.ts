import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The text of the file that a setting names. */
export function fileText(path: string, context: z.RefinementCtx): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    context.addIssue({ code: 'custom', message: `the file ${path} cannot be read` });
    return z.NEVER;
  }
}
