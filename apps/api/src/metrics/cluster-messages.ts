import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of one process, as they travel to another. */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** What workers and the process that started them say to each other. A number joins an answer to its question. */
export type Message =
  /** A worker asks for the sum over all. */
  | { readonly metrics: 'asked'; readonly number: number }
  | { readonly metrics: 'summed'; readonly number: number; readonly text: string }
  /** Every worker is asked for its own; what one sends unasked, with number 0, are its last. */
  | { readonly metrics: 'wanted'; readonly number: number }
  | { readonly metrics: 'given'; readonly number: number; readonly figures: Figures };

/** A message about metrics, among all that processes say to each other. */
export function asMessage(said: unknown): Message | undefined {
  return typeof said === 'object' && said !== null && 'metrics' in said ? (said as Message) : undefined;
}

/** JSON has no word for what is no number, and a sum would not have one either. */
export function withoutGaps(figures: Figures): Figures {
  return figures.map((metric) => ({
    ...metric,
    values: metric.values.filter(({ value }) => Number.isFinite(value)),
  }));
}
