import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** The pool that TypeORM opened: the one pool of the process, shared by commits, point reads and lists. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
