/** What is new in every session: API keys, ids, request ids, hashes (but for the zeros before the first), cursors. */
const NEW_EACH_TIME = new RegExp(
  [
    'egk_[0-9a-z]{26}(?:_[0-9a-f]{64}_[0-9a-f]{8})?',
    '(?:inst|tmpl|ast|pos|ple|le|ak|aud|pol)_[0-7][0-9a-z]{25}',
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    '\\b(?!0{64})[0-9a-f]{64}\\b',
    '\\bWyIy[\\w-]{40,}',
  ].join('|'),
  'g',
);

/** Which values of one session stand for which of another, one for one. */
export class ShownValues {
  private readonly realOf = new Map<string, string>();
  private readonly shownOf = new Map<string, string>();

  /** A shown text with the real values. What was never met stays as it is. */
  toReal(shown: string): string {
    return shown.replace(NEW_EACH_TIME, (value) => this.realOf.get(value) ?? value);
  }

  /**
   * A real text with the shown values. A value that is new on both sides is taken for the one that the shown text
   * has in its place; what is shown for another value, or has no place there, stays real.
   */
  toShown(real: string, shown: string): string {
    const realValues = valuesIn(real);
    const shownValues = valuesIn(shown);
    if (realValues.map(kindOf).join() === shownValues.map(kindOf).join()) {
      realValues.forEach((value, index) => this.meet(value, shownValues[index] ?? value));
    }
    return real.replace(NEW_EACH_TIME, (value) => this.shownOf.get(value) ?? value);
  }

  private meet(real: string, shown: string): void {
    if (this.shownOf.has(real) || this.realOf.has(shown)) return;
    this.shownOf.set(real, shown);
    this.realOf.set(shown, real);
  }
}

function valuesIn(text: string): string[] {
  return text.match(NEW_EACH_TIME) ?? [];
}

function kindOf(value: string): string {
  return `${/^[a-z]+_|^Wy/.exec(value)?.[0] ?? ''}${value.startsWith('Wy') ? '' : value.length}`;
}
