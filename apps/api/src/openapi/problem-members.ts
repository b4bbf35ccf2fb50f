import { AMOUNT_SCHEMA, CURRENCY_SCHEMA, FREE_SCHEMA, idSchema, VERSION_SCHEMA } from '#http';
import { REGIONS, VERTICALS } from '#kernel';
import type { JsonSchema } from './document-parts.js';

/** What the problem documents of one code hold besides what all do. */
export interface ProblemMembers {
  /** Extension members (RFC 9457, section 3.2): what a rule compared. */
  readonly extensions?: Readonly<Record<string, JsonSchema>>;
  /** The field at fault in the example. */
  readonly pointer?: string;
  /** What is wrong with it, where that is another code. */
  readonly fieldCode?: string;
}

const state = { type: 'string', example: 'RELEASED' };
const listOf = (names: readonly string[]): JsonSchema => ({
  type: 'array',
  items: { type: 'string', enum: [...names] },
});
const header = { header: { type: 'string', example: 'If-Match' } };
const policyNumbers = {
  policyVersion: VERSION_SCHEMA,
  region: { type: 'string', enum: [...REGIONS] },
  currency: CURRENCY_SCHEMA,
};
/** Of two bounds, only the one that was crossed is named. */
const bounds = { minAmount: { ...AMOUNT_SCHEMA, example: '5000.00' }, maxAmount: AMOUNT_SCHEMA };
const remainder = {
  currency: CURRENCY_SCHEMA,
  remaining: { ...AMOUNT_SCHEMA, example: '500.05' },
  requested: { ...AMOUNT_SCHEMA, example: '600.00' },
};

const PROBLEM_MEMBERS: Readonly<Record<string, ProblemMembers>> = {
  'api_key.expiry_past': { pointer: '/expiresAt' },
  'health.not_ready': {
    extensions: {
      checks: {
        ...FREE_SCHEMA,
        example: { store: { status: 'down', backend: 'postgres', latencyMs: 2000.1 } },
      },
    },
  },
  'money.not_positive': { pointer: '/amount' },
  'money.too_many_decimals': {
    pointer: '/amount',
    extensions: {
      currency: CURRENCY_SCHEMA,
      decimalPlaces: { type: 'integer', minimum: 0, example: 2 },
    },
  },
  'policy.amount_out_of_bounds': {
    pointer: '/amount',
    extensions: { ...policyNumbers, amount: AMOUNT_SCHEMA, ...bounds },
  },
  'policy.bounds_reversed': { pointer: '/position/minAmount', extensions: bounds },
  'policy.currency_not_allowed': {
    pointer: '/currency',
    extensions: {
      ...policyNumbers,
      allowedCurrencies: { type: 'array', items: { ...CURRENCY_SCHEMA, example: 'EUR' } },
    },
  },
  'position.amount_mismatch': {
    pointer: '/amount',
    extensions: {
      currency: CURRENCY_SCHEMA,
      expected: AMOUNT_SCHEMA,
      requested: { ...AMOUNT_SCHEMA, example: '1000.00' },
    },
  },
  'position.amount_required': { pointer: '/amount' },
  'position.future_moment': { pointer: '/asOf' },
  'position.illegal_transition': {
    extensions: {
      state,
      toState: { ...state, example: 'FUNDED' },
      allowed: { type: 'array', items: state, example: [] },
    },
  },
  'position.insufficient_remaining': { pointer: '/amount', extensions: remainder },
  'position.nothing_would_remain': {
    pointer: '/amount',
    extensions: { ...remainder, requested: { ...AMOUNT_SCHEMA, example: '500.05' } },
  },
  'request.invalid': { pointer: '/holderReference', fieldCode: 'field.required' },
  'request.malformed_header': { extensions: header },
  'request.too_many': {
    extensions: { 'violated-policies': { type: 'array', items: { type: 'string', example: 'key' } } },
  },
  'request.precondition_failed': {
    extensions: { currentVersion: { ...VERSION_SCHEMA, nullable: true, example: 3 } },
  },
  'template.amount_out_of_bounds': {
    pointer: '/amount',
    extensions: { templateId: idSchema('tmpl'), currency: CURRENCY_SCHEMA, amount: AMOUNT_SCHEMA, ...bounds },
  },
  'template.currency_mismatch': {
    pointer: '/currency',
    extensions: {
      templateId: idSchema('tmpl'),
      expected: CURRENCY_SCHEMA,
      currency: { ...CURRENCY_SCHEMA, example: 'EUR' },
    },
  },
  'template.invalid_config': { pointer: '/config/currency', fieldCode: 'field.required' },
  'template.region_not_served': { pointer: '/region', extensions: { regions: listOf(REGIONS) } },
  'template.vertical_not_served': { pointer: '/vertical', extensions: { verticals: listOf(VERTICALS) } },
  'template.wrong_vertical': {
    pointer: '/vertical',
    extensions: { expected: { type: 'string', enum: [...VERTICALS] } },
  },
};

export function problemMembers(code: string): ProblemMembers {
  return PROBLEM_MEMBERS[code] ?? {};
}
