import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Ids of the running processes that a process has started, as /proc tells them. */
export async function childrenOf(pid: number): Promise<number[]> {
  const found = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(found.map(async (each) => (await statOf(each))[1]));
  return found.filter((_pid, index) => parents[index] === String(pid)).sort((one, other) => one - other);
}

/** Processor time that a process has used, in clock ticks. */
export function ticksOf(pid: number): number {
  const [user, system] = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')).slice(11, 13);
  return Number(user) + Number(system);
}

/** What is known of a process behind its name, which may hold anything; nothing of one that has ended. */
async function statOf(pid: number): Promise<string[]> {
  return fieldsOf(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
