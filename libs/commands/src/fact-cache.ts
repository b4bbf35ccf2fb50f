import { LRUCache } from 'lru-cache';

/** How much of a kind of fact is kept, and for how long. */
interface FactCacheOptions {
  readonly maxFacts: number;
  /** From the moment that a fact was asked for; zero keeps nothing. */
  readonly maxAgeMs: number;
}

/**
 * Facts that decisions are taken on, kept for a while. They never feed an answer. What does not exist is not kept, so
 * that a thing is known from the moment on that it was made.
 */
export class FactCache<Fact extends object> {
  private readonly facts: LRUCache<string, Fact>;
  private readonly isOn: boolean;
  /** The newest load under way of each fact: what an older one found may be out of date. */
  private readonly loads = new Map<string, symbol>();

  constructor({ maxFacts, maxAgeMs }: FactCacheOptions) {
    this.isOn = maxAgeMs > 0;
    this.facts = new LRUCache({ max: maxFacts, ttl: maxAgeMs, perf: performance });
  }

  /** A kept fact, which others may have changed since. */
  known(key: string): Fact | undefined {
    return this.facts.get(key);
  }

  /** A kept fact, or else the one that is loaded. */
  async find(key: string, load: () => Promise<Fact | undefined>): Promise<Fact | undefined> {
    return this.facts.get(key) ?? this.load(key, load);
  }

  /** Loads a fact. What was kept of it is dropped at once, so that nothing older is found from here on. */
  async load(key: string, load: () => Promise<Fact | undefined>): Promise<Fact | undefined> {
    const start = performance.now();
    this.facts.delete(key);
    const ticket = Symbol(key);
    this.loads.set(key, ticket);
    try {
      const fact = await load();
      if (fact !== undefined && this.isOn && this.loads.get(key) === ticket) {
        this.facts.set(key, fact, { start });
      }
      return fact;
    } finally {
      if (this.loads.get(key) === ticket) this.loads.delete(key);
    }
  }

  /** Drops a fact, also one that is being loaded right now: from here on it is asked for anew. */
  forget(key: string): void {
    this.facts.delete(key);
    this.loads.delete(key);
  }
}
