import type { FieldFault } from '#kernel';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { readFault } from './field.js';
import { freeMembersOf } from './free-members.js';
import { invalidRequest } from './invalid-request.js';
import { isOptionalBody } from './optional-body.js';
import { escapePointer, hasMoreParts, tamed, unknownField } from './raw-input.js';
import { requestFaults } from './request-faults.js';
import { gatherTextMembers } from './text-members.js';

type RequestClass = new () => object;

/** More than the largest batch has. */
const MAX_PARTS = 10_000;

/** Turns bodies and queries into their request classes, or refuses them naming every field at fault. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  async transform(sent: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || metatype === undefined || metatype === Object) return sent;
    const value = sent === undefined && isOptionalBody(metatype) ? {} : sent;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw requestFaults['request.invalid'].because('The body must be a JSON object.', {
        errors: [{ pointer: '', code: 'field.wrong_type', detail: 'Must be a JSON object.' }],
      });
    }
    const faults: FieldFault[] = [];
    const requestClass = metatype as RequestClass;
    const given = type === 'query' ? gatherTextMembers(value, requestClass, faults) : value;
    const request = toRequest(given, requestClass, faults);
    const errors = await validate(request, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
    });
    for (const error of errors) for (const fault of toFieldFaults(error, '')) faults.push(fault);
    if (faults.length === 0) return request;
    throw invalidRequest(faults);
  }
}

function toRequest(value: object, requestClass: RequestClass, faults: FieldFault[]): object {
  const free = freeMembersOf(requestClass.prototype as object);
  const members = Object.entries(value);
  const bound = Object.fromEntries(members.filter(([name]) => !free.includes(name)));
  if (hasMoreParts(bound, MAX_PARTS)) {
    const detail = `Must have at most ${MAX_PARTS} members and items in all.`;
    throw invalidRequest([{ pointer: '', code: 'field.too_large', detail }]);
  }
  const request = plainToInstance(requestClass, tamed(bound, faults));
  return Object.assign(request, Object.fromEntries(members.filter(([name]) => free.includes(name))));
}

function toFieldFaults(error: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {})
    .filter(([, message]) => message !== '')
    .map(([constraint, message]) =>
      constraint === 'whitelistValidation' ? unknownField(pointer) : readFault(message, pointer),
    );
  // Of a value that is wrong as a whole, the parts say nothing more.
  if (own.some((fault) => fault.pointer === pointer)) return own;
  return [...own, ...(error.children ?? []).flatMap((child) => toFieldFaults(child, pointer))];
}
