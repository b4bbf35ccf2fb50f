import type { Answer } from '../support/client.js';

/** Words of the inside, none of which the requests themselves hold. */
export const INSIDE =
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+"?\w|\bpg_|relation "|column "|violates|SQLSTATE|22P05|unterminated|invalid byte sequence|typeorm|fastify|nest(?:js)?\b|node_modules|\bat [\w.<>]+ \(|\.(?:ts|js):\d|node:internal|ECONN|EPIPE|127\.0\.0\.1|localhost|\/(?:home|work|tmp|usr|app)\/|undefined|\[object |Unexpected token|Cannot read|is not a function|is not iterable|FST_ERR|HPE_/i;

/** What an answer says that it must not: a secret anywhere, or in a refusal anything of how the service is made. */
export function leaksIn({ status, headers, text, body }: Answer, secrets: readonly string[]): string[] {
  const whole = [...[...headers].map(([name, value]) => `${name}: ${value}`), text].join('\n');
  const leaked = secrets
    .filter((secret) => whole.includes(secret))
    .map((secret) => `It shows the secret ${secret}.`);
  if (status < 400) return leaked;
  // What a refusal repeats of the request is the client's own.
  const { instance: _instance, ...said } = (body ?? { text }) as Record<string, unknown>;
  const [inside] = INSIDE.exec(JSON.stringify(said)) ?? [];
  return inside === undefined
    ? leaked
    : [...leaked, `It speaks of the inside: ${JSON.stringify(inside)} in ${text}`];
}
