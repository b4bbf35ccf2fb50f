import type { Bench } from './bench.js';
import { under, type Figures } from './figures.js';
import { withProcessorShares } from './processor.js';
import type { ServiceUnderLoad } from './service-under-load.js';
import { BATCH_SIZE, batchBody } from './tenant.js';

export const BULK_CLIENTS = [1, 2, 4];
const SINGLE_CONNECTIONS = 32;
const BODIES = 10;

/** Positions a second in batches of a thousand, sent by one client and by several, and beside them one by one. */
export async function measureBulk(bench: Bench, service: ServiceUnderLoad): Promise<Figures> {
  const { progress, options } = bench;
  progress.step(`single creates beside the batches, ${SINGLE_CONNECTIONS} connections`);
  const single = await service.load('create', SINGLE_CONNECTIONS, options.seconds);
  const bodies = Array.from({ length: BODIES }, (_, index) => batchBody(service.tenant, index * BATCH_SIZE));
  let figures = under('bulk.single', single);
  for (const clients of BULK_CLIENTS) {
    progress.step(`batches of ${BATCH_SIZE}, ${clients} at once`);
    const { result, shares } = await withProcessorShares(
      { servicePid: service.pid, postmasterPid: bench.server.postmasterPid },
      async () => sendBatches(service, bodies, clients, options.seconds),
    );
    figures = { ...figures, ...under(`bulk.${clients}`, { rate: result, ...under('cpu', shares) }) };
  }
  return figures;
}

/** Counts whole batches over the time that they took, which ends with the last answer. */
async function sendBatches(
  service: ServiceUnderLoad,
  bodies: readonly string[],
  clients: number,
  seconds: number,
): Promise<number> {
  const startedAtMs = performance.now();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedAtMs < seconds * 1000) {
      const body = bodies[sent % bodies.length] ?? '';
      sent += 1;
      await service.client.post('/v1/positions/batch', body);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (sent * BATCH_SIZE) / ((performance.now() - startedAtMs) / 1000);
}
