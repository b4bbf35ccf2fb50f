import { declareFaults } from '#kernel';

export const assetFaults = declareFaults({
  'asset.unknown': {
    kind: 'unknown',
    title: 'Unknown asset',
    meaning: 'There is no such asset, or it is not of the key’s institution.',
  },
  'template.unknown': {
    kind: 'unknown',
    title: 'Unknown asset template',
    meaning: 'There is no such asset template, or it is not of the key’s institution.',
  },
  'template.invalid_config': {
    kind: 'malformed',
    title: 'Invalid template config',
    meaning:
      'The `config` does not satisfy the schema and rules of the template’s code, which `GET /v1/template-types` ' +
      'publishes; `errors` names each field with a pointer.',
  },
  'template.wrong_vertical': {
    kind: 'refused',
    title: 'Code of another vertical',
    meaning: 'Every template code belongs to one vertical, given as `expected`.',
  },
  'template.vertical_not_served': {
    kind: 'refused',
    title: 'Vertical not served',
    meaning: 'The institution does no business in that vertical; `verticals` lists those that it serves.',
  },
  'template.region_not_served': {
    kind: 'refused',
    title: 'Region not served',
    meaning: 'The institution does no business in that region; `regions` lists those that it serves.',
  },
  'template.currency_mismatch': {
    kind: 'refused',
    title: 'Not the template’s currency',
    meaning: 'Positions under a template are held in its currency, given as `expected`.',
  },
  'template.amount_out_of_bounds': {
    kind: 'refused',
    title: 'Amount outside the template’s bounds',
    meaning: 'The template bounds the amount of its positions by `minAmount` and `maxAmount`, both included.',
  },
  'template_type.unknown': {
    kind: 'unknown',
    title: 'Unknown template code',
    meaning: 'There is no template code of that name; `GET /v1/template-types` lists those that exist.',
  },
});
