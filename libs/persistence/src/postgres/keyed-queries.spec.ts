import { openTestDatabase, withClient } from '#testing';
import { expect, test } from '@jest/globals';
import type { Pool, QueryConfig } from 'pg';
import { Schema } from '../schema.js';
import { BoxEntity, SlipEntity, TEST_ENTITIES, TEST_TABLES } from '../test-tables.js';
import { GroupedReads } from './grouped-reads.js';
import { familyQuery, rowQuery } from './keyed-queries.js';

/** Every box is there for every institution. */
const BOXES = `
  INSERT INTO boxes SELECT 'box_' || n, 'inst_' || m, n, NULL, 1, '2026-01-01'
  FROM generate_series(1, 2) n, generate_series(1, 2) m`;

test('of keys of several parts, rows of whole keys that are asked for are read, and no others', async () => {
  const schema = new Schema(TEST_ENTITIES);
  const [boxes, slips] = [schema.tableOf(BoxEntity), schema.tableOf(SlipEntity)];
  const key = ['id', 'institutionId'];
  const database = await openTestDatabase();
  try {
    await withClient(database.ownerUrl, async (client) => {
      await client.query(TEST_TABLES);
      await client.query(BOXES);
      for (const query of [rowQuery(boxes, key), familyQuery(boxes, key, slips, 'place')]) {
        const read: (number | null)[] = [];
        const counting = {
          query: async (sent: QueryConfig) => {
            const answer = await client.query(sent);
            read.push(answer.rowCount);
            return answer;
          },
        } as unknown as Pool;
        const reads = new GroupedReads<object>(counting, query);
        const found = await Promise.all([
          reads.find('box_1', 'inst_3'),
          reads.find('box_1', 'inst_1'),
          reads.find('box_2', 'inst_2'),
          reads.find('box_2', 'inst_3'),
        ]);
        expect(found.map((row) => row !== undefined)).toEqual([false, true, true, false]);
        // The first finds nobody to wait for; all that came after it share the second.
        expect(read).toEqual([0, 2]);
      }
    });
  } finally {
    await database.close();
  }
});
