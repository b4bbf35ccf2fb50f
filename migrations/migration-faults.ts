/** Another runner, or whoever holds a lock, was in the way for longer than this one was ready to wait. */
export class MigrationBusyError extends Error {
  override readonly name = 'MigrationBusyError';
}

/** What was asked for could do harm, or cannot be done; nothing was changed. */
export class MigrationRefusedError extends Error {
  override readonly name = 'MigrationRefusedError';
}

/** The run was told to stop, and did so. */
export class MigrationStoppedError extends Error {
  override readonly name = 'MigrationStoppedError';
}

/** The database refused a migration. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  /** What the database calls it. */
  readonly code: string | undefined;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.code = sqlStateOf(cause);
  }
}

/** The SQLSTATE, or the code of a connection that failed. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
