import { expect } from '@jest/globals';
import { FixedClock } from '#testing';
import type { Answer, Client, Json } from '../support/client.js';
import { expectProblem } from '../support/problems.js';
import { readAll } from '../support/records.js';
import { closeService, openService, startService, type Service } from '../support/service.js';
import { done, issueKey } from '../support/tenant.js';
import { isRefusal, type Expected } from './expected.js';
import { Names } from './names.js';
import { SERVED_REGIONS } from './request-rules.js';

/** A request in names of the model. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly json?: Json;
}

/** One institution on one backend. */
interface Side {
  readonly backend: string;
  /** As its admin, at each service that serves the backend. */
  readonly admins: readonly Client[];
  readonly names: Names;
}

/** What tells the moment rather than the answer. */
const PASSING_HEADERS = ['ratelimit', 'date', 'x-request-id'];

/**
 * Memory behind one service, and PostgreSQL behind two that share a database, all with one clock: nothing that a
 * service remembers for itself may show.
 */
export class SideBySide {
  private constructor(
    private readonly memory: Service,
    private readonly postgres: readonly [Service, Service],
    readonly clock: FixedClock,
    /** Every outcome that commands have met: the code of a refusal, or else the status. */
    readonly met: Set<string> = new Set(),
  ) {}

  static async open(): Promise<SideBySide> {
    const clock = new FixedClock();
    const memory = await openService('memory', {}, clock);
    const first = await openService('postgres', {}, clock);
    return new SideBySide(memory, [first, await startService(first.installation, {}, clock)], clock);
  }

  async close(): Promise<void> {
    const [first, second] = this.postgres;
    await second.stop();
    await Promise.all([this.memory, first].map(closeService));
  }

  /** Founds an institution with nothing in it on both backends. */
  async found(): Promise<Institutions> {
    const sides = await Promise.all([foundOn('memory', [this.memory]), foundOn('postgres', this.postgres)]);
    return new Institutions(sides, this.clock, this.met);
  }
}

async function foundOn(backend: string, services: readonly Service[]): Promise<Side> {
  const [service] = services as readonly [Service];
  const institution = { name: 'Northern Escrow', regions: SERVED_REGIONS };
  const { id } = done(await service.root.post('/v1/institutions', institution));
  const { text } = await issueKey(service, id, 'admin');
  const names = new Names();
  names.learn(id, 'inst#1');
  return { backend, admins: services.map((each) => each.client(text)), names };
}

/** The same institution on both backends, which are asked the same and must answer the same. */
export class Institutions {
  /** What was done, in plain words. */
  private readonly story: string[] = [];
  private asked = 0;

  constructor(
    private readonly sides: readonly Side[],
    readonly clock: FixedClock,
    private readonly met: Set<string>,
  ) {}

  /** Begins the story anew, with what need not be told at length. */
  beginStory(words: string): void {
    this.story.splice(0, Infinity, words);
  }

  tell(words: string): void {
    this.story.push(words);
  }

  /** A name for the next cursor that is given out. */
  nextCursorName(): string {
    return `cursor#${this.asked + 1}`;
  }

  /** As {@link check}, and tells of it. */
  async exchange(request: Request, expected: Expected): Promise<Json[]> {
    const { method, path, json } = request;
    this.tell(`    ${method} ${path}${json === undefined ? '' : ` ${JSON.stringify(json)}`}`);
    this.met.add(isRefusal(expected) ? expected.code : `${method} ${expected.status}`);
    return this.check(request, expected);
  }

  /**
   * Asks both backends, and expects of both the expected answer, and of each other the same one member by member.
   * Answers the bodies as they came.
   */
  async check(request: Request, expected: Expected): Promise<Json[]> {
    this.asked += 1;
    const answers = await Promise.all(this.sides.map(async (side) => this.send(side, request)));
    const shown = this.sides.map((side, index) =>
      this.within(`${side.backend} answers ${request.method} ${request.path}`, () =>
        this.expectAnswer(side, request, answers[index] as Answer, expected),
      ),
    );
    this.within(`memory and postgres answer ${request.method} ${request.path} alike`, () => {
      expect(shown[1]).toEqual(shown[0]);
    });
    return answers.map(({ body }) => body);
  }

  /** Every row of a list on each backend, whatever its order. */
  async readAll(path: string): Promise<Json[][]> {
    return Promise.all(
      this.sides.map(async ({ admins: [admin], names }) => {
        const client = admin as Client;
        return names.toNames(await readAll({ root: client, client: () => client }, names.toIds(path)));
      }),
    );
  }

  /** Runs an assertion; its failure tells all that was done before. */
  within<Result>(claim: string, check: () => Result): Result {
    try {
      return check();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const done = this.story.map((words) => `  ${words}`).join('\n');
      throw new Error(`After this:\n${done}\nit was to hold that ${claim}:\n${message}`);
    }
  }

  /** Each request goes to the next service of a backend. */
  private async send({ admins, names }: Side, { method, path, json }: Request): Promise<Answer> {
    const admin = admins[this.asked % admins.length] as Client;
    const raw = json === undefined ? undefined : names.toIds(JSON.stringify(json));
    return admin.send(method, names.toIds(path), { raw });
  }

  /** Holds one answer to what is expected, and answers it in a form in which backends can be compared. */
  private expectAnswer({ names }: Side, { path }: Request, answer: Answer, expected: Expected): Json {
    if (isRefusal(expected)) {
      const body = names.toNames(answer.body);
      expectProblem({ ...answer, body }, path, expected);
      return { ...body, requestId: undefined };
    }
    names.learn(answer.body, expected.body);
    const body = names.toNames(answer.body);
    expect({ status: answer.status, body }).toEqual({ status: expected.status, body: expected.body });
    return { body, headers: this.headersOf(answer, names) };
  }

  private headersOf({ headers }: Answer, names: Names): Json {
    const lasting = [...headers].filter(([name]) => !PASSING_HEADERS.includes(name));
    return names.toNames(lasting.map(([name, value]) => [name, value.replace(/cursor=[\w-]+/, 'cursor=')]));
  }
}
