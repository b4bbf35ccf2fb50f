import type { Installation, Service } from '../support/service.js';
import { issueKey } from '../support/tenant.js';
import { foundWorld, type World } from '../support/world.js';
import { UNKNOWN } from '../support/patterns.js';

/** Who sends a request; admin and reader are ours, the stranger is the admin of another institution. */
export const SENDERS = ['root', 'admin', 'reader', 'stranger', 'nobody', 'impostor', 'revoked'] as const;
export type Sender = (typeof SENDERS)[number];

/** What stands in a request for what only one service knows: an id, a cursor or a key. */
export type Name = string;
const NAME = /~([a-z]+(?:\.[a-z]+)+)~/gi;

/** What a service was prepared with, under names that are the same on every service. */
export class FuzzWorld {
  private readonly named = new Set<Name>();

  private constructor(
    readonly service: Service,
    private readonly world: World,
    private readonly values: ReadonlyMap<Name, string>,
    private readonly keys: Readonly<Record<Sender, string | undefined>>,
  ) {}

  static async found(service: Service): Promise<FuzzWorld> {
    const world = await foundWorld(service);
    const { ours, theirs } = world;
    const revoked = await issueKey(service, ours.id, 'admin');
    await service.root.post(`/v1/institutions/${ours.id}/api-keys/${revoked.id}/revoke`);
    const keys = {
      root: service.installation.rootKey,
      admin: ours.adminKey,
      reader: ours.readerKey,
      stranger: theirs.adminKey,
      nobody: undefined,
      impostor: `egk_${'0'.repeat(26)}_${'0'.repeat(64)}_00000000`,
      revoked: revoked.text,
    };
    return new FuzzWorld(service, world, new Map(Object.entries(valuesOf(world, keys))), keys);
  }

  get port(): number {
    return Number(new URL(this.service.url).port);
  }

  get institutionIds(): readonly string[] {
    return [this.world.ours.id, this.world.theirs.id];
  }

  keyOf(sender: Sender): string | undefined {
    return this.keys[sender];
  }

  /** A text with values in place of names. */
  toValues(text: string): string {
    return text.replace(NAME, (whole, name: string) => this.values.get(name) ?? whole);
  }

  /** A text with names in place of values. */
  toNames(text: string): string {
    return [...this.values].reduce((named, [name, value]) => named.replaceAll(value, `~${name}~`), text);
  }

  /** Remembers what a text that was stored names: it may be shown again to whoever stored it. */
  rememberNames(text: string): void {
    for (const name of this.values.keys()) if (text.includes(`~${name}~`)) this.named.add(name);
  }

  wasNamed(name: Name): boolean {
    return this.named.has(name);
  }

  /** What another tenant has, and its name; nothing for root and for whoever has no key. */
  foreignTo(sender: Sender): readonly (readonly [Name, string])[] {
    const foreign: Partial<Record<Sender, string>> = { admin: 'their.', reader: 'their.', stranger: 'our.' };
    return [...this.values].filter(([name]) => name.startsWith(foreign[sender] ?? 'nothing'));
  }

  /** What no answer may show. */
  get secrets(): readonly string[] {
    return [...Object.values(this.keys), ...secretsOf(this.service.installation)].filter(
      (secret): secret is string => secret !== undefined && secret.length > 8,
    );
  }
}

function secretsOf({ environment }: Installation): readonly (string | undefined)[] {
  const { API_KEY_PEPPER, ROOT_API_KEY, DATABASE_URL } = environment;
  const database = DATABASE_URL === undefined ? undefined : new URL(DATABASE_URL);
  return [API_KEY_PEPPER, ROOT_API_KEY, DATABASE_URL, database?.password, database?.pathname.slice(1)];
}

function valuesOf(world: World, keys: Readonly<Record<string, string | undefined>>): Record<Name, string> {
  const { ours, theirs } = world;
  return {
    'our.institution': ours.id,
    'our.template': ours.templateId,
    'our.asset': ours.assetId,
    'our.yen.asset': world.jpyAssetId,
    'our.bounded.template': world.bounded.templateId,
    'our.bounded.asset': world.bounded.assetId,
    'our.ruled.asset': world.underPolicy.eurAssetId,
    'our.created.position': world.createdId,
    'our.partial.position': world.partialId,
    'our.cancelled.position': world.cancelledId,
    'our.spare.key': world.spareKeyId,
    'our.admin.key': ours.adminKeyId,
    'our.reader.key': ours.readerKeyId,
    'their.institution': theirs.id,
    'their.template': theirs.templateId,
    'their.asset': theirs.assetId,
    'their.position': theirs.positionId,
    'their.key': theirs.adminKeyId,
    'no.institution': UNKNOWN.institution,
    'no.template': UNKNOWN.template,
    'no.asset': UNKNOWN.asset,
    'no.position': UNKNOWN.position,
    'no.key': UNKNOWN.apiKey,
    'text.admin.key': keys['admin'] ?? '',
    'text.reader.key': keys['reader'] ?? '',
    'text.root.key': keys['root'] ?? '',
    'our.cursor': cursorAt(world.createdId),
    'their.cursor': cursorAt(theirs.positionId),
    'no.cursor': cursorAt(UNKNOWN.position),
  };
}

/** Made by hand, as a client could who has seen how cursors are made. */
function cursorAt(id: string): string {
  return Buffer.from(JSON.stringify(['2026-01-01T00:00:00.000Z', id])).toString('base64url');
}
