import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** Where the progress is drawn, if it is a terminal. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Something found broken: for a script and for people. */
export interface Report {
  readonly json: object;
  readonly words: string;
}

/** Things between two updates of the bar, which guesses the time left from the last hundred of them. */
const BAR_STEP = 100;

/** Watches over long work: draws its progress, prints what is found broken, and ends it at the first Ctrl-C. */
export class Watch {
  /** False once the work was stopped before its end. */
  isComplete = true;
  private readonly stop = (): void => void (this.isComplete = false);

  constructor(
    private readonly terminal: Terminal,
    private readonly screen: Screen,
    private readonly asJson: boolean,
  ) {}

  /** Until {@link end}, a Ctrl-C stops the work after the thing at hand; a second one ends the process as ever. */
  begin(): void {
    process.once('SIGINT', this.stop).once('SIGTERM', this.stop);
  }

  end(): void {
    process.off('SIGINT', this.stop).off('SIGTERM', this.stop);
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
    const bar = this.screen.isTTY ? this.startBar(name, await count()) : undefined;
    let seen = 0;
    try {
      for await (const thing of things) {
        if (!this.isComplete) break;
        seen += 1;
        if (seen % BAR_STEP === 0) bar?.update(seen);
        const report = look(thing);
        if (report === undefined) continue;
        // The line takes the place of the bar, which is drawn anew below it.
        bar?.stop();
        this.report(report);
        bar?.start(bar.getTotal(), seen);
      }
    } finally {
      bar?.stop();
    }
  }

  report({ json, words }: Report): void {
    this.terminal.print(this.asJson ? JSON.stringify(json) : `broken: ${words}`);
  }

  private startBar(name: string, total: number): SingleBar {
    const bar = new SingleBar(
      {
        stream: this.screen,
        format: `{bar} {percentage}% | {value} of {total} ${name} | {eta_formatted} left`,
        clearOnComplete: true,
        etaBuffer: 100,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0);
    return bar;
  }
}
