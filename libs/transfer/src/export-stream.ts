import { Readable } from 'node:stream';

/** So much has to be taken before the time for it is over, of whatever size the chunks are. */
const PIECE_BYTES = 1_048_576;

/** Whoever takes an export has stopped taking it, or takes next to nothing. */
export class ExportStalled extends Error {
  constructor() {
    super('Nobody took the export any more, or too slowly.');
    this.name = 'ExportStalled';
  }
}

/**
 * Gives out chunks of text as they are taken, a piece at a time, and lets go of what they are read from as soon as nobody
 * takes them any more: at the end, when the taker is gone, and when it has not taken a whole piece for long. Whoever
 * takes a byte now and then would keep it for ever otherwise.
 */
export class ExportStream extends Readable {
  private stall: NodeJS.Timeout | undefined;
  private lettingGo: Promise<void> | undefined;
  /** What has not been given out yet of the last chunk. */
  private rest = Buffer.alloc(0);

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
      (piece) => {
        if (this.destroyed) return;
        this.stall = setTimeout(() => this.destroy(new ExportStalled()), this.stallMs);
        this.push(piece);
      },
      (error: unknown) => this.destroy(error as Error),
    );
  }

  /** Whoever has seen the end may ask for the next export. */
  private async next(): Promise<Buffer | null> {
    if (this.rest.length === 0) {
      const next = await this.chunks.next();
      if (next.done === true) return this.letGoOnce().then(() => null);
      this.rest = Buffer.from(next.value);
    }
    const piece = this.rest.subarray(0, PIECE_BYTES);
    this.rest = this.rest.subarray(PIECE_BYTES);
    return piece;
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
