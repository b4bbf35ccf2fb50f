import { readFileSync } from 'node:fs';
import { canonicalJson, PLATFORM_ID, type JsonObject } from '#kernel';
import { z } from 'zod';

const checkpoint = z.looseObject({
  institutionId: z.string().nullable(),
  number: z.int().positive(),
  hash: z.string(),
  signature: z.string(),
});
const exported = z.union([
  z.object({ data: z.array(checkpoint) }).transform(({ data }) => data),
  z.array(checkpoint),
  checkpoint.transform((one) => [one]),
]);

/** Checkpoints that were kept outside of the database: each must still be there, as it was. */
export class ExportedCheckpoints {
  private readonly missing = new Map<string, string>();
  /** Whose checkpoints they are; of the platform's, under its id. */
  readonly institutions: ReadonlySet<string>;
  /** How many were met as they were. */
  asExported = 0;

  private constructor(path: string, checkpoints: readonly z.infer<typeof checkpoint>[]) {
    for (const one of checkpoints) {
      const name = nameOf(one);
      const text = canonicalJson(one as JsonObject);
      // Of two that differ, the one that was not stored would be told of as if the database had changed.
      if ((this.missing.get(name) ?? text) !== text) {
        const of = one.institutionId ?? PLATFORM_ID;
        throw new Error(`The file ${path} contradicts itself at checkpoint ${one.number} of ${of}.`);
      }
      this.missing.set(name, text);
    }
    this.institutions = new Set(checkpoints.map(({ institutionId }) => institutionId ?? PLATFORM_ID));
  }

  /**
   * Reads a file that holds what the API answered: a list, its `data`, or a single checkpoint.
   *
   * @throws Error in words for whoever named the file
   */
  static read(path: string): ExportedCheckpoints {
    const parsed = exported.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!parsed.success || parsed.data.length === 0) {
      throw new Error(`The file ${path} holds no checkpoints in the form in which the API lists them.`);
    }
    return new ExportedCheckpoints(path, parsed.data);
  }

  /** Takes a checkpoint that is still there off those missed. Answers false if what was exported is another one. */
  meet(document: JsonObject & { readonly institutionId: string | null; readonly number: number }): boolean {
    const name = nameOf(document);
    const before = this.missing.get(name);
    this.missing.delete(name);
    if (before === undefined) return true;
    const isAsExported = before === canonicalJson(document);
    if (isAsExported) this.asExported += 1;
    return isAsExported;
  }

  /** The numbers of those that were not met, of one institution. */
  missed(institutionId: string): number[] {
    const prefix = `${institutionId} `;
    const names = [...this.missing.keys()].filter((name) => name.startsWith(prefix));
    return names.map((name) => Number(name.slice(prefix.length)));
  }
}

function nameOf(one: { readonly institutionId: string | null; readonly number: number }): string {
  return `${one.institutionId ?? PLATFORM_ID} ${one.number}`;
}
