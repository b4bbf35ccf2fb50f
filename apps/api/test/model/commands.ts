import type { AsyncCommand } from 'fast-check';
import type { Json } from '../support/client.js';
import { UNKNOWN } from '../support/patterns.js';
import type { AmountChoice } from './amount-choices.js';
import { expectShown } from './expect-shown.js';
import { isRefusal, type Expected } from './expected.js';
import type { InstitutionModel } from './institution-model.js';
import { fromMinorUnits, placesOf, toMinorUnits, writtenPlaces } from './minor-units.js';
import type { Rules } from './policy-model.js';
import { NEXT, type State } from './position-model.js';
import type { Opening, Terms } from './request-rules.js';
import type { Institutions, Request } from './side-by-side.js';

/** What a command asks, and what the model says must be answered. */
export interface Exchange {
  readonly request: Request;
  readonly expected: Expected;
}

/** Something that is done, told in plain words. */
export abstract class Action implements AsyncCommand<InstitutionModel, Institutions> {
  constructor(private readonly words: string) {}

  check(_model: InstitutionModel): boolean {
    return true;
  }

  async run(model: InstitutionModel, institutions: Institutions): Promise<void> {
    institutions.tell(this.words);
    await this.act(model, institutions);
  }

  toString(): string {
    return this.words;
  }

  protected abstract act(model: InstitutionModel, institutions: Institutions): Promise<void>;
}

/** One request, whose answer the model knows. What is refused changes nothing. */
abstract class Command extends Action {
  protected override async act(model: InstitutionModel, institutions: Institutions): Promise<void> {
    const { request, expected } = this.ask(model);
    await institutions.exchange(request, expected);
    if (isRefusal(expected) && request.method !== 'GET') await expectShown(model, institutions);
  }

  /** The request and its answer; takes the effect on the model, if there is one. */
  protected abstract ask(model: InstitutionModel): Exchange;
}

/** Whatever is picked by number is counted round from the latest. */
export function pick<Item>(items: readonly Item[], back: number): Item {
  return items[items.length - 1 - (back % items.length)] as Item;
}

export const theNth = (back: number, kind: string): string =>
  back === 0 ? `the latest ${kind}` : `the ${kind} ${back} before the latest`;

export class NewTemplate extends Command {
  constructor(private readonly terms: Terms) {
    super(`make a template ${JSON.stringify(terms)}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const request = { method: 'POST', path: '/v1/asset-templates', json: this.terms };
    return { request, expected: model.defineTemplate(this.terms) };
  }
}

export class NewAsset extends Command {
  /** @param back which template; an unknown one when left out */
  constructor(private readonly back?: number) {
    super(`make an asset under ${back === undefined ? 'an unknown template' : theNth(back, 'template')}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const templateId = this.back === undefined ? UNKNOWN.template : pick(model.templates, this.back).name;
    const json = { templateId, label: 'Harbour bridge' };
    const request = { method: 'POST', path: '/v1/assets', json };
    return { request, expected: model.createAsset(templateId, json.label) };
  }
}

/** What is to be claimed, in words that fit whatever assets there are. */
export interface OpeningChoice {
  /** Which asset; an unknown one when null. */
  readonly asset: number | null;
  readonly amount:
    AmountChoice | { readonly bound: number; readonly offset: bigint } | { readonly number: number };
  /** The asset's, when null. */
  readonly currency: string | null;
  readonly holderReference: string;
  readonly externalReference?: string;
}

function wordsOf({ asset, amount, currency, holderReference }: OpeningChoice): string {
  const under = asset === null ? 'an unknown asset' : theNth(asset, 'asset');
  return `${holderReference} under ${under} ${sizeOf(amount)}${currency === null ? '' : ` in ${currency}`}`;
}

function sizeOf(amount: OpeningChoice['amount']): string {
  if ('words' in amount) return amount.words;
  if ('number' in amount) return `as the JSON number ${amount.number}`;
  return `of bound ${amount.bound} in force and ${amount.offset} units`;
}

function toOpening(choice: OpeningChoice, model: InstitutionModel): Opening {
  const { holderReference, externalReference } = choice;
  const asset = choice.asset === null ? undefined : pick(model.assets, choice.asset);
  const currency = choice.currency ?? asset?.terms.config.currency ?? 'USD';
  return {
    assetId: asset?.name ?? UNKNOWN.asset,
    holderReference,
    currency,
    amount: amountOf(choice, model, asset?.terms, currency),
    ...(externalReference === undefined ? {} : { externalReference }),
  };
}

function amountOf(
  { amount }: OpeningChoice,
  model: InstitutionModel,
  terms: Terms | undefined,
  currency: string,
): string | number {
  if ('number' in amount) return amount.number;
  if ('words' in amount) return amount.of(0n, currency) ?? '1';
  const { minAmount, maxAmount } = terms?.config ?? {};
  const bounds = [minAmount, maxAmount, ...(terms ? model.policyOf(terms.region).bounds : [])];
  const fitting = bounds.filter((bound) => bound !== undefined && writtenPlaces(bound) <= placesOf(currency));
  const bound = fitting.length === 0 ? '100' : fitting[amount.bound % fitting.length];
  const units = toMinorUnits(bound, currency) + amount.offset;
  return fromMinorUnits(units < 0n ? 0n : units, currency);
}

export class Open extends Command {
  constructor(private readonly choice: OpeningChoice) {
    super(`open a position for ${wordsOf(choice)}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const json = toOpening(this.choice, model);
    return { request: { method: 'POST', path: '/v1/positions', json }, expected: model.open(json) };
  }
}

export class OpenBatch extends Command {
  constructor(private readonly choices: readonly OpeningChoice[]) {
    super(`open at once positions for ${choices.map(wordsOf).join('; ')}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const items = this.choices.map((choice) => toOpening(choice, model));
    const request = { method: 'POST', path: '/v1/positions/batch', json: { items } };
    return { request, expected: model.openBatch(items) };
  }
}

/** Something about one position, which there must be. */
export abstract class PositionCommand extends Command {
  override check(model: InstitutionModel): boolean {
    return model.positions.length > 0;
  }
}

export interface TransitionChoice {
  readonly position: number;
  /** A state, or the how-manieth of those that are allowed; the first of all when none is. */
  readonly to: State | number;
  readonly amount: AmountChoice | { readonly part: AmountChoice; readonly whole: AmountChoice };
  readonly reason?: string;
  readonly metadata?: Json;
}

export class Move extends PositionCommand {
  constructor(private readonly choice: TransitionChoice) {
    const { position, to, amount } = choice;
    const where = typeof to === 'number' ? `its allowed state ${to}` : to;
    const size =
      'words' in amount ? amount.words : `that fits: ${amount.part.words}, or ${amount.whole.words}`;
    super(`move ${theNth(position, 'position')} to ${where}, an amount ${size}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const position = pick(model.positions, this.choice.position);
    const { remaining } = position.standing;
    const { to, amount, reason, metadata } = this.choice;
    const allowed = NEXT[position.standing.state];
    const toState = typeof to === 'string' ? to : (allowed[to % allowed.length] ?? 'FUNDED');
    const chosen = 'words' in amount ? amount : toState === 'PARTIALLY_RELEASED' ? amount.part : amount.whole;
    const stated = chosen.of(remaining, position.claim.currency);
    const json = {
      toState,
      ...(stated === undefined ? {} : { amount: stated }),
      ...(reason === undefined ? {} : { reason }),
      ...(metadata === undefined ? {} : { metadata }),
    };
    const request = { method: 'POST', path: `/v1/positions/${position.name}/transition`, json };
    return { request, expected: model.transition(position.name, json) };
  }
}

export class MoveUnknown extends Command {
  constructor(private readonly toState: State) {
    super(`move an unknown position to ${toState}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const json = { toState: this.toState };
    const request = { method: 'POST', path: `/v1/positions/${UNKNOWN.position}/transition`, json };
    return { request, expected: model.transition(UNKNOWN.position, json) };
  }
}

export class PutPolicy extends Command {
  constructor(
    private readonly region: string,
    private readonly rules: Rules,
  ) {
    super(`put the policy of ${region}: ${JSON.stringify(rules)}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const request = { method: 'PUT', path: policyPath(this.region), json: { position: this.rules } };
    return { request, expected: model.putPolicy(this.region, this.rules) };
  }
}

export class RemovePolicy extends Command {
  constructor(private readonly region: string) {
    super(`remove the policy of ${region}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const request = { method: 'DELETE', path: policyPath(this.region) };
    return { request, expected: model.removePolicy(this.region) };
  }
}

export class ReadPolicy extends Command {
  constructor(private readonly region: string) {
    super(`read the policy of ${region}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const request = { method: 'GET', path: policyPath(this.region) };
    return { request, expected: model.policyOf(this.region).read() };
  }
}

const policyPath = (region: string): string => `/v1/institutions/inst#1/policies/${region}`;
