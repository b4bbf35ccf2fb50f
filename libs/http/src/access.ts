import type { Principal, RequestContext, Role } from '#kernel';
import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { requestFaults } from './request-faults.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook; absent on open routes. */
    principal?: Principal;
  }
}

const ALLOWED_ROLES = 'escrowgrid:allowed-roles';

/** Names the roles that a route is for. A route that names none is closed to everybody. */
export const Allow = (...roles: readonly Role[]): CustomDecorator => SetMetadata(ALLOWED_ROLES, roles);

/** Marks a route, or all of a controller's, that needs no key. */
export const Open = (): CustomDecorator => SetMetadata(ALLOWED_ROLES, 'open');

@Injectable()
export class RoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | 'open' | undefined>(ALLOWED_ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (allowed === 'open') return true;
    const role = context.switchToHttp().getRequest<FastifyRequest>().principal?.role;
    if (role !== undefined && allowed?.includes(role) === true) return true;
    throw requestFaults['access.forbidden'].because(`The role ${role ?? 'none'} may not do this.`);
  }
}

/** The principal of the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** What the audit trail keeps of the request. */
export const Context = createParamDecorator((_: unknown, context: ExecutionContext): RequestContext => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    principal: principalOf(request),
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '/',
    requestId: request.id,
    clientIp: request.ip,
  };
});

function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('An open route asked for its principal.');
  return request.principal;
}
