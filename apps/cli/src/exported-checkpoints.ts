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
  readonly institutions: ReadonlySet<string>;

  constructor(checkpoints: readonly z.infer<typeof checkpoint>[]) {
    for (const one of checkpoints) this.missing.set(nameOf(one), canonicalJson(one as JsonObject));
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
    return new ExportedCheckpoints(parsed.data);
  }

  /** Whether a checkpoint is none that was exported, or is what was. From here on it is no longer missed. */
  agreesWith(
    document: JsonObject & { readonly institutionId: string | null; readonly number: number },
  ): boolean {
    const name = nameOf(document);
    const before = this.missing.get(name);
    this.missing.delete(name);
    return before === undefined || before === canonicalJson(document);
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
