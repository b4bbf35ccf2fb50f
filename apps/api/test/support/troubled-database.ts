import { randomBytes } from 'node:crypto';
import { TcpProxy, withClient, type TestDatabase } from '#testing';

/** A way of its own to a database, by another host and port and as a user of its own, that can be cut. */
export class TroubledDatabase {
  private constructor(
    private readonly database: TestDatabase,
    readonly user: string,
    readonly password: string,
    private readonly proxy: TcpProxy,
  ) {}

  static async open(database: TestDatabase, password: string): Promise<TroubledDatabase> {
    const user = `planted_${randomBytes(10).toString('hex')}`;
    await withClient(database.ownerUrl, (client) =>
      client.query(
        `CREATE ROLE ${user} LOGIN PASSWORD ${client.escapeLiteral(password)} IN ROLE escrowgrid_app`,
      ),
    );
    return new TroubledDatabase(database, user, password, await TcpProxy.open(database.ownerUrl));
  }

  get port(): number {
    return this.proxy.port;
  }

  /** How the service connects: by the name `localhost`, which no other part of it uses. */
  url(password = this.password): string {
    const url = new URL(this.proxy.url(this.database.url, 'localhost'));
    url.username = this.user;
    url.password = password;
    return url.href;
  }

  async bringBack(): Promise<void> {
    await this.proxy.accept();
  }

  /** Every connection is cut, and none can be made. */
  takeAway(): void {
    this.proxy.close();
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
    this.takeAway();
    await this.alter(`DROP OWNED BY ${this.user}; DROP ROLE ${this.user}`);
  }
}
