import { exampleId } from '#http';
import { REGIONS } from '#kernel';
import type { JsonSchema } from './document-parts.js';

interface PathParameter {
  readonly description: string;
  readonly schema: JsonSchema;
}

const text = (description: string, example: string): PathParameter => ({
  description,
  // No pattern and no list of names: what names nothing is answered by 404, not by 400.
  schema: { type: 'string', minLength: 1, examples: [example] },
});

/** What stands in paths, by the part of the path. */
const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  '/institutions/{institutionId}': text('The id of the institution.', exampleId('inst')),
  '/api-keys/{keyId}': text('The id of the API key.', exampleId('ak')),
  '/policies/{region}': text(`The region: ${REGIONS.join(', ')}.`, REGIONS[0]),
  '/template-types/{code}': text('The code of the template type.', 'CONSTR_ESCROW'),
  '/asset-templates/{templateId}': text('The id of the asset template.', exampleId('tmpl')),
  '/assets/{assetId}': text('The id of the asset.', exampleId('ast')),
  '/positions/{positionId}': text('The id of the position.', exampleId('pos')),
  '/checkpoints/{number}': text('The number of the checkpoint.', '2'),
  '/problems/{code}': text('The code of the problem.', 'position.insufficient_remaining'),
};

/** How a parameter of a path is described. @throws Error when it is not */
export function pathParameter(path: string, name: string): PathParameter {
  const part = Object.keys(PATH_PARAMETERS).find((each) => path.includes(each) && each.endsWith(`{${name}}`));
  const described = part === undefined ? undefined : PATH_PARAMETERS[part];
  if (described === undefined) throw new Error(`{${name}} of ${path} is not described.`);
  return described;
}

/** The path with examples in place of its parameters. */
export function examplePath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [example] = pathParameter(path, name).schema.examples as [string];
    return example;
  });
}
