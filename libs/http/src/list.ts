import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import type { PageQuery } from './page-query.js';

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

/** What a query asks for besides the page. */
export function filterOf<Query extends PageQuery & { institutionId?: string }>(
  query: Query,
): Omit<Query, keyof PageQuery | 'institutionId'> {
  const { limit: _limit, order: _order, cursor: _cursor, institutionId: _institutionId, ...filter } = query;
  return filter;
}
