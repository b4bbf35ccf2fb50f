import { Action, pick, PositionCommand, theNth, type Exchange } from './commands.js';
import { expectPages } from './expect-shown.js';
import { refusalAt, type Expected } from './expected.js';
import type { InstitutionModel } from './institution-model.js';
import type { PositionModel, State } from './position-model.js';
import type { Institutions } from './side-by-side.js';
import { timeText } from './time-text.js';

export class ReadPosition extends PositionCommand {
  constructor(private readonly position: number) {
    super(`read ${theNth(position, 'position')}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const position = pick(model.positions, this.position);
    const request = { method: 'GET', path: `/v1/positions/${position.name}` };
    return { request, expected: { status: 200, body: position.whole() } };
  }
}

/** Reads a position as it was about the time of one of its steps. */
export class ReadAsOf extends PositionCommand {
  constructor(
    private readonly position: number,
    private readonly step: number,
    private readonly offsetMs: number,
  ) {
    super(`read ${theNth(position, 'position')} as of ${offsetMs} ms from its step ${step}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const position = pick(model.positions, this.position);
    const asOfMs = pick(position.steps, this.step).atMs + this.offsetMs;
    const path = `/v1/positions/${position.name}?asOf=${timeText(asOfMs)}`;
    return { request: { method: 'GET', path }, expected: asOf(model, asOfMs, position) };
  }
}

function asOf(model: InstitutionModel, asOfMs: number, position: PositionModel): Expected {
  if (asOfMs > model.nowMs) return futureMoment;
  if (asOfMs < position.opening.atMs) return { status: 404, code: 'position.unknown' };
  return { status: 200, body: position.whole(asOfMs) };
}

const futureMoment: Expected = refusalAt('/asOf', 400, 'position.future_moment');

/** Which positions are looked at, in words that fit whatever there are. */
export interface Filter {
  readonly asset?: number;
  readonly holderReference?: string;
  readonly currency?: string;
  readonly states?: readonly State[];
}

interface Chosen {
  readonly parameters: readonly string[];
  readonly isWanted: (position: PositionModel) => boolean;
}

function choose({ asset, holderReference, currency, states }: Filter, model: InstitutionModel): Chosen {
  const assetId = asset === undefined ? undefined : pick(model.assets, asset).name;
  const parameters = Object.entries({ assetId, holderReference, currency }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return {
    parameters: [...parameters, ...(states ?? []).map((state) => `state=${state}`)],
    isWanted: ({ claim, standing }) =>
      (assetId === undefined || claim.assetId === assetId) &&
      (holderReference === undefined || claim.holderReference === holderReference) &&
      (currency === undefined || claim.currency === currency) &&
      (states === undefined || states.includes(standing.state)),
  };
}

/** Reads a list of positions to its end. */
export class ListPositions extends Action {
  constructor(
    private readonly filter: Filter,
    private readonly limit: number,
  ) {
    super(`list positions ${JSON.stringify(filter)}, ${limit} a page`);
  }

  protected override async act(model: InstitutionModel, institutions: Institutions): Promise<void> {
    const { parameters, isWanted } = choose(this.filter, model);
    const path = `/v1/positions?${[`limit=${this.limit}`, ...parameters].join('&')}`;
    await expectPages(institutions, path, this.limit, model.listed(isWanted));
  }
}

/** Reads balances, now or about the time of a step of some position. */
export class ReadBalances extends PositionCommand {
  constructor(
    private readonly filter: Pick<Filter, 'asset' | 'holderReference'>,
    private readonly moment?: { readonly position: number; readonly step: number; readonly offsetMs: number },
  ) {
    super(`read balances ${JSON.stringify(filter)} as of ${JSON.stringify(moment ?? 'now')}`);
  }

  protected ask(model: InstitutionModel): Exchange {
    const { parameters, isWanted } = choose(this.filter, model);
    const { position, step, offsetMs } = this.moment ?? { position: 0, step: 0, offsetMs: 0 };
    const asOfMs = this.moment && pick(pick(model.positions, position).steps, step).atMs + offsetMs;
    const query = [...parameters, ...(asOfMs === undefined ? [] : [`asOf=${timeText(asOfMs)}`])].join('&');
    const request = { method: 'GET', path: `/v1/balances${query === '' ? '' : `?${query}`}` };
    if (asOfMs !== undefined && asOfMs > model.nowMs) return { request, expected: futureMoment };
    return { request, expected: { status: 200, body: model.shownBalances(isWanted, asOfMs) } };
  }
}

/** Time goes by; now and then a clock is set back. */
export class TimePasses extends Action {
  constructor(private readonly ms: number) {
    super(`${ms} ms pass`);
  }

  protected override async act(model: InstitutionModel, institutions: Institutions): Promise<void> {
    model.nowMs += this.ms;
    institutions.clock.advance(this.ms);
  }
}
