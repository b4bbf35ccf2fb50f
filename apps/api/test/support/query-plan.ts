import type pg from 'pg';
import type { RecordedStatement } from './recorded-statements.js';

/** What EXPLAIN tells of a step of a plan. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Subplan Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Scan Direction'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'CTE Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/**
 * The plans that PostgreSQL has for a statement: the one for its values and, if the statement is kept prepared, also
 * the one that it may use for any values after five executions. Empty for what has no plan, such as COMMIT.
 */
export async function plansOf(client: pg.Client, statement: RecordedStatement): Promise<PlanNode[]> {
  const { text, values, name } = statement;
  if (!/^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(text)) return [];
  const plans = [await explain(client, text, values)];
  if (name !== undefined) {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE kept AS ${text}`);
    // A generic plan is made without looking at the values.
    plans.push(await explain(client, `EXECUTE kept (${values.map(() => 'NULL').join(', ')})`));
    await client.query('DEALLOCATE kept');
  }
  return plans;
}

/** What runs a statement, which tells also of steps that PostgreSQL only makes up its mind to when it comes to them. */
export async function runPlan(client: pg.Client, { text, values }: RecordedStatement): Promise<PlanNode> {
  return explain(client, text, values, 'ANALYZE');
}

async function explain(
  client: pg.Client,
  text: string,
  values: readonly unknown[] = [],
  option = 'COSTS',
): Promise<PlanNode> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (${option}, FORMAT JSON) ${text}`,
    [...values],
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error(`There is no plan for: ${text}`);
  return plan;
}

/** A plan with a line for every step, each under the step that it feeds; what is defined by WITH is left out. */
export function outline(plan: PlanNode): string[] {
  const steps = (plan.Plans ?? []).filter((step) => !step['Subplan Name']?.startsWith('CTE '));
  return [lineOf(plan), ...steps.flatMap((step) => outline(step).map((line) => `  ${line}`))];
}

/** The indexes that a plan reads, or the tables that it reads without one, in order. */
export function reads(plan: PlanNode): string[] {
  const steps = (plan.Plans ?? []).flatMap(reads);
  const index = plan['Index Name'];
  if (index !== undefined) return [index, ...steps];
  const table = plan['Relation Name'];
  return plan['Node Type'].endsWith('Seq Scan') ? [`all of ${table}`, ...steps] : steps;
}

function lineOf(step: PlanNode): string {
  const by = columnsIn(step['Index Cond']);
  const filtering = columnsIn(step.Filter);
  return [
    step['Node Type'],
    ...(step['Scan Direction'] === 'Backward' ? ['backward'] : []),
    ...[step['Index Name'] ?? step['Relation Name'] ?? step['CTE Name'] ?? []].flat(),
    ...(by.length > 0 ? [`by ${by.join(', ')}`] : []),
    ...(filtering.length > 0 ? [`filtering ${filtering.join(', ')}`] : []),
  ].join(' ');
}

/** The columns that a condition compares, in its order. */
function columnsIn(condition = ''): string[] {
  const withoutValues = condition.replace(/'(?:[^']|'')*'/g, '').replace(/::[a-z ]+(\[\])?/g, '');
  const compared = withoutValues.matchAll(/(?:ROW(\([a-z_, ]+\))|\b([a-z_]+))\)? (?:=|<>|<=|>=|<|>|@>|IS)/g);
  return [...new Set([...compared].map(([, row, column]) => row ?? column ?? ''))];
}
