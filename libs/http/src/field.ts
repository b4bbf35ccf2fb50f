import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { FieldFaultCode } from './request-faults.js';

/** What is wrong with a value, or undefined when nothing is. */
export interface ValueFault {
  readonly code: FieldFaultCode;
  readonly detail: string;
}

export interface FieldOptions {
  /** Whether the field may be left out. Null is never a way to leave a field out. */
  readonly optional?: boolean;
  readonly description?: string;
}

interface FieldDefinition extends FieldOptions {
  readonly schema: ApiPropertyOptions;
  readonly check: (value: unknown) => ValueFault | undefined;
}

const SEPARATOR = ': ';

/** Declares a field once, for the validation of requests and for the OpenAPI document. */
export function field({ schema, check, optional, description }: FieldDefinition): PropertyDecorator {
  const documented = {
    ...schema,
    ...(description === undefined ? {} : { description }),
  };
  return applyDecorators(
    optional === true ? ApiPropertyOptional(documented) : ApiProperty(documented),
    ...(optional === true ? [ValidateIf((_, value) => value !== undefined)] : []),
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value) => check(value) === undefined,
        defaultMessage: (parameters) => {
          const fault = check(parameters?.value);
          return fault ? fault.code + SEPARATOR + fault.detail : '';
        },
      },
    }),
  );
}

/** Reads the fault back out of the message that class-validator carries. */
export function readFault(message: string): { code: string; detail: string } {
  const end = message.indexOf(SEPARATOR);
  return { code: message.slice(0, end), detail: message.slice(end + SEPARATOR.length) };
}
