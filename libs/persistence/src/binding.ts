import type { MemoryStore } from './memory/memory-store.js';
import type { PostgresStore } from './postgres/postgres-store.js';

/** A port with its two adapters. */
export interface Binding<Port = unknown> {
  readonly port: abstract new (...parameters: never[]) => Port;
  readonly postgres: new (store: PostgresStore) => Port;
  readonly memory: new (store: MemoryStore) => Port;
}
