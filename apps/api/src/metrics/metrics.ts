import { Registry } from 'prom-client';
import { HttpMetrics } from './http-metrics.js';
import { StoreMetrics } from './store-metrics.js';

/** What one service measures of itself: several may live in one process. */
export class Metrics {
  readonly registry = new Registry();
  readonly http = new HttpMetrics(this.registry);
  readonly store = new StoreMetrics(this.registry);
}
