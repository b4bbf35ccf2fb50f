import { isIP } from 'node:net';
import { z } from 'zod';

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

/** Every environment variable that the service reads, with its default. The README's table is held to it. */
export const settingsSchema = z.object({
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
    .describe('`disable`, `require` (encrypted) or `verify-full` (encrypted, certificate checked)'),
  HOST: z.string().min(1).default('0.0.0.0').describe('address to listen on'),
  PORT: port.default(4_000).describe('port to listen on'),
  ROOT_API_KEY: secrets.optional().describe('one or two root keys, separated by a comma'),
  API_KEY_PEPPER: secrets
    .optional()
    .describe('HMAC key of stored API-key hashes; one or two, the current one first'),
  API_KEY_MAX_AGE_MS: wholeNumber(0, 60_000, ' of milliseconds')
    .default(5_000)
    .describe(
      'for how long a key that another process revoked may still work; 0 asks the store at every request',
    ),
  DOCS_ENABLED: flag.default(false).describe('serve `/docs` and `/openapi.json`'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be a level of pino',
    })
    .default('info')
    .describe('least severe level that is logged'),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Variables whose value may also be read from the file that `<NAME>_FILE` names. */
export const SECRET_SETTINGS = ['DATABASE_URL', 'PGPASSWORD', 'ROOT_API_KEY', 'API_KEY_PEPPER'] as const;
