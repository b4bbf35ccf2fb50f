const UNKNOWN_AUTHORITY =
  'The server’s certificate is of an authority that is not believed here: does DB_SSL_ROOT_CERT_FILE hold the one that signed it?';

/** What to check, for the faults that an operator can mend, by the code that Node or PostgreSQL gives them. */
const ADVICE: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: is PostgreSQL running, and are host and port right?',
  ECONNRESET: 'The connection was cut: does a firewall or a pooler stand between?',
  ENOTFOUND: 'The host name is not known: is it spelled right?',
  EAI_AGAIN: 'The host name could not be looked up: is the name service reachable?',
  ENOENT: 'The socket does not exist: is PostgreSQL running, and is its directory right?',
  ETIMEDOUT: 'The host did not answer: is it reachable from here?',
  EHOSTUNREACH: 'There is no way to that host from here.',
  ERR_INVALID_URL: 'The connection string is no URL such as postgresql://user:password@host:5432/database.',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'The server’s certificate is out of date: renew it, or is the clock here wrong?',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The server’s certificate is for another host: does the connection string name the host as the certificate does?',
  '28P01': 'User or password was not accepted.',
  '28000':
    'PostgreSQL does not let this user in from here, or not like this: see its pg_hba.conf, and DB_SSL_MODE.',
  '3D000': 'The database does not exist: create it first.',
  '42501':
    'The user may not do this: migrations run as the owner of the schema, who may also create roles; all else as a member of escrowgrid_app.',
  '42P01': 'The database has not been migrated, or not by this release: run `escrowgrid migrate up`.',
  '55P03': 'A query in progress kept a table locked: try again when it has finished.',
  '57P03': 'PostgreSQL is starting or stopping: try again in a moment.',
  '53300': 'PostgreSQL has no connection left: see max_connections.',
};

/** The one fault that the driver gives no code. */
const NO_TLS = 'The server does not support SSL connections';
const NO_TLS_ADVICE =
  'PostgreSQL offers no encryption: set ssl = on there, or is this a pooler without it? DB_SSL_MODE asks for it.';

/** What PgBouncer says to a client that sends its time-outs when it connects. */
const POOLER = /^unsupported startup parameter/;
const POOLER_ADVICE =
  'A pooler such as PgBouncer stands between and takes no start-up parameters: the service wants DB_POOLER=true, and migrations the way past it, in MIGRATIONS_DATABASE_URL. See docs/POOLER.md.';

interface Fault {
  message: string;
  code?: unknown;
  errors?: Fault[];
}

/** A fault in words for a terminal: what happened and what to check, without SQL, parameters or a stack. */
export function explainFault(error: unknown): string {
  const fault = firstCause(error as Fault);
  const advice = adviceOn(fault);
  return advice === undefined ? fault.message : `${fault.message}\n${advice}`;
}

function adviceOn({ code, message }: Fault): string | undefined {
  if (message === NO_TLS) return NO_TLS_ADVICE;
  if (POOLER.test(message)) return POOLER_ADVICE;
  return typeof code === 'string' ? ADVICE[code] : undefined;
}

/** A name with several addresses fails once for each, and the driver tells of all of them in one error. */
function firstCause(fault: Fault): Fault {
  const first = fault.errors?.[0];
  return first === undefined ? fault : firstCause(first);
}
