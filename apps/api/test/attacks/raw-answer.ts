import type { Answer } from '../support/answer.js';
import { Wire } from '../support/wire.js';

/** The answer to a request that is sent as it is written, in Latin-1; its connection ends with it. */
export async function rawAnswer(url: string, lines: readonly string[], body = ''): Promise<Answer> {
  using wire = await Wire.to(url);
  const framing = body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`];
  wire.send(
    `${[...lines, ...framing, 'Host: escrow.example', 'Connection: close'].join('\r\n')}\r\n\r\n${body}`,
  );
  const received = await wire.untilClosed();
  const [head = '', text = ''] = received.split(/\r\n\r\n([\s\S]*)/, 2);
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers = new Headers(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const isJson = /json/.test(headers.get('content-type') ?? '');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]),
    headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}
