import { SERVICE_USER } from '#testing';
import type { Bench } from './bench.js';
import type { Figures } from './figures.js';
import { counted } from './progress.js';
import { positionsMovedBy, ServiceUnderLoad } from './service-under-load.js';
import { KINDS } from './wrk-script.js';

const SECONDS = 1;

/**
 * SQL statements for each request, BEGIN and COMMIT included, counted by `pg_stat_statements` in a run of its own:
 * counting would cost the other runs time.
 */
export async function countStatements(bench: Bench): Promise<Figures> {
  const { server, options, progress } = bench;
  progress.enter('Statements');
  const database = await server.createDatabase('statements');
  await server.run(`ALTER DATABASE ${database.name} SET pg_stat_statements.track = 'all'`);
  await server.run(`ALTER DATABASE ${database.name} SET compute_query_id = 'on'`);
  const figures: Record<string, number> = {};
  {
    await using service = await ServiceUnderLoad.start(bench, database);
    for (const kind of KINDS) {
      for (const connections of options.connections) {
        progress.step(`${kind}, ${counted(connections, 'connection')}`);
        await service.prepare(Math.max(1, positionsMovedBy(kind, connections, SECONDS)));
        await server.run('SELECT pg_stat_statements_reset()');
        const load = await service.load(kind, connections, SECONDS);
        const [sent] = await server.rows<{ calls: string; commits: string }>(
          `SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(calls) FILTER (WHERE query = 'COMMIT'), 0) AS commits
           FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = '${SERVICE_USER}'`,
        );
        const requests = load['requests'] ?? 0;
        figures[`statements.${kind}.${connections}`] = Number(sent?.calls) / requests;
        figures[`commits.${kind}.${connections}`] = Number(sent?.commits) / requests;
      }
    }
  }
  await server.drop(database);
  return figures;
}
