import { UNKNOWN } from './patterns.js';
import type { World } from './world.js';

/** What stands in a path for each of its parameters, by the name of the parameter. */
export type PathValues = Readonly<Record<string, string>>;

/** Of our own tenant: things that there are, all of them. */
export function ownValues({ ours, spareKeyId, createdId }: World): PathValues {
  return {
    institutionId: ours.id,
    keyId: spareKeyId,
    templateId: ours.templateId,
    assetId: ours.assetId,
    positionId: createdId,
    region: 'SG',
    number: '1',
  };
}

/** Of nothing that there is. */
export const UNKNOWN_VALUES: PathValues = {
  institutionId: UNKNOWN.institution,
  keyId: UNKNOWN.apiKey,
  templateId: UNKNOWN.template,
  assetId: UNKNOWN.asset,
  positionId: UNKNOWN.position,
  region: 'MOON',
  number: '99',
  code: 'NOTHING',
};

/**
 * A path of the document with values in place of its parameters.
 *
 * @throws Error when there is no value for a parameter
 */
export function filledPath(path: string, values: PathValues): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${path}: say in paths-of.ts what stands for {${name}}.`);
    return value;
  });
}
