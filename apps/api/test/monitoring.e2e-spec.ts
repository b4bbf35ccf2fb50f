import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Json } from './support/answer.js';
import { OPERATIONS } from './support/document.js';
import { faultsOfQuery, labelsOfLegend } from './support/query-faults.js';
import { readQuery } from './support/promql.js';
import { newSealKey, type SealKey } from './support/sealed-service.js';
import { scrape, type Scraped } from './support/scraped.js';
import { closeService, openService, type Service } from './support/service.js';
import { done, foundTenant, move, openPosition } from './support/tenant.js';

const ALERTS: Json = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8'));
const EXAMPLE: Json = parse(readFileSync('deploy/prometheus/prometheus.yaml', 'utf8'));
const DASHBOARD: Json = JSON.parse(readFileSync('deploy/grafana/escrowgrid.json', 'utf8'));
const METRICS_PAGE = readFileSync('docs/METRICS.md', 'utf8');
const RUNBOOK = 'docs/OPERATIONS.md';

const RULES: Json[] = ALERTS.groups.flatMap(({ rules }: Json) => rules);
const PANELS: Json[] = DASHBOARD.panels.filter(({ type }: Json) => type !== 'row');
const ROUTES = OPERATIONS.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'));

/** What Grafana puts in place of its own words before it asks. */
const asAsked = (query: string): string =>
  query.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');

const QUERIES: [where: string, query: string, legend: string][] = [
  ...RULES.map(({ alert, expr }): [string, string, string] => [`the alert ${alert}`, expr, '']),
  ...PANELS.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr, legendFormat }: Json): [string, string, string] => [
      `${refId} of the panel ${title}`,
      asAsked(expr),
      legendFormat,
    ]),
  ),
];

/** As a page shows its headings' names in links. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    `#${heading}`
      .toLowerCase()
      .replaceAll(/[^\w\s#-]/g, '')
      .replaceAll(' ', '-'),
  );

describe('what is shown and alerted on', () => {
  let service: Service;
  let sealKey: SealKey;
  let scraped: Scraped;

  beforeAll(async () => {
    sealKey = newSealKey();
    service = await openService('postgres', sealKey.settings);
    const { admin, assetId } = await foundTenant(service);
    done(await move(admin, await openPosition(admin, assetId, '10.00'), 'FUNDED'));
    done(await admin.get('/v1/positions'));
    scraped = await scrape(service);
  });
  afterAll(async () => {
    await closeService(service);
    sealKey.remove();
  });

  test.each(QUERIES)('%s asks for what the service tells', (_, query) => {
    expect(faultsOfQuery(query, scraped, ROUTES)).toEqual([]);
  });

  test.each(QUERIES.filter(([, , legend]) => legend !== ''))(
    '%s shows labels that it has',
    (_, query, legend) => {
      const { selectors, grouping } = readQuery(query);
      const isGrouped = /\bby\b/.test(query);
      const labels = selectors.flatMap(({ name }) => [...(scraped.series().get(name) ?? [])]);
      const known = new Set(isGrouped ? grouping : [...labels, 'instance', 'job']);
      expect(labelsOfLegend(legend).filter((label) => !known.has(label))).toEqual([]);
    },
  );

  test.each([
    [
      'a metric that there is not',
      'sum(rate(escrowgrid_comits_total[5m]))',
      'no metric escrowgrid_comits_total',
    ],
    [
      'a histogram without its suffix',
      'escrowgrid_group_commit_units',
      'no metric escrowgrid_group_commit_units',
    ],
    [
      'a label that it has not',
      'escrowgrid_commits_total{state="stored"}',
      'escrowgrid_commits_total has no label state',
    ],
    [
      'a value that it never has',
      'escrowgrid_commits_total{outcome=~"stored|lost"}',
      'escrowgrid_commits_total never has outcome lost',
    ],
    [
      'a route that there is not',
      'escrowgrid_http_request_duration_seconds_sum{route="/v2/positions"}',
      'escrowgrid_http_request_duration_seconds_sum never has route /v2/positions',
    ],
    ['a label to group by', 'sum by (tenant) (escrowgrid_positions)', 'no label tenant to group by'],
  ])('%s is found out', (_, query, fault) => {
    expect(faultsOfQuery(query, scraped, ROUTES)).toEqual([fault]);
  });

  test.each(['sum(', 'rate(up[5m]) by', 'up{job=}', 'up up'])('%s is no query', (query) => {
    expect(() => readQuery(query)).toThrow('This is no PromQL');
  });

  test('docs/METRICS.md describes every metric as a scrape does, and no other', () => {
    const rows = [...METRICS_PAGE.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)];
    const documented = rows.map(([, name, type, labels = '', meaning]) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
      meaning,
    }));
    const told = [...scraped.metrics].map(([name, { type, help, samples }]) => ({
      name,
      type,
      labels: [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))]
        .filter((label) => label !== 'le')
        .sort(),
      meaning: help,
    }));
    const byName = (left: { name?: string }, right: { name?: string }): number =>
      String(left.name) < String(right.name) ? -1 : 1;
    expect(documented.sort(byName)).toEqual(told.sort(byName));
  });

  test('docs/METRICS.md names every value of the labels that have few', () => {
    const samples = [...scraped.metrics.values()].flatMap((metric) => metric.samples);
    const values = ['operation', 'outcome', 'reason', 'fate', 'record', 'state'].flatMap((label) =>
      samples.flatMap(({ labels }) => labels[label] ?? []),
    );
    expect(new Set(values).size).toBeGreaterThan(25);
    expect([...new Set(values)].filter((value) => !METRICS_PAGE.includes(`\`${value}\``))).toEqual([]);
  });
});

describe('alert rules', () => {
  test.each(RULES)('$alert says what is wrong, how bad it is, and where to read on', (rule) => {
    expect(Object.keys(rule).sort()).toEqual(
      ['alert', 'annotations', 'expr', 'labels', ...('for' in rule ? ['for'] : [])].sort(),
    );
    expect(rule.alert).toMatch(/^EscrowGrid[A-Z]\w+$/);
    expect(rule.for ?? '0s').toMatch(/^\d+[smh]$/);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    const { summary, description, runbook_url: link } = rule.annotations;
    expect([summary, description]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
    expect(link.split('#')[0]).toBe(RUNBOOK);
    const shown = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    const { grouping } = readQuery(rule.expr);
    const isGrouped = /\bsum\b/.test(rule.expr);
    for (const label of shown) expect(isGrouped ? grouping : ['instance']).toContain(label);
  });

  test('lead to headings of the runbook', () => {
    const anchors = existsSync(RUNBOOK) ? anchorsOf(readFileSync(RUNBOOK, 'utf8')) : [];
    const links: string[] = RULES.map(({ annotations }) => `#${annotations.runbook_url.split('#')[1]}`);
    expect([...new Set(links)].filter((link) => !anchors.includes(link))).toEqual([]);
  });

  test('are all named differently, and on the list of the example', () => {
    const names = RULES.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    expect(EXAMPLE.rule_files).toEqual(['alerts.yaml']);
  });
});

test('the example for Prometheus asks for metrics where they are, with a token', () => {
  const [job] = EXAMPLE.scrape_configs;
  expect(ROUTES).toContain(job.metrics_path);
  expect(job.authorization).toEqual({ type: 'Bearer', credentials_file: expect.stringMatching(/^\//) });
  const jobs = QUERIES.flatMap(([, query]) => readQuery(query).selectors).flatMap(({ matchers }) =>
    matchers.filter(({ label }) => label === 'job').map(({ text }) => text),
  );
  expect(new Set(jobs)).toEqual(new Set([job.job_name]));
});

describe('the dashboard', () => {
  test('has panels of their own ids and places, each with a title and words on it', () => {
    const ids = DASHBOARD.panels.map(({ id }: Json) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = DASHBOARD.panels.flatMap(({ gridPos: { x, y, w, h } }: Json) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { title, description, gridPos } of PANELS) {
      expect([title, description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\.$/)]);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  test('asks the data source that is chosen, for the replicas that are chosen', () => {
    const names = DASHBOARD.templating.list.map(({ name }: Json) => name);
    expect(names).toEqual(['datasource', 'instance']);
    for (const { datasource, targets } of PANELS) {
      expect(datasource.uid).toBe('${datasource}');
      for (const { expr } of targets) expect(expr).toContain('instance=~"$instance"');
    }
  });
});
