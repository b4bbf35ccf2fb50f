import type { Json } from '../support/client.js';
import type { Refusal } from '../support/problems.js';
import { isRefusal, refusalAt, within, type Expected } from './expected.js';
import { fromMinorUnits, isLess, toMinorUnits } from './minor-units.js';
import { PolicyModel, type Rules } from './policy-model.js';
import { PositionModel, type Claim, type Step, type Transition } from './position-model.js';
import {
  faultsOf,
  isPlainDecimal,
  judgeMoney,
  judgeTerms,
  type Opening,
  type Terms,
} from './request-rules.js';
import { timeText } from './time-text.js';

/** Every region has a policy, if only one without rules. */
const REGIONS = ['US', 'EU_UK', 'SG', 'UAE'];

type Choice = (position: PositionModel) => boolean;
const everyone: Choice = () => true;

/** All that one institution should hold, and what it should answer: the rules once more, in the plainest words. */
export class InstitutionModel {
  readonly templates: { readonly name: string; readonly terms: Terms }[] = [];
  readonly assets: { readonly name: string; readonly terms: Terms; readonly templateId: string }[] = [];
  readonly positions: PositionModel[] = [];
  private readonly policies = new Map(REGIONS.map((region) => [region, new PolicyModel(region)]));

  private made = 0;

  constructor(public nowMs: number) {}

  defineTemplate(terms: Terms): Expected {
    const refusal = judgeTerms(terms);
    if (refusal) return refusal;
    const name = `tmpl#${this.templates.length + 1}`;
    this.templates.push({ name, terms });
    return { status: 201, body: { id: name, institutionId: 'inst#1', ...terms, ...this.newRow() } };
  }

  /** Makes an asset under a template, which may be unknown. */
  createAsset(templateId: string, label: string): Expected {
    const template = this.templates.find(({ name }) => name === templateId);
    if (!template) return refusalAt('/templateId', 404, 'template.unknown');
    const name = `ast#${this.assets.length + 1}`;
    this.assets.push({ name, terms: template.terms, templateId });
    const asset = { id: name, institutionId: 'inst#1', templateId, label, metadata: {} };
    return { status: 201, body: { ...asset, ...this.newRow() } };
  }

  open(opening: Opening): Expected {
    const errors = faultsOf(opening);
    if (errors.length > 0) return { status: 400, code: 'request.invalid', errors };
    const claim = judgeMoney(opening) ?? this.judgeClaim(opening);
    return isRefusal(claim) ? claim : { status: 201, body: this.keep(claim).whole() };
  }

  /** Opens all or none. What is wrong with the request itself is said before anything is looked up. */
  openBatch(items: readonly Opening[]): Expected {
    const errors = items.flatMap((item, index) => faultsOf(item, `/items/${index}`));
    if (errors.length > 0) return { status: 400, code: 'request.invalid', errors };
    for (const [index, item] of items.entries()) {
      const refusal = judgeMoney(item);
      if (refusal) return within(`/items/${index}`, refusal);
    }
    const claims: Claim[] = [];
    for (const [index, item] of items.entries()) {
      const claim = this.judgeClaim(item);
      if (isRefusal(claim)) return within(`/items/${index}`, claim);
      claims.push(claim);
    }
    return { status: 201, body: { data: claims.map((claim) => this.keep(claim).whole()) } };
  }

  transition(positionId: string, transition: Transition): Expected {
    const { amount, toState } = transition;
    if (amount !== undefined && !isPlainDecimal(amount)) {
      return { status: 400, code: 'request.invalid', errors: [['/amount', 'money.malformed_amount']] };
    }
    if (toState === 'PARTIALLY_RELEASED' && amount === undefined) {
      return refusalAt('/amount', 400, 'position.amount_required');
    }
    const position = this.positions.find(({ name }) => name === positionId);
    if (!position) return { status: 404, code: 'position.unknown' };
    const moved = position.judge(transition);
    if (isRefusal(moved)) return moved;
    // Policies have a say where money moves on, never where it is given back.
    const isRefund = toState === 'CANCELLED' || toState === 'EXPIRED';
    const refusal = isRefund ? undefined : this.judgeByPolicy(position.claim);
    if (refusal) return refusal;
    position.take(transition, moved, this.nextMoment());
    return { status: 200, body: position.whole() };
  }

  putPolicy(region: string, rules: Rules): Expected {
    return this.policyOf(region).put(rules, this.nowMs);
  }

  removePolicy(region: string): Expected {
    return this.policyOf(region).remove();
  }

  policyOf(region: string): PolicyModel {
    return this.policies.get(region) as PolicyModel;
  }

  listedPolicies(): Json[] {
    return [...this.policies.values()]
      .filter(({ isInForce }) => isInForce)
      .sort((left, right) => left.createdAtMs - right.createdAtMs)
      .map((policy) => policy.shown());
  }

  /** The ledger of all positions, the oldest first; of one moment, in the order in which it was written. */
  listedLedger(): Json[] {
    return this.positions
      .flatMap((position) => position.steps.map((step) => ({ position, step })))
      .sort((left, right) => byAge(left.step, right.step))
      .map(({ position, step }) => position.ledgerEvent(step));
  }

  /** Positions as a list shows them, the oldest first; of one moment, in the order in which they were made. */
  listed(isWanted: Choice = everyone): Json[] {
    return this.positions
      .filter(isWanted)
      .sort((left, right) => byAge(left.opening, right.opening))
      .map((position) => position.row());
  }

  /** The one page of balances that there is. */
  shownBalances(isWanted?: Choice, asOfMs?: number): Json {
    return { data: this.balances(isWanted, asOfMs), page: { limit: 50, nextCursor: null } };
  }

  /** What each account had taken from it and given to it at a moment, in each currency that is asked about. */
  private balances(isWanted: Choice = everyone, asOfMs = Infinity): Json[] {
    const wanted = this.positions.filter(isWanted);
    const currencies = new Set(wanted.map(({ claim }) => claim.currency));
    return [...currencies].sort().flatMap((currency) => {
      const transfers = wanted
        .filter(({ claim }) => claim.currency === currency)
        .flatMap((position) => position.transfers())
        .filter(({ atMs }) => atMs <= asOfMs);
      const sum = (side: 'debit' | 'credit', account: string): bigint =>
        transfers.reduce(
          (total, transfer) => total + (transfer[side] === account ? transfer.amount : 0n),
          0n,
        );
      const text = (units: bigint): string => fromMinorUnits(units, currency);
      return ['depositor', 'escrow', 'beneficiary'].map((account) => {
        const [debits, credits] = [sum('debit', account), sum('credit', account)];
        const balance = text(credits - debits);
        return { currency, account, debits: text(debits), credits: text(credits), balance };
      });
    });
  }

  /** A claim that is well formed, or why what is known of its asset, or a rule, forbids it. */
  private judgeClaim(opening: Opening): Claim | Refusal {
    const { assetId, holderReference, currency, externalReference = null } = opening;
    const asset = this.assets.find(({ name }) => name === assetId);
    if (!asset) return refusalAt('/assetId', 404, 'asset.unknown');
    const { templateId, terms } = asset;
    const { currency: expected, minAmount, maxAmount } = terms.config;
    if (currency !== expected) {
      const extensions = { templateId, expected, currency };
      return refusalAt('/currency', 422, 'template.currency_mismatch', extensions);
    }
    const amount = toMinorUnits(String(opening.amount), currency);
    const text = fromMinorUnits(amount, currency);
    const numbers = { templateId, currency, amount: text };
    if (minAmount !== undefined && isLess(text, minAmount)) {
      return refusalAt('/amount', 422, 'template.amount_out_of_bounds', { ...numbers, minAmount });
    }
    if (maxAmount !== undefined && isLess(maxAmount, text)) {
      return refusalAt('/amount', 422, 'template.amount_out_of_bounds', { ...numbers, maxAmount });
    }
    const claim = { assetId, holderReference, currency, amount, externalReference };
    return this.judgeByPolicy(claim) ?? claim;
  }

  private judgeByPolicy({ assetId, currency, amount }: Claim): Refusal | undefined {
    const { terms } = this.assets.find(({ name }) => name === assetId) as (typeof this.assets)[number];
    return this.policyOf(terms.region).judge(currency, fromMinorUnits(amount, currency));
  }

  private keep(claim: Claim): PositionModel {
    const position = new PositionModel(`pos#${this.positions.length + 1}`, claim, this.nextMoment());
    this.positions.push(position);
    return position;
  }

  private nextMoment(): { atMs: number; order: number } {
    this.made += 1;
    return { atMs: this.nowMs, order: this.made };
  }

  private newRow(): Json {
    return { version: 1, createdAt: timeText(this.nowMs), updatedAt: timeText(this.nowMs) };
  }
}

function byAge(left: Step, right: Step): number {
  return left.atMs - right.atMs || left.order - right.order;
}
