import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#testing';
import { migrateUp } from '../migrations/migrate.js';

/**
 * Hands `work` the owner's URL of a database with every migration applied, on a server of its own that is
 * gone afterwards. The server is the one in `binDirectory`, or else the npm package's.
 */
export async function withScratchDatabase<Result>(
  work: (url: string) => Promise<Result>,
  binDirectory?: string,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'escrowgrid-scratch-'));
  try {
    const server = await EmbeddedPostgres.start({
      dataDirectory: join(directory, 'data'),
      temporaryDirectory: directory,
      settings: { fsync: 'off' },
      ...(binDirectory !== undefined && { binDirectory }),
    });
    try {
      const url = server.url('postgres');
      await migrateUp(url);
      return await work(url);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
