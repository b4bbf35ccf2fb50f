import { ProgressBar, type Screen } from './progress-bar.js';
import type { Terminal } from './terminal.js';

/** Something found broken: for a script and for people. */
export interface Report {
  readonly json: object;
  readonly words: string;
}

/** Watches over long work: draws its progress, prints what is found broken, and ends it when it is told to stop. */
export class Watch {
  private readonly bar: ProgressBar;

  constructor(
    private readonly terminal: Terminal,
    screen: Screen,
    private readonly asJson: boolean,
    private readonly signal: AbortSignal,
  ) {
    this.bar = new ProgressBar(screen);
  }

  /** False once the work was stopped before its end. */
  get isComplete(): boolean {
    return !this.signal.aborted;
  }

  /**
   * Goes through things until the end, or until stopped.
   *
   * @param count how many there will be: asked only where progress is drawn
   * @param look what is broken of a thing, if anything
   */
  async over<Thing>(
    name: string,
    count: () => Promise<number>,
    things: AsyncIterable<Thing>,
    look: (thing: Thing) => Report | undefined,
  ): Promise<void> {
    if (!this.isComplete) return;
    this.bar.begin(name, this.bar.isSeen ? await count() : undefined);
    let seen = 0;
    try {
      for await (const thing of things) {
        if (!this.isComplete) break;
        this.bar.advance((seen += 1));
        const report = look(thing);
        if (report !== undefined) this.bar.giveWayTo(() => this.report(report));
      }
    } finally {
      this.bar.end();
    }
  }

  report({ json, words }: Report): void {
    this.terminal.print(this.asJson ? JSON.stringify(json) : `broken: ${words}`);
  }
}
