import { StoreProbe } from '../store-probe.js';

export class MemoryStoreProbe extends StoreProbe {
  readonly backend = 'memory';

  override async check(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
