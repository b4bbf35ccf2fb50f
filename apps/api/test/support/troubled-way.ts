import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * What becomes of a request on its way: it is passed on and answered; the service answers, but the connection is cut
 * before its answer is; it is cut as soon as the request was passed on; or the request is refused with a 503.
 */
export type Fate = 'passed on' | 'unanswered' | 'cut' | 'unavailable';

/** Stands in front of a service, as networks and gateways do. */
export class TroubledWay {
  /** Of the next requests, in their order; those after them are passed on. */
  fates: Fate[] = [];
  /** The idempotency key of each request that wrote. */
  readonly keys: string[] = [];
  private readonly server: Server;

  private constructor(private readonly target: string) {
    this.server = createServer((request, response) => void this.carry(request, response));
  }

  static async to(target: string): Promise<TroubledWay> {
    const way = new TroubledWay(target);
    await new Promise<void>((resolve) => way.server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.method !== 'GET') this.keys.push(String(request.headers['idempotency-key']));
    const fate = this.fates.shift() ?? 'passed on';
    if (fate === 'unavailable') return void response.writeHead(503, { 'retry-after': '0' }).end();
    if (fate === 'cut') response.destroy();
    const answer = await this.passOn(request, body);
    const text = await answer.text();
    if (fate !== 'passed on') return void response.destroy();
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
  }

  private passOn({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Response> {
    const passed = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    return fetch(`${this.target}${url}`, {
      method,
      headers: passed.map(([name, value]) => [name, String(value)]),
      body: body.length > 0 ? new Uint8Array(body) : undefined,
    });
  }
}

const OF_THE_CONNECTION = ['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive'];
