import canonicalize from 'canonicalize';
import { undeclared } from 'zod';

export type UsedType = string | undefined;
export type UnusedType = number;

export function usedFunction(): UsedType {
  return canonicalize(undeclared);
}

export function unusedFunction(): void {}

export const exportedForNobody = 1;
