/** How the way to PostgreSQL is encrypted. */
export interface SslOptions {
  /** `require` is encrypted to whoever answers; `verify-full` to the host that was named, or not at all. */
  readonly sslMode: 'disable' | 'require' | 'verify-full';
  /** Certificates in PEM of the authorities that `verify-full` believes; those that Node knows unless given. */
  readonly sslRootCertificates?: string | undefined;
}

/** Which commands may share a transaction: any, or those of one institution, which Citus keeps on one node. */
export type CommitGrouping = 'none' | 'institution';

/** How PostgreSQL is reached. */
export interface DatabaseOptions extends SslOptions {
  /** Connection string of the application role. */
  readonly url: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Whether a pooler in transaction mode stands between: no start-up parameters, no named statements. */
  readonly isPooled?: boolean;
  /** Any unless given. */
  readonly commitGrouping?: CommitGrouping;
}

/** Which backend keeps everything. */
export type StoreOptions =
  { readonly backend: 'memory' } | { readonly backend: 'postgres'; readonly database: DatabaseOptions };
