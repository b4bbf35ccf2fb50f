import { StoreProbe, type StoreCondition } from '../store-probe.js';

const WELL: StoreCondition = { latencyMs: 0, pendingMigrations: 0 };

export class MemoryStoreProbe extends StoreProbe {
  readonly backend = 'memory';

  override async condition(): Promise<StoreCondition> {
    return Promise.resolve(WELL);
  }

  override doubt(): void {
    // Nothing stands between.
  }
}
