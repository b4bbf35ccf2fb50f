import { describe, expect, test } from '@jest/globals';
import { requestFaults } from '#http';
import { declaredFaults, type JsonObject } from '#kernel';
import { TEMPLATE_TYPES } from '../domain/template-types.js';

/** The domain names codes that the rooms to its left declare; this is where the two are held together. */
describe.each(TEMPLATE_TYPES)('the faults of a $code config', ({ schema, findFaults }) => {
  const fields = Object.keys(schema.properties as JsonObject);
  const without = findFaults({}, 'US');
  const wrong = findFaults({ ...Object.fromEntries(fields.map((field) => [field, null])), more: 1 }, 'US');

  test('have codes that are declared, and so documented', () => {
    const declared = new Set(declaredFaults().map(({ code }) => code));
    expect(declared).toContain(requestFaults['request.invalid'].code);
    expect(wrong).toHaveLength(fields.length + 1);
    for (const { code } of [...without, ...wrong]) expect(declared).toContain(code);
  });
});
