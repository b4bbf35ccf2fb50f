import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';

const REQUIRED = 'field.required: Is required.';
const NOT_AN_OBJECT = 'field.wrong_type: Must be a JSON object.';

/** A required JSON object with fields of its own, each validated and named by its pointer. */
export function Nested(classOf: () => Class): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: classOf }),
    ValidateBy({
      name: 'nested',
      validator: {
        // Whatever else is no object is refused by ValidateNested, which would take an array for a list of objects.
        validate: (value: unknown) => value !== undefined && !Array.isArray(value),
        defaultMessage: (parameters) => (parameters?.value === undefined ? REQUIRED : NOT_AN_OBJECT),
      },
    }),
    ValidateNested({ message: NOT_AN_OBJECT }),
    Type(classOf),
  );
}
