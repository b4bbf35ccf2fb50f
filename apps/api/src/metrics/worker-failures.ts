import { Counter, Registry } from 'prom-client';

/** What the process that starts workers knows of them. Others tell that they know of nothing, which adds up. */
export const workerFailures = new Registry();

const failures = new Counter({
  name: 'escrowgrid_worker_failures_total',
  help: 'Worker processes that ended otherwise than they were told to: crashed, killed, or unable to start.',
  registers: [workerFailures],
});

export function countWorkerFailure(): void {
  failures.inc();
}
