import { narrowScope, scopeOf, type Principal, type Scope } from '#kernel';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import type { PageQuery } from './page-query.js';
import { requestFaults } from './request-faults.js';

/** Documents a route that answers a page of `item`s. */
export function ApiList(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['data', 'page'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          page: {
            type: 'object',
            required: ['limit', 'nextCursor'],
            properties: {
              limit: { type: 'integer' },
              nextCursor: { type: 'string', nullable: true, description: 'Null on the last page.' },
            },
          },
        },
      },
    }),
  );
}

/**
 * For whom a list is read: the caller's scope, narrowed to an institution that the request names.
 *
 * @throws DomainError `request.unknown_institution`, alike for another tenant's id and one that does not exist
 */
export function requireScope(caller: Principal, institutionId: string | undefined): Scope {
  const scope = narrowScope(scopeOf(caller), institutionId);
  if (scope !== undefined) return scope;
  throw requestFaults['request.unknown_institution'].at('/institutionId', 'There is no such institution.');
}

/** What a query asks for besides the page. */
export function filterOf<Query extends PageQuery & { institutionId?: string }>(
  query: Query,
): Omit<Query, keyof PageQuery | 'institutionId'> {
  const { limit: _limit, order: _order, cursor: _cursor, institutionId: _institutionId, ...filter } = query;
  return filter;
}
