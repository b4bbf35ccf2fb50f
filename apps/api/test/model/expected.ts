import type { Json } from '../support/client.js';
import type { Refusal } from '../support/problems.js';

/** An answer that is no refusal, with names in place of ids. */
export interface Success {
  readonly status: number;
  /** Left out when nothing is answered. */
  readonly body?: Json;
}

export type Expected = Success | Refusal;

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}

/** A refusal of one field by a rule, whose code is that of the whole answer too. */
export function refusalAt(
  pointer: string,
  status: number,
  code: string,
  extensions?: Refusal['extensions'],
): Refusal {
  return { status, code, errors: [[pointer, code]], extensions };
}

/** A refusal of what stands deeper in a request. */
export function within(parent: string, { errors, ...refusal }: Refusal): Refusal {
  return { ...refusal, errors: errors?.map(([pointer, code]) => [parent + pointer, code] as const) };
}
