import { randomBytes } from 'node:crypto';

/** Values that must not be found where they do not belong; each is known by a part that occurs nowhere else. */
export class Planted {
  private readonly parts: { readonly what: string; readonly part: string }[] = [];

  /** A new value, unlike all others. `what` tells, when it is found, where it was planted. */
  value(what: string): string {
    const part = randomBytes(10).toString('hex');
    this.parts.push({ what, part });
    return `Planted-${part}`;
  }

  /** Takes a value that others made: neither all of it nor any twenty of its characters must be found. */
  known(what: string, value: string): void {
    for (let start = 0; start === 0 || start + 20 <= value.length; start += 1) {
      this.parts.push({ what, part: value.slice(start, start + 20).toLowerCase() });
    }
  }

  /** What of all that was planted is in a text, in whatever case it is written. */
  foundIn(text: string): string[] {
    const written = text.toLowerCase();
    return this.parts.filter(({ part }) => written.includes(part)).map(({ what }) => what);
  }

  /** What was planted, as {@link foundIn} tells it of {@link all}. */
  get names(): string[] {
    return this.parts.map(({ what }) => what);
  }

  /** All of it, in one text. */
  get all(): string {
    return this.parts.map(({ part }) => part).join(' ');
  }
}
