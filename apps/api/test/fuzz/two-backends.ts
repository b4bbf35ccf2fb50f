import { FixedClock } from '#testing';
import { closeService, openService, type Service } from '../support/service.js';
import { ComparableAnswers } from './comparable.js';
import { toPrintable, type FuzzRequest } from './fuzz-request.js';
import { FuzzWorld } from './fuzz-world.js';
import { faultsOf } from './judge.js';
import { readState, unexplainedChanges, type State } from './state.js';
import { exchange, type Incoming } from './wire.js';

/** One request, and how each backend answered it. */
export interface Exchange {
  readonly request: FuzzRequest;
  readonly incoming: readonly Incoming[];
}

export interface Session {
  readonly exchanges: readonly Exchange[];
  /** All that was not as it must be, each with the request that showed it where one did. */
  readonly faults: readonly string[];
}

/** The same worlds on every backend, which are sent the same. */
export class TwoBackends {
  private constructor(
    private readonly services: readonly Service[],
    private readonly clock: FixedClock,
  ) {}

  static async open(): Promise<TwoBackends> {
    const clock = new FixedClock(new Date());
    const services = await Promise.all(BOTH.map((backend) => openService(backend, SETTINGS, clock)));
    return new TwoBackends(services, clock);
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map(closeService));
  }

  async areAlive(): Promise<boolean> {
    const answers = await Promise.all(this.services.map(({ root }) => root.get('/health/live')));
    return answers.every(({ status }) => status === 200);
  }

  /** Sends requests one after the other to worlds of their own. */
  async send(requests: readonly FuzzRequest[]): Promise<Session> {
    this.tick();
    const worlds = await Promise.all(this.services.map((service) => FuzzWorld.found(service)));
    const before = await Promise.all(worlds.map(readState));
    const exchanges: Exchange[] = [];
    for (const [index, request] of requests.entries()) {
      this.tick();
      const sent = worlds.map(async (world) =>
        exchange(world.port, request.toBytes(world, index), request.draft.method),
      );
      exchanges.push({ request, incoming: await Promise.all(sent) });
    }
    const after = await Promise.all(worlds.map(readState));
    const faults = [
      ...exchanges.flatMap((each, index) => faultsIn(each, index, worlds)),
      ...differences(exchanges, worlds, after),
      ...worlds.flatMap((_, side) => changes(exchanges, side, before[side] as State, after[side] as State)),
    ];
    return { exchanges, faults };
  }

  /** The time for both, near enough to the database's that the service is ready; no two requests share a moment. */
  private tick(): void {
    this.clock.set(new Date(Math.max(Date.now(), this.clock.now().getTime() + 1)));
  }
}

/** Also where all else is tested on one of them only. */
const BOTH = ['memory', 'postgres'] as const;

/** The limits would be met by what else a session sends; refusals go on record sooner on one backend than on another. */
const SETTINGS = {
  DOCS_ENABLED: 'true',
  RATE_LIMIT_REQUESTS_PER_KEY: '0',
  RATE_LIMIT_FAILED_AUTH_PER_SOURCE: '0',
  AUDIT_REFUSALS_PER_MINUTE: '0',
};

function faultsIn({ request, incoming }: Exchange, index: number, worlds: readonly FuzzWorld[]): string[] {
  return incoming.flatMap((answered, side) => {
    const world = worlds[side] as FuzzWorld;
    return faultsOf(request, answered, world).map(
      (fault) => `${BOTH[side]}: ${fault}\n${inWords(request, index, world)}`,
    );
  });
}

function inWords(request: FuzzRequest, index: number, world: FuzzWorld): string {
  return `    for request ${index + 1}: ${toPrintable(request.toBytes(world, index))}`;
}

/** What is no HTTP is left out: it may be refused before or after it has been seen that it is none. */
function differences(
  exchanges: readonly Exchange[],
  worlds: readonly FuzzWorld[],
  after: readonly State[],
): string[] {
  const shown = worlds.map((world, side) => {
    const comparable = new ComparableAnswers(world);
    const answers = exchanges.map(({ request, incoming }) =>
      request.isHttp ? incoming[side]?.answers.map((each) => comparable.of(each)).join('\n') : '',
    );
    return [...answers, ...(after[side] as State).ownLists.map((each) => comparable.of(each))];
  });
  const [first = [], second = []] = shown;
  return first.flatMap((left, index) => {
    if (left === second[index]) return [];
    const request = exchanges[index]?.request;
    const words = request && inWords(request, index, worlds[0] as FuzzWorld);
    return [[`${BOTH.join(' and ')} differ:`, left, second[index], words ?? 'in the end'].join('\n')];
  });
}

function changes(exchanges: readonly Exchange[], side: number, before: State, after: State): string[] {
  const answers = exchanges.flatMap(({ request, incoming }) => {
    return request.isWrite ? (incoming[side]?.answers ?? []) : [];
  });
  const successes = answers.filter(({ status }) => status < 300);
  const acknowledged = new Set(successes.map(({ headers }) => headers.get('x-request-id') ?? ''));
  return unexplainedChanges(before, after, acknowledged).map(
    (change) => `${BOTH[side]}: no command was acknowledged that changed this: ${change}`,
  );
}
