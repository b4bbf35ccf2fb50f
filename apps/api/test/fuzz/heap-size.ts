import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process, the services in it included, holds on to after a collection of garbage, in MiB. */
export function heapSizeMib(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
}
