import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from './invalid-request.js';
import { escapePointer, unknownField } from './raw-input.js';
import { requestFaults } from './request-faults.js';

/** The numbers by which Nest tells a handler's body and query parameters apart in its metadata keys. */
const BODY = '3';
const QUERY = '4';

/** Refuses a query or body sent to a route that declares none; declared ones are checked by the pipe. */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const declared = declaredKinds(context);
    const names = [
      ...(declared.has(QUERY) ? [] : namesOf(query)),
      ...(declared.has(BODY) ? [] : namesOf(body)),
    ];
    requireNoFields(names);
    if (!declared.has(BODY)) requireNoValue(body);
    return true;
  }
}

/** Refuses what is given where nothing is taken. @throws DomainError `request.invalid` that names each field */
export function requireNoFields(names: readonly string[]): void {
  if (names.length === 0) return;
  throw invalidRequest(names.map((name) => unknownField(`/${escapePointer(name)}`)));
}

function declaredKinds(context: ExecutionContext): ReadonlySet<string> {
  const parameters = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) as object | undefined;
  return new Set(Object.keys(parameters ?? {}).map((key) => key.split(':', 1)[0] ?? ''));
}

function namesOf(input: unknown): string[] {
  return typeof input === 'object' && input !== null ? Object.keys(input) : [];
}

/** An empty object says nothing; any other body says something to a route that does not listen. */
function requireNoValue(body: unknown): void {
  const isNothing = body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body));
  if (isNothing) return;
  throw requestFaults['request.invalid'].because('No body is taken here.', {
    errors: [
      { pointer: '', code: 'field.wrong_type', detail: 'Must be left out, or be an empty JSON object.' },
    ],
  });
}
