import { ROLES_EXTENSION } from '#http';
import type { Role } from '#kernel';
import { resolved, type JsonSchema, type Operation, type Schemas } from './document-parts.js';

/** What the rules for all operations ask of one. */
export interface OperationKind {
  /** Whom it is for; undefined where no key is needed. */
  readonly roles: readonly Role[] | undefined;
  readonly isRead: boolean;
  /** Whether the same request can be sent again under a key. */
  readonly isRepeatable: boolean;
  /** Whether it answers one resource, which has an entity tag. */
  readonly isTagged: boolean;
  /** Whether it changes, or removes, one resource that its path names. */
  readonly isChange: boolean;
  readonly isList: boolean;
}

export function kindOf(
  method: string,
  path: string,
  operation: Operation & { [ROLES_EXTENSION]?: readonly Role[] },
  schemas: Schemas,
): OperationKind {
  const isVersioned = ['200', '201'].some((status) => {
    const properties = resolved(bodySchema(operation, status) ?? {}, schemas).properties;
    return properties !== undefined && 'version' in (properties as object);
  });
  const isRead = method === 'get';
  // A path that ends in a parameter, or names a file, is that of one resource.
  const readsOne = isRead && bodySchema(operation, '200') !== undefined && /(?:\}|\.json)$/.test(path);
  return {
    roles: operation[ROLES_EXTENSION],
    isRead,
    isRepeatable: ['post', 'put', 'patch'].includes(method),
    isTagged: isVersioned || readsOne,
    isChange: path.includes('{') && (method === 'delete' || (!isRead && isVersioned)),
    isList: bodySchema(operation, '200')?.properties !== undefined,
  };
}

/** The schema of what an operation answers with a status. */
function bodySchema({ responses }: Operation, status: string): JsonSchema | undefined {
  const response = responses[status];
  if (response === undefined || '$ref' in response) return undefined;
  return response.content?.['application/json']?.schema as JsonSchema | undefined;
}
