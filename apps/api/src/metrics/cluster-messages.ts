import type { Figures } from './figures.js';

/** What all processes tell of themselves, and what the store holds. */
export interface Texts {
  readonly processes: string;
  readonly standing: string;
}

/** What workers and the process that started them say to each other. A number joins an answer to its question. */
export type Message =
  /** A worker asks for the sum over all, and for what the store holds where it is up. */
  | { readonly metrics: 'asked'; readonly number: number; readonly isStoreUp: boolean }
  | ({ readonly metrics: 'summed'; readonly number: number } & Texts)
  /** Every worker is asked for its own; what one sends unasked, with number 0, are its last. */
  | { readonly metrics: 'wanted'; readonly number: number }
  | { readonly metrics: 'given'; readonly number: number; readonly figures: Figures }
  /** One worker is asked to look at what the store holds, for all; without figures, it cannot now. */
  | { readonly metrics: 'look'; readonly number: number }
  | { readonly metrics: 'seen'; readonly number: number; readonly figures?: Figures | undefined };

/** A message about metrics, among all that processes say to each other. */
export function asMessage(said: unknown): Message | undefined {
  return typeof said === 'object' && said !== null && 'metrics' in said ? (said as Message) : undefined;
}
