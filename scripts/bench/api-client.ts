/** Sends single requests, to prepare what the load then uses. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly apiKey: string,
    private readonly signal: AbortSignal,
  ) {}

  async get<Body>(path: string): Promise<Body> {
    return this.send('GET', path);
  }

  async post<Body>(path: string, json: string | object): Promise<Body> {
    return this.send('POST', path, json);
  }

  /**
   * Sends JSON, given as text or as what to make it of.
   *
   * @throws Error when the answer is no success
   */
  async send<Body>(method: string, path: string, json?: string | object): Promise<Body> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        'x-api-key': this.apiKey,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
      signal: this.signal,
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 1_000)}`);
    }
    return JSON.parse(text) as Body;
  }
}
