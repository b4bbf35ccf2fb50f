import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKENDS } from '#testing';
import { describe, expect, test } from '@jest/globals';
import { closeService, openService } from './support/service.js';

/** The lines that the README asks its reader to paste. */
async function readTour(): Promise<string> {
  const readme = await readFile('README.md', 'utf8');
  const tour = /<!-- tour -->\s*```bash\n([\s\S]*?)```/.exec(readme)?.[1];
  if (tour === undefined) throw new Error('README.md has lost its tour.');
  return tour;
}

async function paste(script: string, folder: string): Promise<string> {
  const shell = spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  shell.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return new Promise((resolve, reject) => {
    shell.on('error', reject);
    shell.on('close', (status) => (status === 0 ? resolve(printed) : reject(new Error(`exit ${status}`))));
  });
}

describe.each(BACKENDS)('the tour of the README on %s', (backend) => {
  test('can be pasted, and shows what the README says', async () => {
    const service = await openService(backend);
    const folder = await mkdtemp(join(tmpdir(), 'escrowgrid-tour-'));
    try {
      await mkdir(join(folder, '.data'));
      await writeFile(join(folder, '.data/root-api-key'), service.installation.rootKey);
      const tour = (await readTour()).replace('http://127.0.0.1:4000', service.url);
      const [funded, released, ledger] = (await paste(tour, folder)).trim().split('\n');
      expect(JSON.parse(funded ?? '')).toMatchObject({ state: 'FUNDED', heldAmount: '1000.10' });
      expect(JSON.parse(released ?? '')).toMatchObject({ state: 'PARTIALLY_RELEASED', heldAmount: '700.05' });
      const { data } = JSON.parse(ledger ?? '') as { data: Record<string, unknown>[] };
      expect(
        data.map(({ amount, debitAccount, creditAccount }) => [amount, debitAccount, creditAccount]),
      ).toEqual([
        [null, null, null],
        ['1000.10', 'depositor', 'escrow'],
        ['300.05', 'escrow', 'beneficiary'],
      ]);
    } finally {
      await closeService(service);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
