import { declareFaults } from '#kernel';

export const policyFaults = declareFaults({
  'policy.unknown': {
    kind: 'unknown',
    title: 'No policy',
    meaning: 'The institution has no policy for that region.',
  },
  'policy.unknown_region': {
    kind: 'unknown',
    title: 'Unknown region',
    meaning: 'There is no region of that name.',
  },
  'policy.bounds_reversed': {
    kind: 'malformed',
    title: 'Bounds reversed',
    meaning: 'The least amount that a policy allows is more than the greatest.',
  },
  'policy.currency_not_allowed': {
    kind: 'refused',
    title: 'Currency not allowed',
    meaning:
      'The policy of the template’s region does not allow the currency; `allowedCurrencies` lists those it does.',
  },
  'policy.amount_out_of_bounds': {
    kind: 'refused',
    title: 'Amount outside the policy’s bounds',
    meaning:
      'The policy of the template’s region bounds the amount of positions by `minAmount` and `maxAmount`, both ' +
      'included and compared as plain decimals, whatever the currency. It is held against the whole amount of a ' +
      'position: when it is opened, funded, and at each release; never at a refund.',
  },
});
