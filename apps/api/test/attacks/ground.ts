import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Backend } from '#testing';
import type { Answer } from '../support/answer.js';
import { Client, type Sent } from '../support/client.js';
import { Planted } from '../support/planted.js';
import { RecordWatch } from '../support/records.js';
import { newInstallation, type Installation, type Service } from '../support/service.js';
import { ServiceProcess } from '../support/service-process.js';
import { TroubledDatabase } from '../support/troubled-database.js';
import { foundWorld, type World } from '../support/world.js';
import { Eavesdropper, type Exchange } from './eavesdropper.js';
import { rawAnswer } from './raw-answer.js';
import { storedRows } from './stored-rows.js';

/** A client all of whose answers are looked through. */
class OverheardClient extends Client {
  constructor(
    url: string,
    private readonly keyText: string | undefined,
    private readonly overhear: (exchange: Exchange) => void,
  ) {
    super(url, keyText);
  }

  override async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const answer = await super.send(method, path, sent);
    const { json, raw, headers } = sent;
    const said = [
      path,
      json === undefined ? String(raw ?? '') : JSON.stringify(json),
      JSON.stringify(headers ?? {}),
    ];
    this.overhear({ keyText: this.keyText, said: said.join('\n'), answer });
    return answer;
  }
}

/** A started service, a process of its own, with two tenants; everything that it says is listened to. */
export class Ground {
  private constructor(
    readonly process: ServiceProcess,
    readonly installation: Installation,
    readonly database: TroubledDatabase | undefined,
    readonly world: World,
    private readonly eavesdropper: Eavesdropper,
  ) {}

  static async open(backend: Backend, settings: Readonly<Record<string, string>> = {}): Promise<Ground> {
    const planted = new Planted();
    const made = await newInstallation(backend);
    const database = made.database && (await TroubledDatabase.open(made.database, planted.value('password')));
    const rootKey = planted.value('root key');
    const installation: Installation = {
      ...made,
      rootKey,
      environment: {
        ...made.environment,
        ROOT_API_KEY: `${rootKey},${planted.value('second root key')}`,
        API_KEY_PEPPER: planted.value('pepper'),
        ...(database === undefined ? {} : { DATABASE_URL: database.url() }),
      },
    };
    if (database !== undefined) {
      planted.known('user of the database', database.user);
      planted.known('port of the database', `:${database.port}`);
    }
    const eavesdropper = new Eavesdropper(planted);
    const process = await ServiceProcess.start(installation, { LOG_LEVEL: 'trace', ...settings }, (text) =>
      eavesdropper.hearLog(text),
    );
    const client = (keyText?: string): Client =>
      new OverheardClient(process.url, keyText, (exchange) => eavesdropper.hear(exchange));
    const service: Service = {
      url: process.url,
      installation,
      root: client(rootKey),
      client,
      stop: async () => void (await process.terminate()),
    };
    const world = await foundWorld(service);
    eavesdropper.knowTenants(world);
    return new Ground(process, installation, database, world, eavesdropper);
  }

  /** Sends bytes as they are, of which the first line and the headers are given, and takes the one answer. */
  async raw(lines: readonly string[], body = ''): Promise<Answer> {
    const answer = await rawAnswer(this.process.url, lines, body);
    const key = lines
      .map((line) => /^(?:x-api-key:|authorization: bearer) (.*)$/i.exec(line)?.[1])
      .find((text) => text !== undefined);
    this.eavesdropper.hear({ keyText: key, said: [...lines, body].join('\n'), answer });
    return answer;
  }

  /** Remembers what is stored, and tells afterwards what of it is other than it was: refusals on record apart. */
  async watch(): Promise<() => Promise<unknown>> {
    const records = await RecordWatch.over(this.world.service);
    const before = await this.rows();
    return async () => {
      const [changes, after] = [await records.changes(), await this.rows()];
      const tables = Object.keys(after).filter((name) => after[name] !== before[name]);
      return { changes, tables };
    };
  }

  /** What the service said, in answers or in its log, that was nobody's business. */
  get overheard(): readonly string[] {
    return this.eavesdropper.findings;
  }

  get answers(): number {
    return this.eavesdropper.answers;
  }

  async close(): Promise<void> {
    await this.process.terminate();
    await this.database?.close();
    await this.installation.database?.close();
  }

  private async rows(): Promise<Readonly<Record<string, string>>> {
    const { database } = this.installation;
    return database === undefined ? {} : storedRows(database.ownerUrl);
  }
}

/** What {@link Ground.watch} tells when nothing was changed. */
export const NOTHING = { changes: [], tables: [] };

/** Opens a ground for the suite that calls it, and closes it at its end. */
export function groundOn(
  backend: Backend,
  settings?: Readonly<Record<string, string>>,
): { readonly ground: Ground } {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.open(backend, settings);
  }, 60_000);
  afterAll(() => ground.close());
  return {
    get ground() {
      return ground;
    },
  };
}

/** The last test of a suite of attacks, over all that was said during it. */
export function testWhatWasTold(setting: { readonly ground: Ground }): void {
  test('have told nobody of the inside, of secrets or of other tenants, nor has the log', () => {
    expect(setting.ground.overheard).toEqual([]);
    expect(setting.ground.answers).toBeGreaterThan(10);
  });
}
