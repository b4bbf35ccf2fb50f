import { Presets, SingleBar } from 'cli-progress';
import type { MigrationPlan, PlannedStep } from '../../../migrations/migration-plan.js';
import type { Obstacle } from '../../../migrations/migration-session.js';
import { linesOfPlan, whoIs } from './migration-report.js';
import type { Terminal } from './terminal.js';
import type { Screen } from './progress-bar.js';

const TICK_MS = 500;
/** For how long after it was last told of a wait is taken to go on. */
const WAIT_LASTS_MS = 2_500;
/** How often the same wait is told of where no bar shows it. */
const WAIT_LINE_INTERVAL_MS = 10_000;

/** Tells of a run of migrations: line by line what is done, and on a terminal what is under way and for how long. */
export class MigrationProgress {
  private readonly bar: SingleBar | undefined;
  private timer: NodeJS.Timeout | undefined;
  private deed = '';
  private done = 0;
  private total = 0;
  private underWay = { what: 'connecting', sinceMs: performance.now() };
  private wait = { words: '', atMs: -Infinity };
  private toldWait = { of: '', atMs: -Infinity };

  constructor(
    private readonly terminal: Terminal,
    screen: Screen,
  ) {
    if (screen.isTTY !== true) return;
    this.bar = new SingleBar(
      {
        stream: screen,
        format: '{bar} {now}',
        clearOnComplete: true,
        hideCursor: true,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
  }

  begin(): void {
    this.draw();
    if (this.bar !== undefined) this.timer = setInterval(() => this.refresh(), TICK_MS);
  }

  end(): void {
    clearInterval(this.timer);
    this.bar?.stop();
  }

  readonly planned = (plan: MigrationPlan): void => {
    this.total = plan.steps.length;
    this.deed = plan.direction === 'up' ? 'applied' : 'took back';
    this.print(...linesOfPlan(plan));
    this.goOnWith(this.nextAfter());
  };

  readonly began = ({ name }: PlannedStep): void => this.goOnWith(name);

  readonly finished = ({ name }: PlannedStep, seconds: number): void => {
    this.done += 1;
    this.print(`${this.deed} ${name} in ${seconds.toFixed(2)} s`);
    this.goOnWith(this.nextAfter());
  };

  readonly waiting = (obstacle: Obstacle): void => {
    const nowMs = performance.now();
    this.wait = { words: wordsOf(obstacle), atMs: nowMs };
    const of = `${obstacle.kind} ${obstacle.processId}`;
    if (this.bar !== undefined) this.refresh();
    else if (this.toldWait.of !== of || nowMs - this.toldWait.atMs >= WAIT_LINE_INTERVAL_MS) {
      this.toldWait = { of, atMs: nowMs };
      this.terminal.print(this.wait.words);
    }
  };

  readonly warn = (message: string): void => {
    this.bar?.stop();
    this.terminal.complain(`Warning: ${message}`);
    this.draw();
  };

  /** What a run does once it has taken as many steps as by now, unless it says otherwise. */
  private nextAfter(): string {
    return this.done === this.total && this.deed === 'applied' ? 'roles and grants' : 'preparing';
  }

  private goOnWith(what: string): void {
    this.underWay = { what, sinceMs: performance.now() };
    this.wait = { words: '', atMs: -Infinity };
    this.refresh();
  }

  /** The lines take the place of the bar, which is drawn anew below them. */
  private print(...lines: readonly string[]): void {
    this.bar?.stop();
    for (const line of lines) this.terminal.print(line);
    this.draw();
  }

  private draw(): void {
    this.bar?.start(Math.max(this.total, 1), this.done, this.payload());
  }

  private refresh(): void {
    this.bar?.update(this.done, this.payload());
  }

  private payload(): { now: string } {
    const nowMs = performance.now();
    const seconds = Math.round((nowMs - this.underWay.sinceMs) / 1_000);
    const wait = nowMs - this.wait.atMs < WAIT_LASTS_MS ? `, ${this.wait.words}` : '';
    const count = this.total === 0 ? '' : `${this.done} of ${this.total} | `;
    return { now: `${count}${this.underWay.what} ${seconds} s${wait}` };
  }
}

function wordsOf(obstacle: Obstacle): string {
  if (obstacle.kind === 'runner') return `waiting for another runner (${whoIs(obstacle)})`;
  const { relation, application, processId, seconds } = obstacle;
  const on = relation === undefined ? '' : ` on ${relation}`;
  const who = application === undefined ? `process ${processId}` : `${application} (process ${processId})`;
  const since = seconds === undefined ? '' : `, whose transaction began ${seconds} s ago`;
  return `waiting for a lock${on} held by ${who}${since}`;
}
