import type { Json } from '../support/client.js';
import type { Refusal } from '../support/problems.js';
import { isLess } from './minor-units.js';
import { refusalAt, type Expected } from './expected.js';
import { timeText } from './time-text.js';

export interface Rules {
  readonly minAmount?: string;
  readonly maxAmount?: string;
  readonly allowedCurrencies?: readonly string[];
}

/** The policy of one region: with or without rules, it has a version. */
export class PolicyModel {
  private rules: Rules | undefined;
  private version = 1;
  private updatedAtMs = 0;
  /** When the present rules came where none were. */
  createdAtMs = 0;

  constructor(private readonly region: string) {}

  put(rules: Rules, nowMs: number): Expected {
    const { minAmount, maxAmount } = rules;
    if (minAmount !== undefined && maxAmount !== undefined && isLess(maxAmount, minAmount)) {
      return refusalAt('/position/minAmount', 400, 'policy.bounds_reversed', { minAmount, maxAmount });
    }
    const status = this.rules ? 200 : 201;
    if (!this.rules) this.createdAtMs = nowMs;
    this.rules = rules;
    this.version += 1;
    this.updatedAtMs = nowMs;
    return { status, body: this.shown() };
  }

  remove(): Expected {
    if (!this.rules) return { status: 404, code: 'policy.unknown' };
    this.rules = undefined;
    this.version += 1;
    return { status: 204 };
  }

  read(): Expected {
    return this.rules ? { status: 200, body: this.shown() } : { status: 404, code: 'policy.unknown' };
  }

  get isInForce(): boolean {
    return this.rules !== undefined;
  }

  /** The bounds there are, as the words of a plain decimal. */
  get bounds(): readonly string[] {
    return [this.rules?.minAmount, this.rules?.maxAmount].filter((bound) => bound !== undefined);
  }

  /** Why a position of an amount may not be opened, or be moved on. */
  judge(currency: string, amount: string): Refusal | undefined {
    const { minAmount, maxAmount, allowedCurrencies } = this.rules ?? {};
    const policy = { policyVersion: this.version, region: this.region, currency };
    if (allowedCurrencies?.includes(currency) === false) {
      return refusalAt('/currency', 422, 'policy.currency_not_allowed', { ...policy, allowedCurrencies });
    }
    const numbers = { ...policy, amount };
    if (minAmount !== undefined && isLess(amount, minAmount)) {
      return refusalAt('/amount', 422, 'policy.amount_out_of_bounds', { ...numbers, minAmount });
    }
    if (maxAmount !== undefined && isLess(maxAmount, amount)) {
      return refusalAt('/amount', 422, 'policy.amount_out_of_bounds', { ...numbers, maxAmount });
    }
    return undefined;
  }

  shown(): Json {
    return {
      institutionId: 'inst#1',
      region: this.region,
      position: this.rules,
      version: this.version,
      createdAt: timeText(this.createdAtMs),
      updatedAt: timeText(this.updatedAtMs),
    };
  }
}
