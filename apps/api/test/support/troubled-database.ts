import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { withClient, type TestDatabase } from '#testing';

/** A way of its own to a database, by another host and port and as a user of its own, that can be cut. */
export class TroubledDatabase {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly database: TestDatabase,
    readonly user: string,
    readonly password: string,
    readonly port: number,
  ) {}

  static async open(database: TestDatabase, password: string): Promise<TroubledDatabase> {
    const user = `planted_${randomBytes(10).toString('hex')}`;
    await withClient(database.ownerUrl, (client) =>
      client.query(
        `CREATE ROLE ${user} LOGIN PASSWORD ${client.escapeLiteral(password)} IN ROLE escrowgrid_app`,
      ),
    );
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const troubled = new TroubledDatabase(database, user, password, port);
    await troubled.bringBack();
    return troubled;
  }

  /** How the service connects: by the name `localhost`, which no other part of it uses. */
  url(password = this.password): string {
    const url = new URL(this.database.url);
    url.hostname = 'localhost';
    url.port = String(this.port);
    url.username = this.user;
    url.password = password;
    return url.href;
  }

  async bringBack(): Promise<void> {
    const { port, hostname } = new URL(this.database.ownerUrl);
    this.server = createServer((socket) => {
      const onward = connect(Number(port), hostname);
      for (const end of [socket, onward]) {
        this.sockets.add(end);
        end.on('error', () => undefined).on('close', () => this.sockets.delete(end));
      }
      socket.pipe(onward).pipe(socket);
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Every connection is cut, and none can be made. */
  async takeAway(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Lets the owner of the database do something to it. */
  async alter(sql: string): Promise<void> {
    await withClient(this.database.ownerUrl, (client) => client.query(sql));
  }

  /** Every row of every table, in one text: a line each, after the name of its table. */
  async allRows(): Promise<string> {
    return withClient(this.database.ownerUrl, async (client) => {
      const tables = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      const texts: string[] = [];
      for (const { name } of tables.rows) {
        const { rows } = await client.query<{ row: string }>(`SELECT one::text AS row FROM "${name}" one`);
        texts.push(...rows.map(({ row }) => `${name}: ${row}`));
      }
      return texts.join('\n');
    });
  }

  async close(): Promise<void> {
    await this.takeAway();
    await this.alter(`DROP OWNED BY ${this.user}; DROP ROLE ${this.user}`);
  }
}
