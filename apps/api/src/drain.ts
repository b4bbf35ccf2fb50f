import { Injectable } from '@nestjs/common';

/** How the process takes its leave. */
@Injectable()
export class Drain {
  private begun = false;
  private handedOver = false;
  private outdated = false;

  /** The service is about to stop: readiness says no, while requests that still come are served. */
  begin(): void {
    this.begun = true;
  }

  /** Other processes of the same service have taken over: readiness is theirs, and says what they find. */
  handOver(): void {
    this.handedOver = true;
  }

  /** Another process is about to go on with all that is stored here. */
  stepBack(): void {
    this.outdated = true;
  }

  /** It did not. */
  goOn(): void {
    this.outdated = false;
  }

  get isDraining(): boolean {
    return this.begun;
  }

  /** Whether what is known here has been changed elsewhere, so that nothing of it may be told. */
  get isOutdated(): boolean {
    return this.outdated;
  }

  /** Whether a client does well to come by another connection next time. */
  get isLeaving(): boolean {
    return this.begun || this.handedOver || this.outdated;
  }
}
