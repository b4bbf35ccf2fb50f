import { RefusalRecorder } from '#audit';
import { SealRounds } from '#seals';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Drain } from '../drain.js';
import { Metrics } from './metrics.js';

/** What a process knows of its work in the background, read when somebody asks. */
@Injectable()
export class BackgroundMetrics {
  constructor({ registry }: Metrics, drain: Drain, refusals: RefusalRecorder, seals: SealRounds) {
    const registers = [registry];
    new Gauge({
      name: 'escrowgrid_draining',
      help: 'Processes that are about to stop: readiness says no.',
      registers,
      collect() {
        this.set(drain.isDraining ? 1 : 0);
      },
    });
    new Counter({
      name: 'escrowgrid_refusals_total',
      help: 'Refusals that go on record in the audit trail: recorded one by one, or past the limit of a minute (or while the store was away) only counted.',
      labelNames: ['record'],
      registers,
      collect() {
        this.reset();
        this.inc({ record: 'recorded' }, refusals.counts.recorded);
        this.inc({ record: 'counted' }, refusals.counts.counted);
      },
    });
    new Gauge({
      name: 'escrowgrid_sealed_timestamp_seconds',
      help: 'When all settled history was last found sealed, or sealing began; absent where seals are off.',
      registers,
      aggregator: 'max',
      collect() {
        if (seals.wholeSinceMs === undefined) this.remove();
        else this.set(seals.wholeSinceMs / 1_000);
      },
    });
  }
}
