import { withClient } from '#testing';

/**
 * How many rows each table has and what is in them, by the name of the table: but for when keys were last used, for
 * refusals on record, and for what is sealed meanwhile.
 */
export async function storedRows(url: string): Promise<Readonly<Record<string, string>>> {
  return withClient(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_name <> 'checkpoints' ORDER BY table_name`,
    );
    const stored: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ what: string }>(
        `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(document, ' ' ORDER BY document)), '') AS what
         FROM (SELECT to_jsonb(one) - 'last_used_at' AS row FROM "${name}" one) each,
              LATERAL (SELECT row::text AS document) text
         WHERE row ->> 'outcome' IS DISTINCT FROM 'REFUSED'`,
      );
      stored[name] = rows[0]?.what ?? '';
    }
    return stored;
  });
}
