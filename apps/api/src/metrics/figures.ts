import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** The metrics of one process, as they travel to another. */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[];

/** JSON has no word for what is no number, and a sum would not have one either. */
export function withoutGaps(figures: Figures): Figures {
  return figures.map((metric) => ({
    ...metric,
    values: metric.values.filter(({ value }) => Number.isFinite(value)),
  }));
}

/** Each metric says by itself how it is put together. */
export function sum(
  figures: readonly Figures[],
): AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> {
  return AggregatorRegistry.aggregate(
    figures.filter(({ length }) => length > 0),
  ) as AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'>;
}
