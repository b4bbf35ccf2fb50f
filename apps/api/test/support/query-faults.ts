import { readQuery, type Matcher, type Selector } from './promql.js';
import type { Scraped } from './scraped.js';

/** What Prometheus adds to every sample. */
const ADDED_LABELS = ['instance', 'job'];
/** What Prometheus itself tells of whatever it scrapes. */
const ADDED_METRICS = ['up'];
/** Labels whose values depend on what happens to be asked. */
const OPEN_LABELS = ['status', 'route', 'method', 'currency'];
const STATUS = /^[1-5](?:\d\d|\.\.)$/;

/** What a query names that a service does not tell of; empty where there is all of it. */
export function faultsOfQuery(query: string, scraped: Scraped, routes: readonly string[]): string[] {
  const series = scraped.series();
  const { selectors, grouping } = readQuery(query);
  const labelsOf = (name: string): Set<string> =>
    new Set([...ADDED_LABELS, ...(series.get(name) ?? []), ...unlabelled(name)]);
  const everyLabel = new Set(selectors.flatMap(({ name }) => [...labelsOf(name)]));
  return [
    ...selectors.flatMap((selector) => faultsOfSelector(selector, scraped, routes, labelsOf(selector.name))),
    ...grouping.filter((label) => !everyLabel.has(label)).map((label) => `no label ${label} to group by`),
  ];
}

/** The labels that a legend shows in double braces. */
export function labelsOfLegend(legend: string): string[] {
  return [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label);
}

function unlabelled(name: string): string[] {
  return name.endsWith('_bucket') ? ['le'] : [];
}

function faultsOfSelector(
  { name, matchers }: Selector,
  scraped: Scraped,
  routes: readonly string[],
  labels: ReadonlySet<string>,
): string[] {
  if (ADDED_METRICS.includes(name)) return [];
  if (!scraped.series().has(name)) return [`no metric ${name}`];
  return matchers.flatMap((matcher) => {
    if (!labels.has(matcher.label)) return [`${name} has no label ${matcher.label}`];
    if (ADDED_LABELS.includes(matcher.label)) return [];
    const known = new Set(scraped.samples(name).map((sample) => sample.labels[matcher.label]));
    return valuesOf(matcher)
      .filter((value) => !isKnown(matcher.label, value, known, routes))
      .map((value) => `${name} never has ${matcher.label} ${value}`);
  });
}

function valuesOf({ operator, text }: Matcher): string[] {
  return operator.endsWith('~') ? text.split('|') : [text];
}

function isKnown(
  label: string,
  value: string,
  known: ReadonlySet<string | undefined>,
  routes: readonly string[],
): boolean {
  if (label === 'route') return routes.includes(value);
  if (label === 'status') return STATUS.test(value);
  return OPEN_LABELS.includes(label) || known.has(value);
}
