import { expect } from '@jest/globals';

/** A TypeID of one kind. */
export function anId(prefix: string): unknown {
  return expect.stringMatching(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
}

/** A moment as the service writes it. */
export const aTime: unknown = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

export const aHash: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);

export const someText: unknown = expect.stringMatching(/./);

/** Well-formed ids that nothing has. */
export const UNKNOWN = {
  institution: 'inst_01jd8x3fqje3wve2q1q9n8h2kz',
  template: 'tmpl_01jd8x3fqje3wve2q1q9n8h2kz',
  asset: 'ast_01jd8x3fqje3wve2q1q9n8h2kz',
  position: 'pos_01jd8x3fqje3wve2q1q9n8h2kz',
  apiKey: 'ak_01jd8x3fqje3wve2q1q9n8h2kz',
};
