import type { Json } from '../support/client.js';

const NAME = /\b(inst|tmpl|ast|pos|ple|le|hash|cursor)#\d+(?:\.\d+)?/g;
const WHOLE_NAME = new RegExp(`^(?:${NAME.source})$`);
const TYPE_ID = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const ID = new RegExp(`\\b(?:(?:inst|tmpl|ast|pos|ple|le)_${TYPE_ID}|[0-9a-f]{64})\\b`, 'g');

/** What is named and is no TypeID. */
const SHAPES: Readonly<Record<string, RegExp>> = { hash: /^[0-9a-f]{64}$/, cursor: /^[\w-]+$/ };

/**
 * What a model calls the things that one service made: `pos#3` for the third position. A name is tied to the id, or
 * to the hash, that first stands where the name is expected, and to no other from then on.
 */
export class Names {
  private readonly ids = new Map<string, string>();
  private readonly names = new Map<string, string>();

  /** A text of the model with the service's ids in place of names. */
  toIds(text: string): string {
    return text.replace(NAME, (name) => {
      const id = this.ids.get(name);
      if (id === undefined) throw new Error(`${name} has no id yet.`);
      return id;
    });
  }

  /** What a service answered, with names in place of the ids that have one. */
  toNames(actual: Json): Json {
    if (actual === undefined) return undefined;
    return JSON.parse(JSON.stringify(actual), (_member, value: unknown) =>
      typeof value === 'string' ? this.nameOf(value) : value,
    );
  }

  private nameOf(text: string): string {
    return this.names.get(text) ?? text.replace(ID, (id) => this.names.get(id) ?? id);
  }

  /** Ties every name that is new in what is expected to what stands in its place. */
  learn(actual: Json, expected: Json): void {
    if (typeof expected === 'string') {
      if (typeof actual === 'string') this.tie(expected, actual);
    } else if (isObject(expected) && isObject(actual)) {
      for (const [member, part] of Object.entries(expected)) this.learn(actual[member], part);
    }
  }

  private tie(name: string, id: string): void {
    const [, kind] = WHOLE_NAME.exec(name) ?? [];
    if (kind === undefined || this.ids.has(name) || this.names.has(id)) return;
    const shape = SHAPES[kind] ?? new RegExp(`^${kind}_${TYPE_ID}$`);
    if (!shape.test(id)) return;
    this.ids.set(name, id);
    this.names.set(id, name);
  }
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}
