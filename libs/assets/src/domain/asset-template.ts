import type { JsonObject, Region, Vertical } from '#kernel';
import { assetFaults } from './asset-faults.js';
import type { TemplateConfig } from './template-config.js';
import { requireTemplateType } from './template-types.js';

/** A kind of escrowable asset. It never changes: another one is made instead. */
export interface AssetTemplate {
  readonly id: string;
  readonly institutionId: string;
  readonly code: string;
  readonly name: string;
  readonly vertical: Vertical;
  readonly region: Region;
  readonly config: TemplateConfig;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewAssetTemplate {
  readonly code: string;
  readonly name: string;
  readonly vertical: Vertical;
  readonly region: Region;
  readonly config: JsonObject;
}

/** Where an institution does business, and who it is. */
interface Served {
  readonly id: string;
  readonly regions: readonly Region[];
  readonly verticals: readonly Vertical[];
}

/**
 * The config of a new template, if it is one that its code lays down.
 *
 * @throws DomainError `template.invalid_config`
 */
export function requireValidConfig({ code, region, config }: NewAssetTemplate): TemplateConfig {
  const errors = requireTemplateType(code).findFaults(config, region);
  if (errors.length === 0) return config as TemplateConfig;
  throw assetFaults['template.invalid_config'].because(`The config is not one of ${code}.`, { errors });
}

/**
 * Makes a template of an institution.
 *
 * @throws DomainError `template.invalid_config`, `template.wrong_vertical`, `template.vertical_not_served`,
 *   `template.region_not_served`
 */
export function defineAssetTemplate(
  institution: Served,
  input: NewAssetTemplate,
  made: { readonly id: string; readonly at: Date },
): AssetTemplate {
  const config = requireValidConfig(input);
  requireServed(institution, input);
  return {
    id: made.id,
    institutionId: institution.id,
    code: input.code,
    name: input.name,
    vertical: input.vertical,
    region: input.region,
    config,
    version: 1,
    createdAt: made.at,
    updatedAt: made.at,
  };
}

function requireServed({ regions, verticals }: Served, { code, vertical, region }: NewAssetTemplate): void {
  const expected = requireTemplateType(code).vertical;
  if (vertical !== expected) {
    throw assetFaults['template.wrong_vertical'].at('/vertical', `${code} belongs to ${expected}.`, {
      expected,
    });
  }
  if (!verticals.includes(vertical)) {
    const detail = `The institution does not serve ${vertical}.`;
    throw assetFaults['template.vertical_not_served'].at('/vertical', detail, { verticals });
  }
  if (!regions.includes(region)) {
    const detail = `The institution does not serve ${region}.`;
    throw assetFaults['template.region_not_served'].at('/region', detail, { regions });
  }
}
