/** A number of things, in words. */
export function counted(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

/** Tells people what is being done; on a terminal in one line that changes. */
export class Progress {
  private readonly startedAtMs = performance.now();
  private place = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** Names what the next steps belong to, such as a round. */
  enter(place: string): void {
    this.place = place;
  }

  step(what: string): void {
    const seconds = Math.round((performance.now() - this.startedAtMs) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const line = `${time.padStart(6)}  ${this.place}: ${what}`;
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K${line.slice(0, this.stream.columns - 1)}`);
    else this.stream.write(`${line}\n`);
  }

  /** Writes a line that stays. */
  say(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
  }

  clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\x1b[K');
  }
}
