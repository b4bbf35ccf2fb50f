import type { Progress } from '#transfer';
import { Presets, SingleBar } from 'cli-progress';

/** Where progress is drawn, if it is a terminal. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Things between two updates of the bar, which guesses the time left from the last hundred of them. */
const STEP = 100;

/** Draws how many things of a kind are done, where there is a terminal to draw on. */
export class ProgressBar implements Progress {
  private bar: SingleBar | undefined;
  private drawn = 0;

  constructor(private readonly screen: Screen) {}

  get isSeen(): boolean {
    return this.screen.isTTY === true;
  }

  begin(kind: string, total: number | undefined): void {
    this.end();
    if (!this.isSeen) return;
    const many = total === undefined ? '{value}' : '{bar} {percentage}% | {value} of {total}';
    const left = total === undefined ? '' : ' | {eta_formatted} left';
    this.bar = new SingleBar(
      {
        stream: this.screen,
        format: `${many} ${kind.replaceAll('_', ' ')}${left}`,
        clearOnComplete: true,
        etaBuffer: 100,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    this.drawn = 0;
    this.bar.start(total ?? 0, 0);
  }

  advance(done: number): void {
    if (done - this.drawn < STEP) return;
    this.drawn = done;
    this.bar?.update(done);
  }

  /** Has something printed that takes the place of the bar, which is drawn anew below it. */
  giveWayTo(print: () => void): void {
    this.bar?.stop();
    print();
    this.bar?.start(this.bar.getTotal(), this.drawn);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
