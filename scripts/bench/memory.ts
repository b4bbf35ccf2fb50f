import type { Bench } from './bench.js';
import type { Figures } from './figures.js';
import { residentMiB } from './processor.js';
import { positionsMovedBy, ServiceUnderLoad } from './service-under-load.js';

const CONNECTIONS = 32;
const LOAD_SECONDS = 10;
/** Positions are prepared in small batches, lest the largest ones be what is measured. */
const BATCH_SIZE = 100;
const SAMPLE_INTERVAL_MS = 1_000;

/** Samples the resident memory of the service every second, over a number of mixed requests. */
export async function measureMemory(bench: Bench): Promise<{ figures: Figures; samplesMiB: number[] }> {
  const { options, progress, server } = bench;
  progress.enter('Memory');
  progress.step('start');
  const database = await server.createDatabase('memory');
  const samplesMiB: number[] = [];
  let requests = 0;
  {
    await using service = await ServiceUnderLoad.start(bench, database);
    const sample = (): void => void samplesMiB.push(residentMiB(service.pid));
    sample();
    const sampling = setInterval(sample, SAMPLE_INTERVAL_MS);
    try {
      const seconds = Math.min(LOAD_SECONDS, options.seconds);
      while (requests < options.requests) {
        await service.prepare(positionsMovedBy('mixed', CONNECTIONS, seconds), BATCH_SIZE);
        const load = await service.load('mixed', CONNECTIONS, seconds);
        requests += load['requests'] ?? 0;
        progress.step(`${requests} of ${options.requests} requests, ${samplesMiB.at(-1)?.toFixed(0)} MiB`);
      }
    } finally {
      clearInterval(sampling);
    }
    sample();
  }
  await server.drop(database);
  const maxMiB = samplesMiB.reduce((most, each) => Math.max(most, each), 0);
  return { figures: { requests, maxMiB, lastMiB: samplesMiB.at(-1) ?? 0 }, samplesMiB };
}
