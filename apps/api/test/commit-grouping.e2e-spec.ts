import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '#testing';
import { gatherCommits } from './support/gathered-commits.js';
import { recordStatements, type RecordedStatement } from './support/recorded-statements.js';
import { closeService, openService, type Service } from './support/service.js';
import { foundTenant, move, openPosition, type Tenant } from './support/tenant.js';

const TENANTS = 3;
const POSITIONS = 8;

/** What one transaction sent: whose rows it wrote, and how many commands it carried. */
interface Carried {
  readonly institutions: ReadonlySet<string>;
  readonly commands: number;
}

/** Statements of one commit leave in one write, so that nothing comes between them. */
function transactionsOf(statements: readonly RecordedStatement[]): Carried[] {
  const transactions: RecordedStatement[][] = [];
  let open: RecordedStatement[] | undefined;
  for (const statement of statements) {
    if (statement.text.startsWith('BEGIN')) transactions.push((open = []));
    if (statement.text === 'COMMIT') open = undefined;
    open?.push(statement);
  }
  return transactions.map(carriedBy).filter(({ commands }) => commands > 0);
}

function carriedBy(statements: readonly RecordedStatement[]): Carried {
  const rows = statements
    .filter(({ text }) => /^(INSERT|UPDATE)/.test(text))
    .map(({ text, values }) => ({
      text,
      rows: JSON.parse(String(values[0])) as { institutionId: string }[],
    }));
  return {
    institutions: new Set(rows.flatMap((sent) => sent.rows.map(({ institutionId }) => institutionId))),
    commands: rows.find(({ text }) => text.startsWith('INSERT INTO "audit_events"'))?.rows.length ?? 0,
  };
}

describe.each(['institution', 'none'])('commits that are grouped by %s', (grouping) => {
  let service: Service;
  let tenants: Tenant[];
  let transactions: Carried[];

  beforeAll(async () => {
    service = await openService('postgres', { COMMIT_GROUPING: grouping, AUDIT_REFUSALS_PER_MINUTE: '0' });
    tenants = [];
    for (let made = 0; made < TENANTS; made += 1) tenants.push(await foundTenant(service));
    const statements = await recordStatements(async () => {
      const everybody = Array.from({ length: POSITIONS }, () => tenants).flat();
      const statuses = await gatherCommits(service.installation.database as TestDatabase, async () =>
        Promise.all(
          everybody.map(async ({ admin, assetId }) => {
            const id = await openPosition(admin, assetId, '100.00');
            return (await move(admin, id, 'FUNDED')).status;
          }),
        ),
      );
      expect(statuses).toEqual(statuses.map(() => 200));
    });
    transactions = transactionsOf(statements);
  });
  afterAll(() => closeService(service));

  test(`are ${grouping === 'none' ? 'of whoever comes' : 'of one institution each'}`, () => {
    const most = Math.max(...transactions.map(({ institutions }) => institutions.size));
    if (grouping === 'institution') expect(most).toBe(1);
    else expect(most).toBeGreaterThan(1);
  });

  test('carry several commands each, and all of them once', () => {
    const carried = transactions.map(({ commands }) => commands);
    expect(carried.reduce((sum, commands) => sum + commands, 0)).toBe(2 * TENANTS * POSITIONS);
    expect(Math.max(...carried)).toBeGreaterThan(1);
  });

  test('leave every tenant with a whole story', async () => {
    for (const { admin } of tenants) {
      const { body } = await admin.get('/v1/positions?state=FUNDED');
      expect(body.data).toHaveLength(POSITIONS);
    }
  });
});
