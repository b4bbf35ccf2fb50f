import { Readable } from 'node:stream';

/** Whoever takes an export has stopped taking it. */
export class ExportStalled extends Error {
  constructor() {
    super('Nobody took the export any more.');
    this.name = 'ExportStalled';
  }
}

/**
 * Gives out chunks of text as they are taken, and lets go of what they are read from as soon as nobody takes them any
 * more: at the end, when the taker is gone, and when it has not taken anything for long.
 */
export class ExportStream extends Readable {
  private stall: NodeJS.Timeout | undefined;
  private lettingGo: Promise<void> | undefined;

  constructor(
    private readonly chunks: AsyncIterator<string>,
    private readonly letGo: () => Promise<void>,
    private readonly stallMs: number,
  ) {
    super({ highWaterMark: 1 });
  }

  override _read(): void {
    clearTimeout(this.stall);
    this.next().then(
      (chunk) => {
        if (this.destroyed) return;
        this.stall = setTimeout(() => this.destroy(new ExportStalled()), this.stallMs);
        this.push(chunk);
      },
      (error: unknown) => this.destroy(error as Error),
    );
  }

  /** Whoever has seen the end may ask for the next export. */
  private async next(): Promise<string | null> {
    const next = await this.chunks.next();
    if (next.done !== true) return next.value;
    await this.letGoOnce();
    return null;
  }

  private async letGoOnce(): Promise<void> {
    return (this.lettingGo ??= this.letGo());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.stall);
    this.letGoOnce().then(
      () => done(error),
      (fault: unknown) => done(error ?? (fault as Error)),
    );
  }
}
