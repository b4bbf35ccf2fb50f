import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** Where a server listens. */
interface Target {
  readonly host: string;
  readonly port: number;
}

/** One connection on its way through a proxy. */
export class ProxiedConnection {
  /** What becomes of what the server says; it is passed on unless told otherwise. */
  onAnswer: (answer: Buffer) => void = (answer) => void this.client.write(answer);
  /** Whether the server learns of it when the client is gone. */
  tellsLoss = true;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    onSent: (sent: Buffer, connection: ProxiedConnection) => void,
  ) {
    client.on('data', (sent) => onSent(sent, this));
    server.on('data', (answer) => this.onAnswer(answer));
    // What was sent before the client went still arrives.
    client.on('close', () => (this.tellsLoss ? server.destroySoon() : undefined));
    server.on('close', () => client.destroySoon());
    for (const end of [client, server]) end.on('error', () => undefined);
  }

  /** Gives something to the server, also when the client is gone. */
  passOn(sent: Buffer): void {
    this.server.write(sent);
  }

  /** Closes the client's end; the server learns of it if {@link tellsLoss}. */
  cut(): void {
    this.client.destroy();
  }

  /** Closes both ends. */
  end(): void {
    this.client.destroy();
    this.server.destroy();
  }

  stall(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }
}

/** A way to a server, by a port of its own, that gets into trouble when it is told to. */
export class TcpProxy {
  /** What becomes of what a client sends; it is passed on unless told otherwise. */
  onSent: (sent: Buffer, connection: ProxiedConnection) => void = (sent, connection) =>
    connection.passOn(sent);
  /** How many connections clients have made so far. */
  connectionCount = 0;
  private readonly connections = new Set<ProxiedConnection>();
  private readonly stranded = new Set<ProxiedConnection>();
  private listener: Server | undefined;
  private isStalled = false;

  private ownPort = 0;

  private constructor(private target: Target) {}

  /** The same from its opening on, whether or not it takes connections. */
  get port(): number {
    return this.ownPort;
  }

  /** @param target a URL, of which host and port count, or these themselves */
  static async open(target: string | Target): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetOf(target));
    await proxy.accept();
    return proxy;
  }

  /** The same URL by way of this proxy. */
  url(url: string, hostname = HOST): string {
    const changed = new URL(url);
    changed.hostname = hostname;
    changed.port = String(this.port);
    return changed.href;
  }

  /** Leads connections that are made from now on to another server. */
  pointTo(target: string | Target): void {
    this.target = targetOf(target);
  }

  /** From now on nothing passes and nothing closes, in either direction; connections are taken, and stay silent. */
  stall(): void {
    this.isStalled = true;
    for (const connection of this.connections) connection.stall();
  }

  /** What was held up passes, and what comes after it. */
  resume(): void {
    this.isStalled = false;
    for (const connection of this.connections) connection.resume();
  }

  /** The connections there are fall silent for good, as when their host is gone; new ones can be made. */
  strand(): void {
    for (const connection of this.connections) {
      connection.stall();
      this.stranded.add(connection);
    }
    this.connections.clear();
  }

  /** Closes every connection, on both ends; new ones can be made. */
  cut(): void {
    for (const connection of [...this.connections, ...this.stranded]) connection.end();
    this.stranded.clear();
  }

  /** Refuses new connections; those there are stay. */
  refuse(): void {
    // Its end is not waited for: it comes when the last connection is closed.
    this.listener?.close();
    this.listener = undefined;
  }

  /** Takes connections again. */
  async accept(): Promise<void> {
    if (this.listener !== undefined) return;
    this.listener = createServer((client) => this.join(client)).listen(this.ownPort, HOST);
    await once(this.listener, 'listening');
    // The first time any port will do that is free.
    this.ownPort = (this.listener.address() as AddressInfo).port;
  }

  /** Closes every connection and refuses new ones, until it {@link accept}s again. */
  close(): void {
    this.refuse();
    this.cut();
  }

  private join(client: Socket): void {
    this.connectionCount += 1;
    const { host, port } = this.target;
    const server = connect(port, host);
    const connection = new ProxiedConnection(client, server, (sent, one) => this.onSent(sent, one));
    this.connections.add(connection);
    server.on('close', () => this.connections.delete(connection));
    if (this.isStalled) connection.stall();
  }
}

function targetOf(target: string | Target): Target {
  if (typeof target !== 'string') return target;
  const { hostname, port } = new URL(target);
  return { host: hostname, port: Number(port) };
}
