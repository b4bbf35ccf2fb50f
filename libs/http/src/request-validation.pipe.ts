import type { FieldFault } from '#kernel';
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { readFault } from './field.js';
import { escapePointer, rawInputFault } from './raw-input-faults.js';
import { fieldFaults, requestFaults } from './request-faults.js';

/** Turns bodies and queries into their request classes, or refuses them naming every field at fault. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors: ValidationError[]) =>
        requestFaults['request.invalid'].because('The request has invalid fields.', {
          errors: errors.flatMap((error) => toFieldFaults(error, '')),
        }),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw requestFaults['request.invalid'].because('The body must be a JSON object.', {
        errors: [{ pointer: '', code: 'field.wrong_type', detail: 'Must be a JSON object.' }],
      });
    }
    const fault = metadata.type === 'custom' ? undefined : rawInputFault(value);
    if (fault)
      throw requestFaults['request.invalid'].because('The request has invalid fields.', { errors: [fault] });
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

function toFieldFaults(error: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) =>
    constraint === 'whitelistValidation'
      ? { pointer, code: fieldFaults['field.unknown'].code, detail: 'There is no such field.' }
      : { pointer, ...readFault(message) },
  );
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldFaults(child, pointer))];
}
