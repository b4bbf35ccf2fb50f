import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Answer } from './client.js';
import { someText } from './patterns.js';

/** What a refusal must say besides what every refusal says. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** The fields at fault, each with the code of its fault. */
  readonly errors?: readonly (readonly [pointer: string, code: string])[];
  /** Extension members, such as the numbers that a rule compared. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What docs/errors.md promises of each code. */
const documented = new Map(
  [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| .*`([^`]+)` \| (\d{3}) \| ([^|]+) \|/gm)].map(
    ([, code = '', status, title]) => [code, { status: Number(status), title }],
  ),
);

/** A whole problem document (RFC 9457), its headers, and its agreement with docs/errors.md. */
export function expectProblem(answer: Answer, path: string, refusal: Refusal): void {
  const { status, code, errors, extensions } = refusal;
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      ...extensions,
      type: `/problems/${code}`,
      title: documented.get(code)?.title,
      status,
      detail: someText,
      instance: path,
      code,
      requestId: answer.headers.get('x-request-id'),
      ...(errors && {
        errors: errors.map(([pointer, fieldCode]) => ({ pointer, code: fieldCode, detail: someText })),
      }),
    },
  });
  expect(documented.get(code)?.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="escrowgrid"');
}
