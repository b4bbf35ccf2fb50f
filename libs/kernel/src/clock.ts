/** The one source of "now", so that rules stay pure and tests can set the time. */
export abstract class Clock {
  /** The present moment, to the millisecond, UTC. */
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
