import { collectDefaultMetrics, Registry } from 'prom-client';

/** Of those that prom-client knows, what tells whether a process is well. */
const KEPT: ReadonlySet<string> = new Set([
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_version_info',
]);

let registry: Registry | undefined;

/** What is measured of this process, once for all services in it: memory, processor time, the lag of the event loop. */
export function processRegistry(): Registry {
  if (registry !== undefined) return registry;
  registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) {
    if (!KEPT.has(name)) registry.removeSingleMetric(name);
  }
  return registry;
}
