/** How PostgreSQL is reached. */
export interface DatabaseOptions {
  /** Connection string of the application role. */
  readonly url: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly sslMode: 'disable' | 'require' | 'verify-full';
}

/** Which backend keeps everything. */
export type StoreOptions =
  { readonly backend: 'memory' } | { readonly backend: 'postgres'; readonly database: DatabaseOptions };
