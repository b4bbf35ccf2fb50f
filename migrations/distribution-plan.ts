import type { Client } from 'pg';
import { BOOKKEEPING_TABLES, catalogueFaults, INSTITUTION, REFERENCE_TABLES } from './catalogue-faults.js';

/** How Citus keeps a table. */
type Kind = 'local' | 'reference' | 'distributed';

interface StoredTable {
  readonly name: string;
  /** Whether there are triggers, other than those of constraints. */
  readonly hasTriggers: boolean;
  /** The tables that it refers to. */
  readonly targets: readonly string[];
  readonly kind: Kind;
}

/** A database that cannot be distributed as it is. */
export class NotDistributable extends Error {
  override readonly name = 'NotDistributable';
}

/** What is still to be done to a database, in order. */
export interface DistributionPlan {
  readonly statements: readonly string[];
  /** Tables with triggers that Citus will not vouch for. */
  readonly triggered: readonly string[];
}

const TABLES = `
  SELECT c.relname::text AS name,
    EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS "hasTriggers",
    ARRAY(SELECT DISTINCT f.confrelid::regclass::text FROM pg_constraint f
      WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid ORDER BY 1) AS targets,
    CASE WHEN d.partmethod = 'h' THEN 'distributed' WHEN d.partmethod = 'n' AND d.repmodel = 't' THEN 'reference'
      ELSE 'local' END AS kind
  FROM pg_class c LEFT JOIN pg_dist_partition d ON d.logicalrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;

/**
 * Looks at a database with the extension, and says what is still to be done to it: what all tables refer to first, then
 * every table after those that it refers to, all of one institution's rows on one node.
 *
 * @throws NotDistributable
 */
export async function planDistribution(client: Client): Promise<DistributionPlan> {
  const faults = await catalogueFaults(client);
  if (faults.length > 0) {
    throw new NotDistributable(['The tables cannot be distributed:', ...faults].join('\n- '));
  }
  const { rows } = await client.query<StoredTable>(TABLES);
  const tables = inOrderOfReference(rows.filter(({ name }) => !BOOKKEEPING_TABLES.includes(name)));
  tables.forEach(requireKind);
  const owned = tables.filter(({ name }) => !REFERENCE_TABLES.includes(name));
  const pending = tables.filter(({ kind }) => kind === 'local');
  let beside = owned.find(({ kind }) => kind === 'distributed')?.name;
  const steps = pending.map(({ name }) => {
    if (REFERENCE_TABLES.includes(name)) return `SELECT create_reference_table('public.${name}')`;
    const neighbour = beside === undefined ? 'none' : `public.${beside}`;
    beside ??= name;
    return `SELECT create_distributed_table('public.${name}', '${INSTITUTION}', colocate_with => '${neighbour}')`;
  });
  const triggered = pending.filter(({ hasTriggers }) => hasTriggers).map(({ name }) => name);
  return {
    // Citus takes no table with triggers otherwise, since those of others may reach for rows of other nodes.
    statements: [...(triggered.length > 0 ? ['SET citus.enable_unsafe_triggers = on'] : []), ...steps],
    triggered: owned.filter(({ hasTriggers }) => hasTriggers).map(({ name }) => name),
  };
}

/** Reference tables come first, then a table comes after all that it refers to. */
function inOrderOfReference(tables: readonly StoredTable[]): StoredTable[] {
  const ordered: StoredTable[] = [];
  const add = (table: StoredTable): void => {
    if (ordered.includes(table)) return;
    for (const target of tables.filter(({ name }) => table.targets.includes(name))) add(target);
    ordered.push(table);
  };
  for (const name of REFERENCE_TABLES) tables.filter((table) => table.name === name).forEach(add);
  tables.forEach(add);
  return ordered;
}

function requireKind({ name, kind }: StoredTable): void {
  const wanted: Kind = REFERENCE_TABLES.includes(name) ? 'reference' : 'distributed';
  if (kind !== 'local' && kind !== wanted) {
    throw new NotDistributable(
      `The table ${name} is a ${kind} table already, and should be a ${wanted} table.`,
    );
  }
}
