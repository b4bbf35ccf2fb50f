import cluster from 'node:cluster';
import { requireNode } from './require-node.js';

/** Exit status of a process whose configuration is at fault (EX_CONFIG of sysexits.h). */
const EXIT_CONFIGURATION = 78;

try {
  requireNode();
  // What only the other kind of process needs is not loaded.
  if (cluster.isWorker) (await import('./process/worker.js')).runWorker();
  else await (await import('./process/primary.js')).runPrimary();
} catch (error) {
  const { name, message } = error as Error;
  process.stderr.write(`${message}\n`);
  process.exit(name === 'ConfigurationError' ? EXIT_CONFIGURATION : 1);
}
