import { isIP } from 'node:net';
import { AddressList } from '#kernel';
import { z } from 'zod';
import { certificates } from './certificate-file.js';
import { sealPublicKeys, sealSigningKey } from './seal-key-files.js';

/** A whole number in plain digits: no blank, sign, exponent or other base. */
function wholeNumber(min: number, max: number, unit = '') {
  const error = `must be a whole number${unit} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, error)
    .transform(Number)
    .refine((number) => number >= min && number <= max, error);
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || text.startsWith('/') || /^[A-Za-z0-9._-]+$/.test(text);
}

const port = wholeNumber(0, 65_535);
const milliseconds = wholeNumber(1, 600_000, ' of milliseconds');
const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true');

const secrets = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without blanks'))
      .min(1)
      .max(2, 'may hold two values at most, separated by a comma'),
  );

/** As a browser writes it in `Origin`: nothing else is ever equal to it. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}

const origins = z
  .string()
  .regex(/^[^*]*$/, { error: 'must name each origin whose pages may use keys; * would be all', abort: true })
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every(isOrigin),
    'must be origins such as https://desk.example:8443, separated by commas: in small letters, without a path, a slash at the end or the scheme’s own port',
  );

/** Addresses and networks, of which every malformed one is named. */
const addresses = z
  .string()
  .transform((text) => text.split(',').map((address) => address.trim()))
  .superRefine((list, context) => {
    try {
      AddressList.parse(list);
    } catch (error) {
      const message = `must be addresses and networks such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32, separated by commas; ${(error as Error).message}`;
      context.addIssue({ code: 'custom', message });
    }
  });

/** Every environment variable that the service reads, with its default. The README's table is held to it. */
export const settingsSchema = z.object({
  CONFIG_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('file of `KEY=value` lines that go before the environment; read again at SIGHUP'),
  NODE_ENV: z.string().optional().describe('`production` makes the checks of secrets strict'),
  STORE_BACKEND: z
    .enum(['memory', 'postgres'], { error: 'must be memory or postgres' })
    .default('memory')
    .describe('where everything is kept: `memory` or `postgres`'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be a URL such as postgresql://user:password@host:5432/database',
    })
    .optional()
    .describe('connection string of the application role'),
  MIGRATIONS_DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be a URL such as postgresql://user:password@host:5432/database',
    })
    .optional()
    .describe(
      'connection string of the owner, past any pooler, for `escrowgrid migrate`; `DATABASE_URL` unless set',
    ),
  PGHOST: z
    .string()
    .refine(isHost, 'must be a host name, an address, or the folder of a socket')
    .default('localhost')
    .describe('used where `DATABASE_URL` is not set, as the next four'),
  PGPORT: port.default(5_432).describe('port of the database'),
  PGDATABASE: z.string().min(1).optional().describe('name of the database'),
  PGUSER: z.string().min(1).optional().describe('role to connect as'),
  PGPASSWORD: z.string().optional().describe('password of that role'),
  DB_POOL_MAX: wholeNumber(2, 500).default(10).describe('connections that one process may open'),
  DB_CONNECT_TIMEOUT_MS: milliseconds.default(2_000).describe('longest wait for a connection'),
  DB_STATEMENT_TIMEOUT_MS: milliseconds.default(5_000).describe('longest run of one statement'),
  DB_SSL_MODE: z
    .enum(['disable', 'require', 'verify-full'], { error: 'must be disable, require or verify-full' })
    .default('disable')
    .describe(
      '`disable`, `require` (encrypted) or `verify-full` (certificate and host name checked as well), see docs/TLS.md',
    ),
  DB_SSL_ROOT_CERT_FILE: certificates
    .optional()
    .describe(
      'file with the certificates (PEM) of the authorities that `verify-full` believes, read at start and at SIGHUP; those that Node brings unless set',
    ),
  DB_POOLER: flag
    .default(false)
    .describe(
      'the database is reached through PgBouncer in transaction mode: no start-up parameters, no named statements',
    ),
  COMMIT_GROUPING: z
    .enum(['none', 'institution'], { error: 'must be none or institution' })
    .default('none')
    .describe(
      'which commands may share a transaction: any (`none`), or those of one `institution`, as Citus needs',
    ),
  IMPORT_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('export that a memory store is filled with at start, see docs/MIGRATING.md'),
  WORKERS: wholeNumber(1, 256)
    .default(1)
    .describe('processes that serve requests, each with a pool of its own; memory has one'),
  SHUTDOWN_DRAIN_SECONDS: wholeNumber(0, 600, ' of seconds')
    .default(5)
    .describe('for how long requests are still taken after SIGTERM, while readiness says no'),
  SHUTDOWN_DEADLINE_SECONDS: wholeNumber(1, 900, ' of seconds')
    .default(25)
    .describe('after which a process that was told to stop ends, whatever is still under way'),
  HOST: z.string().min(1).default('0.0.0.0').describe('address to listen on'),
  PORT: port.default(4_000).describe('port to listen on'),
  ROOT_API_KEY: secrets.optional().describe('one or two root keys, separated by a comma'),
  ROOT_API_KEY_ALLOWED_CIDRS: addresses
    .optional()
    .describe(
      'addresses and networks, separated by commas, from which the root key works; everywhere unless set',
    ),
  TRUSTED_PROXIES: addresses
    .optional()
    .describe(
      'addresses and networks, separated by commas, of the proxies whose `X-Forwarded-For` is believed, from the right; nobody’s unless set',
    ),
  API_KEY_PEPPER: secrets
    .optional()
    .describe('HMAC key of stored API-key hashes; one or two, the current one first'),
  API_KEY_MAX_AGE_MS: wholeNumber(0, 60_000, ' of milliseconds')
    .default(5_000)
    .describe(
      'for how long a key that another process revoked may still work; 0 asks the store at every request',
    ),
  IDEMPOTENCY_TTL_HOURS: wholeNumber(168, 8_760, ' of hours')
    .default(168)
    .describe('for how long the answer to a request with an `Idempotency-Key` is kept, at least'),
  RATE_LIMIT_WINDOW_SECONDS: wholeNumber(1, 86_400, ' of seconds')
    .default(60)
    .describe('for how long requests are counted before counting starts anew'),
  RATE_LIMIT_REQUESTS_PER_KEY: wholeNumber(0, 999_999_999)
    .default(60_000)
    .describe('requests that one key may send to one process in a window; 0 for no limit'),
  RATE_LIMIT_FAILED_AUTH_PER_SOURCE: wholeNumber(0, 999_999_999)
    .default(60)
    .describe(
      'requests without a good key that one address (IPv6: one /64) may send to one process in a window; 0 for no limit',
    ),
  AUDIT_REFUSALS_PER_MINUTE: wholeNumber(0, 10_000)
    .default(600)
    .describe(
      'refusals of one kind that one process puts on record for one institution in a minute, after which it only counts them; 0 for none',
    ),
  SEAL_SIGNING_KEY_FILE: sealSigningKey
    .optional()
    .describe('file with the Ed25519 private key (PEM) that history is sealed with; seals are off without'),
  SEAL_PUBLIC_KEYS_FILE: sealPublicKeys
    .optional()
    .describe(
      'file with the public keys (PEM) of signing keys that were used before, to verify old checkpoints',
    ),
  SEAL_INTERVAL_SECONDS: wholeNumber(1, 3_600, ' of seconds')
    .default(60)
    .describe('how often history is sealed'),
  CORS_ALLOWED_ORIGINS: origins
    .optional()
    .describe('origins, separated by commas, whose pages may call the service from a browser'),
  DOCS_ENABLED: flag.default(false).describe('serve `/docs` and `/openapi.json`'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without blanks')
    .optional()
    .describe('bearer token that `/metrics` may be read with, beside the root key'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be a level of pino',
    })
    .default('info')
    .describe('least severe level that is logged'),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Variables whose value may also be read from the file that `<NAME>_FILE` names. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'MIGRATIONS_DATABASE_URL',
  'PGPASSWORD',
  'ROOT_API_KEY',
  'API_KEY_PEPPER',
  'METRICS_TOKEN',
] as const;
