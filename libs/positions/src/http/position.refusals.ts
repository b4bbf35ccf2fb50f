const AMOUNT_REFUSALS = ['money.not_positive', 'money.too_many_decimals'];
const POLICY_REFUSALS = ['policy.amount_out_of_bounds', 'policy.currency_not_allowed'];

/** What opening a position can be refused with. */
export const OPENING_REFUSALS = [
  'asset.unknown',
  'institution.unknown',
  ...AMOUNT_REFUSALS,
  ...POLICY_REFUSALS,
  'template.amount_out_of_bounds',
  'template.currency_mismatch',
];

/** What moving a position on can be refused with. */
export const TRANSITION_REFUSALS = [
  'position.unknown',
  'position.illegal_transition',
  'position.amount_required',
  'position.amount_mismatch',
  'position.insufficient_remaining',
  'position.nothing_would_remain',
  ...AMOUNT_REFUSALS,
  ...POLICY_REFUSALS,
];
