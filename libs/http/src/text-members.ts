import type { FieldFault } from '#kernel';
import { applyDecorators } from '@nestjs/common';
import { field, type ValueFault } from './field.js';
import { Free } from './free-members.js';
import { escapePointer } from './raw-input.js';
import { forbiddenCharacter } from './text-faults.js';

const TEXT_MEMBERS = 'escrowgrid:text-members';
const MAX_MEMBERS = 10;
const MAX_LENGTH = 200;
const FORM =
  `Each is a parameter with its key in brackets. Several must all be there, ${MAX_MEMBERS} at most; ` +
  `a key has 1 to ${MAX_LENGTH} characters other than brackets, and is given once.`;

interface TextMembersOptions {
  readonly description: string;
  readonly example: Readonly<Record<string, string>>;
}

const Gathered: PropertyDecorator = (target, property) => {
  Reflect.defineMetadata(TEXT_MEMBERS, [...textMembersOf(target), property], target);
};

/**
 * Texts by key, each given in a query as a parameter `field[key]=text` of its own: at most 10, with keys of 1 to 200
 * characters other than brackets, and texts of at most 200.
 */
export function TextMembers({ description, example }: TextMembersOptions): PropertyDecorator {
  return applyDecorators(
    Free,
    Gathered,
    field({
      optional: true,
      description: `${description} ${FORM}`,
      schema: {
        type: 'object',
        style: 'deepObject',
        explode: true,
        maxProperties: MAX_MEMBERS,
        additionalProperties: { type: 'string', maxLength: MAX_LENGTH },
        example,
      } as never,
      check: (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value))
          return { code: 'field.wrong_type', detail: 'Must be given with a key in brackets.' };
        if (Object.keys(value).length <= MAX_MEMBERS) return undefined;
        return { code: 'field.wrong_length', detail: `Must have at most ${MAX_MEMBERS} keys.` };
      },
    }),
  );
}

/**
 * A query with the parameters `field[key]` put together where a field takes them. What is wrong with one of them is
 * noted at its own name; those that no field takes stay as they are.
 */
export function gatherTextMembers(
  query: object,
  requestClass: new () => object,
  faults: FieldFault[],
): object {
  const fields = textMembersOf(requestClass.prototype as object);
  const members = new Map<string, [string, unknown][]>(fields.map((name) => [name, []]));
  const others: [string, unknown][] = [];
  for (const [name, value] of Object.entries(query)) {
    const [, of = '', key = ''] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
    const texts = members.get(of);
    const fault = texts && memberFault(key, value);
    if (fault) faults.push({ pointer: `/${escapePointer(name)}`, ...fault });
    if (texts) texts.push([key, value]);
    else others.push([name, value]);
  }
  const given = [...members].filter(([, texts]) => texts.length > 0);
  const whole = given.map(([name, texts]) => [name, Object.fromEntries(texts)] as const);
  // A parameter without brackets comes last: it is at fault, and must not be hidden by those that have them.
  return Object.fromEntries([...whole, ...others]);
}

function memberFault(key: string, value: unknown): ValueFault | undefined {
  if (typeof value !== 'string') return { code: 'field.wrong_type', detail: 'Must be given once.' };
  if ([...key].length > MAX_LENGTH || [...value].length > MAX_LENGTH) {
    return {
      code: 'field.wrong_length',
      detail: `The key and its text must have at most ${MAX_LENGTH} characters.`,
    };
  }
  return forbiddenCharacter(key) ?? forbiddenCharacter(value);
}

function textMembersOf(prototype: object): readonly string[] {
  return (Reflect.getMetadata(TEXT_MEMBERS, prototype) as readonly string[] | undefined) ?? [];
}
