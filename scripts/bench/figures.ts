/** Measured values under dotted names that end in their unit, such as `http.create.32.p50Ms`. */
export type Figures = Readonly<Record<string, number>>;

/** The figures under one more word in front of their names. */
export function under(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/** @throws RangeError of no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of nothing.');
  return (lower + upper) / 2;
}

/**
 * The smallest value that at least `share` (0 to 1) of the values do not exceed.
 *
 * @throws RangeError of no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError('There is no percentile of nothing.');
  return value;
}

/** One summary for each figure, taken over the rounds that have it. */
export function overRounds(
  rounds: readonly Figures[],
  summary: (values: readonly number[]) => number,
): Figures {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = rounds.map((round) => round[name]).filter((value) => value !== undefined);
      return [name, summary(values)];
    }),
  );
}
