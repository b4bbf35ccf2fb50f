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
];

/**
 * What an entity's CHECK constraints ask of each column by itself, by the name of the column: conditions that are joined
 * by AND, each of a form that can be read here. PostgreSQL judges them all when a row is stored; what is read here can be
 * told of before, and without it.
 */
export function columnRules(
  entity: EntityClass,
  columns: readonly Column[],
): ReadonlyMap<string, ColumnRule[]> {
  const rules = new Map<string, ColumnRule[]>(columns.map(({ name }) => [name, []]));
  for (const { target, expression } of getMetadataArgsStorage().checks) {
    if (target !== entity || /\b(?:OR|CASE)\b/.test(expression)) continue;
    for (const condition of expression.split(' AND ')) {
      for (const [pattern, rule] of FORMS) {
        const [, name = '', operand = ''] = pattern.exec(condition.trim()) ?? [];
        rules.get(name)?.push(rule(operand));
      }
    }
  }
  return rules;
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

function positive(): ColumnRule {
  return { demand: 'must be more than zero', holds: (value) => /[1-9]/.test(String(value)) };
}
