/** Tells work to stop at the first Ctrl-C or SIGTERM; a second one ends the process as ever. */
export class Interrupt implements Disposable {
  private readonly controller = new AbortController();
  private readonly stop = (): void => this.controller.abort();
  readonly signal = this.controller.signal;

  constructor() {
    process.once('SIGINT', this.stop).once('SIGTERM', this.stop);
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.stop).off('SIGTERM', this.stop);
  }
}
