import type { IdempotencyKey, Principal, RequestContext, Role } from '#kernel';
import {
  applyDecorators,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { readPrecondition } from './entity-tags.js';
import { requestFaults } from './request-faults.js';

/** Whom a route is for: some roles, or everybody, with a key or without. */
export type Access = readonly Role[] | 'open';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook; absent on open routes. */
    principal?: Principal;
    /** Set by the hook that looks for a kept answer; absent where the request carries no key. */
    idempotencyKey?: IdempotencyKey;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** By which the OpenAPI document says whom an operation is for; without it, for everybody. */
export const ROLES_EXTENSION = 'x-roles';

/** Names the roles that a route is for. A route that names none is closed to everybody. */
export const Allow = (...roles: readonly Role[]): MethodDecorator =>
  applyDecorators(RouteConfig({ access: roles satisfies Access }), ApiExtension(ROLES_EXTENSION, roles));

/** Marks a route that needs no key. */
export const Open = (): CustomDecorator => RouteConfig({ access: 'open' satisfies Access });

/** @throws DomainError `access.forbidden` */
export function requireAllowed({ role }: Principal, access: readonly Role[]): void {
  if (!access.includes(role)) {
    throw requestFaults['access.forbidden'].because(`The role ${role} may not do this.`);
  }
}

/** The principal of the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** What a command needs to know of its request. */
export const Context = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    principal: principalOf(request),
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '/',
    requestId: request.id,
    clientIp: request.ip,
    precondition: readPrecondition(request.headers),
    idempotencyKey: request.idempotencyKey,
  };
});

function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('An open route asked for its principal.');
  return request.principal;
}
