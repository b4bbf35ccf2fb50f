import pg from 'pg';

/**
 * A connection whose loss ends no process. Its queries are told of the loss; `pg` emits it as an event besides, also
 * when the pool has taken its own listener off a connection that it is about to close.
 */
export class LossTolerantClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
