import type { Answer } from '../support/answer.js';
import type { Planted } from '../support/planted.js';
import type { World } from '../support/world.js';
import { INSIDE } from '../fuzz/leaks.js';
import { MARK } from './payloads.js';

/** A request, as far as an answer may repeat it, and its answer. */
export interface Exchange {
  readonly keyText: string | undefined;
  readonly said: string;
  readonly answer: Answer;
}

/** Tables, columns and constraints by names that are no words of the API. */
const TABLES =
  /\b(?:api_keys|asset_templates|position_events|ledger_events|institution_policies|audit_events|idempotency_records|schema_migrations|(?:institutions|assets|positions|checkpoints)_\w+|institution_id|key_hash|pepper_version|ledger_head)\b/i;
/** Of a database, of a host, and of what the service is made of. */
const IN_LOGS = /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+"?\w|relation "|column "|SQLSTATE|22P05/;

/** Looks through all that a service says, and keeps what it should not have said. */
export class Eavesdropper {
  readonly findings: string[] = [];
  answers = 0;
  private keys: ReadonlyMap<string, readonly string[]> = new Map();
  private secrets: readonly string[] = [];
  private names: readonly string[] = [];

  constructor(private readonly planted: Planted) {}

  knowTenants({ ours, theirs, service }: World): void {
    const { rootKey } = service.installation;
    const ofOurs = [
      ours.id,
      ours.templateId,
      ours.assetId,
      ours.adminKeyId,
      ours.readerKeyId,
      'Northern Escrow',
    ];
    const ofTheirs = [
      theirs.id,
      theirs.templateId,
      theirs.assetId,
      theirs.positionId,
      theirs.adminKeyId,
      'Southern Escrow',
    ];
    this.keys = new Map([
      [ours.adminKey, ofTheirs],
      [ours.readerKey, ofTheirs],
      [theirs.adminKey, ofOurs],
      [theirs.readerKey, ofOurs],
      [rootKey, []],
      ['', [...ofOurs, ...ofTheirs]],
    ]);
    this.secrets = [...this.keys.keys()].flatMap((key) => key.split('_')[2] ?? []);
    this.names = ['Northern Escrow', 'Southern Escrow', 'holder-1'];
  }

  hear({ keyText, said, answer }: Exchange): void {
    this.answers += 1;
    const { status, headers, text } = answer;
    const whole = `${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n${text}`;
    const note = (what: string): void =>
      void this.findings.push(`${what}\n${said.slice(0, 500)}\nanswered ${status}: ${text.slice(0, 500)}`);
    if (status >= 500) note('A fault of the service itself');
    for (const what of this.planted.foundIn(whole)) note(`It shows the ${what}`);
    for (const secret of this.secrets) if (whole.includes(secret)) note('It shows a key');
    const known = this.keys.get(keyText ?? '');
    // A key that a test had made for itself may be anybody's, and so may what it is shown.
    const foreign = known ?? (status >= 400 ? this.keys.get('') : []);
    for (const value of foreign ?? []) {
      if (whole.includes(value) && !said.includes(value)) note(`It shows ${value} of another`);
    }
    if (status >= 400)
      for (const word of this.insideOf(answer, said)) note(`It speaks of the inside: ${word}`);
  }

  /** Takes what the service wrote to its log, in whatever pieces. */
  hearLog(text: string): void {
    const note = (what: string): void => void this.findings.push(`The log ${what}: ${text.slice(0, 1_000)}`);
    for (const what of this.planted.foundIn(text)) note(`holds the ${what}`);
    for (const value of [...this.secrets, ...this.names, MARK])
      if (text.includes(value)) note(`holds ${value}`);
    if (IN_LOGS.test(text)) note('speaks of the database');
    // A database that somebody holds up is no fault of the service.
    const faults = text.split('\n').filter((line) => /"level":"(?:error|fatal)"/.test(line));
    if (faults.some((line) => !line.includes('"type":"StoreUnavailable"'))) note('tells of a fault');
  }

  /** What a refusal repeats of its request is the sender's own. */
  private insideOf({ text, body }: Answer, said: string): string[] {
    const { instance: _instance, ...rest } = (body ?? { text }) as Record<string, unknown>;
    const told = JSON.stringify(rest);
    return [INSIDE, TABLES]
      .flatMap((pattern) => [...told.matchAll(new RegExp(pattern, 'gi'))])
      .map(([word]) => word)
      .filter(
        (word) =>
          !said.toLowerCase().includes(word.toLowerCase()) && !decoded(said).includes(word.toLowerCase()),
      );
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).toLowerCase();
  } catch {
    return '';
  }
}
