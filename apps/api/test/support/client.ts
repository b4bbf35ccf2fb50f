import type { Answer, Json } from './answer.js';
import { checkContract } from './contract.js';

export type { Answer, Json };

export interface Sent {
  /** Sent as JSON text. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests to a service with one API key, or with none. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly apiKey?: string,
  ) {}

  async get(path: string, headers?: Sent['headers']): Promise<Answer> {
    return this.send('GET', path, { headers });
  }

  async post(path: string, json?: unknown): Promise<Answer> {
    return this.send('POST', path, { json });
  }

  async put(path: string, json: unknown): Promise<Answer> {
    return this.send('PUT', path, { json });
  }

  async patch(path: string, json: unknown): Promise<Answer> {
    return this.send('PATCH', path, { json });
  }

  async delete(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  /** @throws TypeError when no answer came; Error when the answer is not as docs/openapi.json describes it */
  async send(method: string, path: string, { json, raw, headers = {} }: Sent = {}): Promise<Answer> {
    const isJson = json !== undefined || raw !== undefined;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.apiKey === undefined ? {} : { 'x-api-key': this.apiKey }),
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: json === undefined ? raw : JSON.stringify(json),
      redirect: 'manual',
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parse(text) };
    checkContract({ ...answer, method, path });
    return answer;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
