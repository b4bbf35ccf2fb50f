import type { Progress } from '#transfer';
import { Presets, SingleBar } from 'cli-progress';
import type { Screen } from './watch.js';

/** Rows between two updates of what is drawn. */
const STEP = 1_000;

/**
 * Draws how far an export or import has come, where there is a terminal to draw on; once told to stop, it ends the work
 * at its next step.
 */
export class TransferProgress implements Progress {
  private bar: SingleBar | undefined;
  private drawn = 0;

  constructor(
    private readonly screen: Screen,
    private readonly signal: AbortSignal,
  ) {}

  begin(kind: string, total: number | undefined): void {
    this.end();
    this.signal.throwIfAborted();
    if (this.screen.isTTY !== true) return;
    const many = total === undefined ? '{value}' : '{bar} {percentage}% | {value} of {total}';
    const left = total === undefined ? '' : ' | {eta_formatted} left';
    this.bar = new SingleBar(
      {
        stream: this.screen,
        format: `${many} ${kind.replaceAll('_', ' ')}${left}`,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    this.drawn = 0;
    this.bar.start(total ?? 0, 0);
  }

  advance(done: number): void {
    this.signal.throwIfAborted();
    if (done - this.drawn < STEP) return;
    this.drawn = done;
    this.bar?.update(done);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
