import type { TrustedKeys } from '#seals';

/** What moving data needs to know of the installation. */
export class TransferOptions {
  /** The public keys that signatures of imported checkpoints are believed of. */
  readonly trustedKeys: TrustedKeys;
  /** An export that a memory store is filled with before the service begins. */
  readonly importFile: string | undefined;
  /** An export of the store that this one takes over from before the service begins. */
  readonly takeOverFile: string | undefined;

  constructor(options: {
    readonly trustedKeys: TrustedKeys;
    readonly importFile?: string | undefined;
    readonly takeOverFile?: string | undefined;
  }) {
    this.trustedKeys = options.trustedKeys;
    this.importFile = options.importFile;
    this.takeOverFile = options.takeOverFile;
  }
}
