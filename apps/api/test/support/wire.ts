import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bytes sent to a service as they are, and what it sends back. */
export class Wire implements Disposable {
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    // What was received says more than how the connection ended.
    socket.on('error', () => undefined);
  }

  static async to(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Everything received until there is a text in it, or the service hangs up. */
  async until(text: string): Promise<string> {
    while (!this.received.includes(text) && !this.socket.closed) {
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    return this.received;
  }

  /** Everything received until the service hangs up. */
  async untilClosed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
