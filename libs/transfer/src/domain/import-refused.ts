/** What is wrong with an export, and in which of its lines. */
export interface ImportFault {
  /** The first line is 1; null for what concerns no single line. */
  readonly line: number | null;
  readonly why: string;
}

/** An export is not taken, and nothing of it is stored. */
export class ImportRefused extends Error {
  /** @param mayBeMore whether reading ended before the end */
  constructor(
    readonly faults: readonly ImportFault[],
    readonly mayBeMore: boolean,
  ) {
    const lines = faults.map(({ line, why }) => `\n  - ${line === null ? '' : `line ${line}: `}${why}`);
    super(
      `The export is at fault, and nothing of it was stored:${lines.join('')}${mayBeMore ? '\n  - and maybe more' : ''}`,
    );
    this.name = 'ImportRefused';
  }
}

const MAX_FAULTS = 20;

/** Collects what is wrong with an export: so many at once, that whoever mends it need not try line by line. */
export class ImportFaults {
  private readonly faults: ImportFault[] = [];

  get isNone(): boolean {
    return this.faults.length === 0;
  }

  /** @throws ImportRefused when there are more than anybody would read */
  add(line: number | null, why: string): void {
    this.faults.push({ line, why });
    if (this.faults.length === MAX_FAULTS) throw new ImportRefused(this.faults, true);
  }

  /** Adds a fault that nothing can be read behind. */
  end(line: number | null, why: string): never {
    throw new ImportRefused([...this.faults, { line, why }], false);
  }

  /** @throws ImportRefused when there were any */
  refuse(): void {
    if (!this.isNone) throw new ImportRefused(this.faults, false);
  }
}
