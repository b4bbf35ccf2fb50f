import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '#kernel';
import { currencyField, optional, type ConfigField } from './config-fields.js';
import type { ConfigRule } from './template-config.js';
import { defineTemplateType, type TemplateType } from './template-type.js';

const dateField: ConfigField = {
  schema: { type: 'string', format: 'date', description: 'The day of shipment.' },
  code: 'field.malformed',
  detail: 'Must be a day, such as 2026-02-28.',
};
const numberField: ConfigField = {
  schema: { type: 'string', pattern: '^BL-[0-9]{4}$', description: 'The number of the bill of lading.' },
  code: 'field.not_allowed',
  detail: 'Must be BL- and four digits.',
};
const portsField: ConfigField = {
  schema: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  code: 'field.wrong_length',
  detail: 'Must name one port or more.',
};

/** What only a rule can say: two fields hang together, and so do the config and its template. */
const inspectedBeforeShipment: ConfigRule = (config, region) => {
  const { shippedOn, inspectedOn = shippedOn } = config as { shippedOn?: string; inspectedOn?: string };
  if (region === 'SG' || String(inspectedOn) <= String(shippedOn)) return [];
  return [
    { pointer: '/config/inspectedOn', code: 'field.not_allowed', detail: 'Must not be after shippedOn.' },
  ];
};

/** A kind of template that the product does not have, defined as any of its own is. */
const billOfLading: TemplateType = defineTemplateType({
  code: 'TF_BILL_OF_LADING',
  vertical: 'TRADE_FINANCE',
  fields: {
    shippedOn: dateField,
    number: numberField,
    inspectedOn: optional(dateField),
    ports: optional(portsField),
  },
  rules: [inspectedBeforeShipment],
});

const GOOD = { currency: 'USD', shippedOn: '2026-02-28', number: 'BL-0007' };

function faultsOf(config: JsonObject, type = billOfLading): (readonly [pointer: string, code: string])[] {
  return type.findFaults(config, 'US').map(({ pointer, code }) => [pointer, code] as const);
}

describe('one definition of a template code', () => {
  test('is published whole: every field with its schema, and nothing besides', () => {
    expect(billOfLading).toMatchObject({ code: 'TF_BILL_OF_LADING', vertical: 'TRADE_FINANCE' });
    expect(billOfLading.schema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'TF_BILL_OF_LADING',
      type: 'object',
      properties: {
        currency: currencyField.schema,
        shippedOn: dateField.schema,
        number: numberField.schema,
        inspectedOn: dateField.schema,
        ports: portsField.schema,
      },
      required: ['currency', 'shippedOn', 'number'],
      additionalProperties: false,
    });
  });

  test('takes a config that satisfies it, with or without its optional fields', () => {
    expect(faultsOf(GOOD)).toEqual([]);
    expect(faultsOf({ ...GOOD, inspectedOn: '2026-02-27', ports: ['Singapore', 'Hamburg'] })).toEqual([]);
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-04-31',
    '2026-2-28',
    '28.02.2026',
    '2026-02-28T00:00:00Z',
    '2026-02-28\n',
    ' 2026-02-28',
    '',
    20260228,
    null,
  ])('enforces a format: %j is no day', (shippedOn) => {
    expect(faultsOf({ ...GOOD, shippedOn })).toEqual([['/config/shippedOn', 'field.malformed']]);
  });

  test.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])(
    'enforces a format: %s is a day',
    (shippedOn) => {
      expect(faultsOf({ ...GOOD, shippedOn })).toEqual([]);
    },
  );

  test.each(['BL-007', 'BL-00070', 'bl-0007', 'XBL-0007', 'BL-٠٠٠٧', '', 7])(
    'enforces a pattern: %j does not fit',
    (number) => {
      expect(faultsOf({ ...GOOD, number })).toEqual([['/config/number', 'field.not_allowed']]);
    },
  );

  test('tells each fault at its pointer, with the code and the words of its field', () => {
    const faults = billOfLading.findFaults(
      { currency: 'usd', shippedOn: 'soon', inspectedOn: 'x', ports: [''], more: 1 },
      'US',
    );
    expect(new Set(faults)).toEqual(
      new Set([
        { pointer: '/config/currency', code: currencyField.code, detail: currencyField.detail },
        { pointer: '/config/shippedOn', code: dateField.code, detail: dateField.detail },
        { pointer: '/config/number', code: 'field.required', detail: 'Is required.' },
        { pointer: '/config/inspectedOn', code: dateField.code, detail: dateField.detail },
        { pointer: '/config/ports/0', code: portsField.code, detail: portsField.detail },
        { pointer: '/config/more', code: 'field.unknown', detail: 'There is no such field.' },
      ]),
    );
    expect(faults).toHaveLength(6);
  });

  test('tells a field once, however many parts of its schema it breaks', () => {
    const ports = { schema: { type: 'string', minLength: 3, pattern: '^[A-Z]+$' }, code: 'x', detail: 'y' };
    const type = defineTemplateType({ code: 'TWO', vertical: 'CONSTRUCTION', fields: { ports } });
    expect(faultsOf({ currency: 'USD', ports: '1' }, type)).toEqual([['/config/ports', 'x']]);
  });

  test('applies its rules to a config that satisfies its schema, in the region of the template', () => {
    const late = { ...GOOD, inspectedOn: '2026-03-01' };
    expect(faultsOf(late)).toEqual([['/config/inspectedOn', 'field.not_allowed']]);
    expect(billOfLading.findFaults(late, 'SG')).toEqual([]);
    expect(faultsOf({ ...late, number: 'none' })).toEqual([['/config/number', 'field.not_allowed']]);
  });

  test('stops the start when its schema is none', () => {
    const define = (schema: JsonObject): TemplateType =>
      defineTemplateType({
        code: 'BROKEN',
        vertical: 'CONSTRUCTION',
        fields: { field: { schema, code: 'x', detail: 'y' } },
      });
    expect(() => define({ type: 'strin' })).toThrow('schema is invalid');
    expect(() => define({ type: 'string', format: 'dat' })).toThrow('unknown format');
    expect(() => define({ type: 'string', patern: 'x' })).toThrow('unknown keyword');
  });
});
