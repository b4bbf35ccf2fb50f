import { readdirSync, readFileSync } from 'node:fs';
import type { Figures } from './figures.js';

/** Processor time in clock ticks, as /proc counts it. */
export interface ProcessTime {
  readonly parentPid: number;
  readonly own: number;
  /** Of children that have ended and were waited for. */
  readonly ofEndedChildren: number;
}

interface Snapshot {
  readonly total: number;
  readonly idle: number;
  readonly service: number;
  readonly postgres: number;
  readonly load: number;
}

/** Reads the text of /proc/<pid>/stat, in which the program's name may hold blanks and brackets. */
export function parseProcessTime(text: string): ProcessTime {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parentPid, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((index) =>
    Number(fields[index]),
  ) as [number, number, number, number, number];
  return { parentPid, own: user + system, ofEndedChildren: childUser + childSystem };
}

/** Reads the text of /proc/stat: the ticks of all processors together, and those in which they had nothing to do. */
export function parseMachineTime(text: string): { total: number; idle: number } {
  const [user, nice, system, idle, wait, ...interrupts] = (text.split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number) as [number, number, number, number, number, ...number[]];
  const waiting = idle + wait;
  return {
    total: interrupts.reduce((sum, ticks) => sum + ticks, user + nice + system + waiting),
    idle: waiting,
  };
}

export interface Measured {
  /** Whose time, and whose children's, counts as the service's; without one there is none. */
  readonly servicePid?: number;
  readonly postmasterPid: number;
}

/**
 * Runs `work` and tells how the processors' time was shared meanwhile, in shares of all of it. What `work` does
 * in this process and in children that end is the load; `other` is the kernel's own and that of strangers.
 */
export async function withProcessorShares<Result>(
  measured: Measured,
  work: () => Promise<Result>,
): Promise<{ result: Result; shares: Figures }> {
  const before = snapshot(measured);
  const result = await work();
  const after = snapshot(measured);
  const total = after.total - before.total;
  const share = (name: keyof Snapshot): number => (after[name] - before[name]) / total;
  const [service, postgres, load, idle] = [share('service'), share('postgres'), share('load'), share('idle')];
  // Processes and the machine are counted at different moments, which can leave less than nothing for others.
  const other = Math.max(0, 1 - service - postgres - load - idle);
  return { result, shares: { service, postgres, load, other, idle } };
}

function snapshot({ servicePid, postmasterPid }: Measured): Snapshot {
  const own = processTime(process.pid);
  return {
    ...parseMachineTime(readFileSync('/proc/stat', 'utf8')),
    service: servicePid === undefined ? 0 : familyTime(servicePid),
    postgres: familyTime(postmasterPid),
    load: (own?.own ?? 0) + (own?.ofEndedChildren ?? 0),
  };
}

/** Of a process, its children, and those that have ended. */
function familyTime(pid: number): number {
  for (;;) {
    const parent = processTime(pid);
    const ofChildren = childrenOf(pid).reduce((sum, child) => sum + (processTime(child)?.own ?? 0), 0);
    // A child that ends while this looks would be missed or counted twice.
    const ended = parent?.ofEndedChildren ?? 0;
    if (processTime(pid)?.ofEndedChildren === parent?.ofEndedChildren) {
      return (parent?.own ?? 0) + ended + ofChildren;
    }
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((child) => processTime(child)?.parentPid === pid);
}

function processTime(pid: number): ProcessTime | undefined {
  try {
    return parseProcessTime(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It has ended.
    return undefined;
  }
}

/** What a process and its children have in memory, in MiB; what they share counts once. */
export function residentMiB(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + proportionalMiB(each), 0);
}

/** The memory of one process, with its share of what it has together with others. */
function proportionalMiB(pid: number): number {
  const kib = /^Pss:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/smaps_rollup does not tell the memory in use.`);
  return Number(kib) / 1024;
}
