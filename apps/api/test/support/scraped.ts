import type { Installation } from './service.js';

/** One line of a scrape. */
export interface Sample {
  /** With the suffix that a histogram gives it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric, as a scrape describes it. */
export interface Metric {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

/** As long as Prometheus waits, unless it is told otherwise. */
const MAX_WAIT_MS = 10_000;

const NAME = String.raw`[a-z][a-z0-9_]*`;
const LABEL = String.raw`${NAME}="(?:[^"\\]|\\["\\n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? ([-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf))$`,
);
const HISTOGRAM_PART = /_(?:bucket|sum|count)$/;

/** What a service says in Prometheus' text format, line by line. */
export class Scraped {
  readonly metrics = new Map<string, Metric>();

  /** @throws Error naming a line that is not of the format, or a metric that is described twice or not at all */
  constructor(readonly text: string) {
    for (const line of text.split('\n')) this.read(line);
  }

  /** The sum of the samples that have these labels, beside others. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  samples(name: string, labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const all = this.metricOf(name)?.samples ?? [];
    const wanted = Object.entries(labels);
    return all.filter(
      (sample) => sample.name === name && wanted.every(([label, text]) => sample.labels[label] === text),
    );
  }

  /** The metric that a sample of this name belongs to. */
  metricOf(name: string): Metric | undefined {
    const base = this.metrics.get(name.replace(HISTOGRAM_PART, ''));
    return base?.type === 'histogram' ? base : this.metrics.get(name);
  }

  /** Every name that a query can ask for, each with the labels that its samples have. */
  series(): ReadonlyMap<string, ReadonlySet<string>> {
    const samples = [...this.metrics.values()].flatMap((metric) => metric.samples);
    const byName = Map.groupBy(samples, ({ name }) => name);
    return new Map(
      [...byName].map(([name, those]) => [name, new Set(those.flatMap(({ labels }) => Object.keys(labels)))]),
    );
  }

  private read(line: string): void {
    const [, comment, name = '', said = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (line === '') return;
    if (comment === 'HELP') {
      if (this.metrics.has(name)) throw new Error(`${name} is described twice.`);
      this.metrics.set(name, { type: '', help: said, samples: [] });
    } else if (comment === 'TYPE') {
      const { help = '' } = this.metrics.get(name) ?? {};
      this.metrics.set(name, { type: said, help, samples: [] });
    } else this.readSample(line);
  }

  private readSample(line: string): void {
    const [whole, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const metric = this.metricOf(name);
    if (whole === undefined || metric === undefined) throw new Error(`This is no line of metrics: ${line}`);
    const pairs = [...labels.matchAll(/([a-z0-9_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [
      key,
      text,
    ]);
    metric.samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
}

/** Reads the metrics of a service with its root key. @throws Error when they do not come in time */
export async function scrape({
  url,
  installation,
}: {
  readonly url: string;
  readonly installation: Installation;
}): Promise<Scraped> {
  const answer = await fetch(`${url}/metrics`, {
    headers: { 'x-api-key': installation.rootKey },
    signal: AbortSignal.timeout(MAX_WAIT_MS),
  });
  if (answer.status !== 200)
    throw new Error(`Metrics were answered with ${answer.status}: ${await answer.text()}`);
  return new Scraped(await answer.text());
}
