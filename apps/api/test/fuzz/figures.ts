import type { Exchange } from './two-backends.js';

/** Counts what was sent and how it was answered. */
export class Figures {
  private requests = 0;
  private readonly byStatus = new Map<string, number>();
  private readonly byOperation = new Map<string, Map<string, number>>();
  private readonly byFault = new Map<string, number>();
  private readonly byCode = new Map<string, number>();

  count(exchanges: readonly Exchange[]): void {
    for (const { request, incoming } of exchanges) {
      const [{ answers = [] } = {}] = incoming;
      const status = answers[0] === undefined ? 'none' : String(answers[0].status);
      const { operation, draft } = request;
      const reached = !request.isHttp ? 'no HTTP' : (operation?.id ?? 'no operation');
      const ofOperation = this.byOperation.get(reached) ?? new Map<string, number>();
      this.byOperation.set(reached, ofOperation);
      this.requests += 1;
      add(this.byStatus, status);
      add(ofOperation, status);
      const code = (answers[0]?.body as { code?: unknown } | undefined)?.code;
      if (typeof code === 'string' && Number(status) >= 400) add(this.byCode, code);
      for (const fault of draft.faults.length === 0 ? ['none'] : draft.faults) add(this.byFault, fault);
    }
  }

  get operations(): readonly string[] {
    return [...this.byOperation.keys()];
  }

  get statuses(): readonly string[] {
    return [...this.byStatus.keys()];
  }

  /** Tables in Markdown. */
  toText(): string {
    const statuses = [...this.byStatus.keys()].sort();
    const operations = [...this.byOperation].sort(([left], [right]) => (left < right ? -1 : 1));
    return [
      `${this.requests} requests, each sent to both backends.`,
      '',
      row(['operation', ...statuses]),
      row(['---', ...statuses.map(() => '--:')]),
      ...operations.map(([name, counts]) =>
        row([name, ...statuses.map((status) => counts.get(status) ?? '')]),
      ),
      row(['all', ...statuses.map((status) => this.byStatus.get(status) ?? '')]),
      '',
      ...tableOf('what was wrong', this.byFault),
      '',
      ...tableOf('refused with', this.byCode),
      '',
    ].join('\n');
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function tableOf(title: string, counts: ReadonlyMap<string, number>): string[] {
  const most = [...counts].sort(([, left], [, right]) => right - left);
  return [row([title, 'requests']), row(['---', '--:']), ...most.map((each) => row(each))];
}
