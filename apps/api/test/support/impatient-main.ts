/** The service from its sources, as `main.ts` starts it, but that none of its workers may hang for longer than two seconds. */
import cluster from 'node:cluster';
import { runPrimary } from '../../src/process/primary.js';
import { runWorker } from '../../src/process/worker.js';

if (cluster.isWorker) runWorker();
else await runPrimary({ intervalMs: 200, maxUnansweredRounds: 10 });
