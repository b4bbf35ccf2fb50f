/** Asks the store whether it can take a write now. */
export abstract class StoreProbe {
  abstract readonly backend: 'memory' | 'postgres';

  /**
   * Resolves when the store is reachable and writable, to what its clock says, if it has one of its own.
   *
   * @throws StoreUnavailable with the reason in words, naming no host and no SQL
   */
  abstract check(): Promise<Date | undefined>;
}
