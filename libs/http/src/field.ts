import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { FieldFault } from '#kernel';
import type { FieldFaultCode } from './request-faults.js';

/** What is wrong with a value, or undefined when nothing is. */
export interface ValueFault {
  readonly code: FieldFaultCode;
  /** Where in the value it is wrong, as a pointer; in all of it, when left out. */
  readonly at?: string;
  readonly detail: string;
}

export interface FieldOptions {
  /** Whether the field may be left out. Null is never a way to leave a field out. */
  readonly optional?: boolean;
  readonly description?: string;
  /** Where that of the kind of field would not do. */
  readonly example?: unknown;
}

interface FieldDefinition extends FieldOptions {
  readonly schema: ApiPropertyOptions;
  readonly check: (value: unknown) => ValueFault | undefined;
}

const SEPARATOR = ': ';

/** Declares a field once, for the validation of requests and for the OpenAPI document. */
export function field({ schema, check, optional, description, example }: FieldDefinition): PropertyDecorator {
  const documented = {
    ...schema,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
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
          return fault ? writeFault(fault) : '';
        },
      },
    }),
  );
}

/** The message by which class-validator carries a fault. */
export function writeFault({ code, at = '', detail }: ValueFault): string {
  return code + at + SEPARATOR + detail;
}

/** Reads the fault of a field back out of its message. */
export function readFault(message: string, pointer: string): FieldFault {
  const end = message.indexOf(SEPARATOR);
  const [code = '', ...at] = message.slice(0, end).split('/');
  return { pointer: [pointer, ...at].join('/'), code, detail: message.slice(end + SEPARATOR.length) };
}
