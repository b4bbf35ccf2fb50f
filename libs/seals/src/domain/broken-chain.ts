/** Why nothing more of an institution's history may be sealed: a new checkpoint would speak for what came before it. */
export class BrokenChain extends Error {
  /** @param message for the operator's log: it repeats no data of the tenant */
  constructor(message: string) {
    super(message);
    this.name = 'BrokenChain';
  }
}
