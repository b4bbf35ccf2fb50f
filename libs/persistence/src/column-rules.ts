import type { ColumnRule } from '#kernel';
import { getMetadataArgsStorage } from 'typeorm';
import type { Column, EntityClass } from './table.js';

/** A form of condition on one column, with the rule that it is for values of the type. */
type Form = readonly [pattern: RegExp, rule: (operand: string) => ColumnRule];

const TEXTS = `'[^']*'(?:, ?'[^']*')*`;

const FORMS: readonly Form[] = [
  [new RegExp(`^(\\w+) IN \\((${TEXTS})\\)$`), oneOf],
  [new RegExp(`^(\\w+) <@ ARRAY\\[(${TEXTS})\\]$`), someOf],
  [/^(\w+) ~ '([^']*)'$/, matching],
  [/^(\w+) >= (\d+)$/, atLeast],
  [/^(\w+) > (0)$/, positive],
  [/^(\w+) <> '(NaN)'$/, anyNumber],
];

/**
 * What an entity's CHECK constraints ask of each column by itself, by the name of the column. PostgreSQL judges them all
 * when a row is stored; what is read here can be told of before, and without it. Conditions on several columns are left
 * to it, and to those who verify what the rows tell together.
 *
 * @throws Error when a condition on one column is of no form that can be read here, which is told before any is stored
 */
export function columnRules(
  entity: EntityClass,
  columns: readonly Column[],
): ReadonlyMap<string, ColumnRule[]> {
  const rules = new Map<string, ColumnRule[]>(columns.map(({ name }) => [name, []]));
  for (const { target, expression } of getMetadataArgsStorage().checks) {
    if (target !== entity) continue;
    for (const condition of conditionsOf(expression)) {
      const [name = '', ...others] = columnsOf(condition, columns);
      if (others.length === 0) rules.get(name)?.push(ruleOf(condition));
    }
  }
  return rules;
}

/** What is joined by AND; the whole where that may belong to something else. */
function conditionsOf(expression: string): readonly string[] {
  return /\b(?:OR|CASE|BETWEEN)\b/.test(expression) ? [expression] : expression.split(' AND ');
}

function columnsOf(condition: string, columns: readonly Column[]): readonly string[] {
  const words = new Set(condition.replaceAll(/'[^']*'/g, '').match(/\w+/g));
  return columns.map(({ name }) => name).filter((name) => words.has(name));
}

function ruleOf(condition: string): ColumnRule {
  for (const [pattern, rule] of FORMS) {
    const operand = pattern.exec(condition.trim())?.[2];
    if (operand !== undefined) return rule(operand);
  }
  throw new Error(`No rule for imports is read from the CHECK ${condition}: add its form to column-rules.`);
}

function textsOf(list: string): string[] {
  return list.split(',').map((text) => text.trim().slice(1, -1));
}

function oneOf(list: string): ColumnRule {
  const texts = textsOf(list);
  return { demand: `must be one of ${texts.join(', ')}`, holds: (value) => texts.includes(value as string) };
}

function someOf(list: string): ColumnRule {
  const texts = textsOf(list);
  return {
    demand: `must hold only ${texts.join(', ')}`,
    holds: (value) => (value as string[]).every((text) => texts.includes(text)),
  };
}

function matching(source: string): ColumnRule {
  const pattern = new RegExp(source);
  return { demand: `must match ${source}`, holds: (value) => pattern.test(value as string) };
}

function atLeast(least: string): ColumnRule {
  // An amount, which is text, has no sign.
  return {
    demand: `must be ${least} or more`,
    holds: (value) => typeof value === 'string' || (value as number) >= Number(least),
  };
}

function anyNumber(): ColumnRule {
  return { demand: 'must be a number', holds: (value) => value !== 'NaN' };
}

function positive(): ColumnRule {
  return { demand: 'must be more than zero', holds: (value) => /[1-9]/.test(String(value)) };
}
