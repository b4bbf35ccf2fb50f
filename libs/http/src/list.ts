import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { EXAMPLE_CURSOR, type PageQuery } from './page-query.js';

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
              limit: { type: 'integer', minimum: 1, example: 50 },
              nextCursor: {
                type: 'string',
                nullable: true,
                description: 'Null on the last page.',
                example: EXAMPLE_CURSOR,
              },
              total: {
                type: 'integer',
                minimum: 0,
                example: 1,
                description: 'All rows of the list, on whatever page; only with `include=total`.',
              },
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
  const {
    limit: _limit,
    order: _order,
    cursor: _cursor,
    include: _include,
    institutionId: _institutionId,
    ...filter
  } = query;
  return filter;
}
