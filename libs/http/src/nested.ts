import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';
import { writeFault, type ValueFault } from './field.js';

const REQUIRED: ValueFault = { code: 'field.required', detail: 'Is required.' };
const NOT_AN_OBJECT: ValueFault = { code: 'field.wrong_type', detail: 'Must be a JSON object.' };
const NOT_AN_ARRAY: ValueFault = { code: 'field.wrong_type', detail: 'Must be a JSON array.' };

/** A required JSON object with fields of its own, each validated and named by its pointer. */
export function Nested(classOf: () => Class): PropertyDecorator {
  return applyDecorators(
    // @nestjs/swagger asks a function for its class only if the function is named `type`, and takes others for a class.
    ApiProperty({ type: () => classOf() }),
    // Whatever else is no object is refused by ValidateNested, which would take an array for a list of objects.
    checked((value) => (value === undefined ? REQUIRED : Array.isArray(value) ? NOT_AN_OBJECT : undefined)),
    ValidateNested({ message: writeFault(NOT_AN_OBJECT) }),
    Type(classOf),
  );
}

/** A required list of 1 to `max` JSON objects, each with fields of its own. */
export function NestedList(classOf: () => Class, { max }: { readonly max: number }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: () => classOf(), isArray: true, minItems: 1, maxItems: max }),
    checked((value) => listFault(value, max)),
    // What is no list of objects is told above, at the item.
    ValidateNested({ each: true, message: () => '' }),
    Type(classOf),
  );
}

function listFault(value: unknown, max: number): ValueFault | undefined {
  if (value === undefined) return REQUIRED;
  if (!Array.isArray(value)) return NOT_AN_ARRAY;
  if (value.length < 1 || value.length > max) {
    return { code: 'field.wrong_length', detail: `Must have 1 to ${max} items.` };
  }
  const index = value.findIndex((item) => typeof item !== 'object' || item === null || Array.isArray(item));
  return index < 0 ? undefined : { ...NOT_AN_OBJECT, at: `/${index}` };
}

function checked(check: (value: unknown) => ValueFault | undefined): PropertyDecorator {
  return ValidateBy({
    name: 'nested',
    validator: {
      validate: (value: unknown) => check(value) === undefined,
      defaultMessage: (parameters) => {
        const fault = check(parameters?.value);
        return fault ? writeFault(fault) : '';
      },
    },
  });
}
