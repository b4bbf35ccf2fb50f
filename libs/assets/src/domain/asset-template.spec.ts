import { describe, expect, test } from '@jest/globals';
import { REGIONS, VERTICALS } from '#kernel';
import { defineAssetTemplate, type NewAssetTemplate } from './asset-template.js';

const institution = { id: 'inst_1', regions: REGIONS, verticals: VERTICALS };
const made = { id: 'tmpl_1', at: new Date('2026-01-01T00:00:00.000Z') };
const input: NewAssetTemplate = {
  code: 'TF_LC',
  name: 'Letters of credit',
  vertical: 'TRADE_FINANCE',
  region: 'SG',
  config: { currency: 'SGD', issuingBankCountry: 'SG', maxTenorDays: 180 },
};
const refusal = (code: string, pointer: string, extensions: object) =>
  expect.objectContaining({
    fault: expect.objectContaining({ code }),
    errors: [expect.objectContaining({ pointer, code })],
    extensions,
  });

describe('a template', () => {
  test('is made of what was asked for', () => {
    expect(defineAssetTemplate(institution, input, made)).toEqual({
      ...input,
      id: 'tmpl_1',
      institutionId: 'inst_1',
      version: 1,
      createdAt: made.at,
      updatedAt: made.at,
    });
  });

  test('has a config that its code lays down', () => {
    const config = { currency: 'SGD', maxTenorDays: 0 };
    expect(() => defineAssetTemplate(institution, { ...input, config }, made)).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code: 'template.invalid_config', kind: 'malformed' }),
        errors: expect.arrayContaining([
          { pointer: '/config/issuingBankCountry', code: 'field.required', detail: 'Is required.' },
          expect.objectContaining({ pointer: '/config/maxTenorDays', code: 'field.not_allowed' }),
        ]),
      }),
    );
  });

  test('is of the vertical that its code belongs to', () => {
    expect(() => defineAssetTemplate(institution, { ...input, vertical: 'CONSTRUCTION' }, made)).toThrow(
      refusal('template.wrong_vertical', '/vertical', { expected: 'TRADE_FINANCE' }),
    );
  });

  test('is of a vertical that the institution serves', () => {
    const builder = { ...institution, verticals: ['CONSTRUCTION'] } as const;
    expect(() => defineAssetTemplate(builder, input, made)).toThrow(
      refusal('template.vertical_not_served', '/vertical', { verticals: ['CONSTRUCTION'] }),
    );
  });

  test('is of a region that the institution serves', () => {
    const american = { ...institution, regions: ['US', 'UAE'] } as const;
    expect(() => defineAssetTemplate(american, input, made)).toThrow(
      refusal('template.region_not_served', '/region', { regions: ['US', 'UAE'] }),
    );
  });
});
