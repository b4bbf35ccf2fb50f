import type { Configuration } from '#config';

/** What the primary tells a worker. */
export type Order =
  /** Build the service; where it must be ready, report only once it is. A file is taken into the store first. */
  | {
      readonly order: 'prepare';
      readonly configuration: Configuration;
      readonly mustBeReady: boolean;
      readonly takeOverFile?: string;
    }
  | { readonly order: 'listen' }
  /** Show that the event loop turns. */
  | { readonly order: 'answer' }
  /** Refuse every write from now on, and put all that is stored into a file. */
  | { readonly order: 'hand over'; readonly file: string }
  /** Answer nothing from what is stored: it is about to be changed elsewhere. */
  | { readonly order: 'step back' }
  /** Serve as before. */
  | { readonly order: 'resume' }
  /** Serve for so long, then end; where others have taken over, new connections are theirs. */
  | { readonly order: 'leave'; readonly drainMs: number; readonly isReplaced: boolean };

/** What a worker tells the primary. */
export type Report =
  | { readonly report: 'prepared' }
  | { readonly report: 'listening'; readonly url: string }
  | { readonly report: 'answered' }
  /** Without a reason: the file is written. With one, in words for a terminal: it is not, and writes are taken again. */
  | { readonly report: 'handed over'; readonly reason?: string }
  | { readonly report: 'stepped back' }
  /** In words for a terminal, with what to check. The worker ends. */
  | { readonly report: 'failed'; readonly reason: string };

/** Libraries send messages of their own over the same channel. */
export function isOrder(message: unknown): message is Order {
  return hasMember(message, 'order');
}

export function isReport(message: unknown): message is Report {
  return hasMember(message, 'report');
}

function hasMember(message: unknown, name: string): boolean {
  return typeof message === 'object' && message !== null && name in message;
}
