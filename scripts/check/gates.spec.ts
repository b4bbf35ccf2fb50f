import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { gates, runGate, runGates } from '../check.js';

/** Runs a gate's own command on the tree that it must refuse. */
async function refuses(gate: keyof typeof gates, fixture: string, ...args: string[]): Promise<string> {
  const verdict = await runGate([...gates[gate], ...args], fixturePath(fixture));
  expect(verdict).toMatchObject({ passed: false });
  return verdict.output;
}

function fixturePath(fixture: string): string {
  return join(import.meta.dirname, 'gate-fixtures', fixture);
}

/** What the first lines `// breaks: rule, other-rule (2)` of a fixture's files announce: `path: rule`, sorted. */
async function announcedFaults(fixture: string): Promise<string[]> {
  const directory = fixturePath(fixture);
  const faults: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const announced = /^\/\/ breaks: (.*)\n/.exec(await readFile(path, 'utf8'))?.[1];
    for (const part of announced?.split(', ') ?? []) {
      const [, rule, count = '1'] = /^(\S+)(?: \((\d+)\))?$/.exec(part) ?? [];
      for (let n = 0; n < Number(count); n += 1) faults.push(`${relative(directory, path)}: ${rule}`);
    }
  }
  return faults.sort();
}

function rulesOf(faults: readonly string[]): string[] {
  return [...new Set(faults.map((fault) => fault.replace(/^.*: /, '')))].sort();
}

describe('the gates of npm run check', () => {
  it('format refuses the file that is not formatted, and no other', async () => {
    const output = await refuses('format', 'format');
    expect(output.match(/\S+\.ts/g)).toEqual(['unformatted.ts']);
  });

  it('types refuses what the strict options forbid, and nothing else', async () => {
    const output = await refuses('types', 'types');
    const faults = [...output.matchAll(/^(\S+)\(.*error (TS\d+)/gm)].map(
      ([, file, code]) => `${file}: ${code}`,
    );
    expect(faults.sort()).toEqual([
      'implicit-any.ts: TS7006',
      'missing-override.ts: TS4114',
      'type-imported-as-value.ts: TS1484',
      'unchecked-index.ts: TS2322',
    ]);
  });

  it('lint refuses exactly what the fixture announces, for every rule of the house', async () => {
    interface Report {
      filePath: string;
      messages: { ruleId: string | null }[];
    }
    const output = await refuses('lint', 'lint', '--format', 'json');
    const faults = (JSON.parse(output) as Report[]).flatMap(({ filePath, messages }) =>
      messages.map(
        ({ ruleId }) => `${relative(fixturePath('lint'), filePath)}: ${ruleId ?? 'unused-disable-directive'}`,
      ),
    );
    const announced = await announcedFaults('lint');
    expect(faults.sort()).toEqual(announced);

    const rules = await readFile(join(import.meta.dirname, '../../eslint.config.mjs'), 'utf8');
    const configured = [...rules.matchAll(/'([@a-z/-]+)': (?:'error'|\[\s*'error')/g)].map(
      ([, rule]) => rule,
    );
    expect(rulesOf(announced)).toEqual(expect.arrayContaining(configured));
  });

  it('architecture refuses exactly what the fixture announces, for every rule there is', async () => {
    const output = await refuses('architecture', 'architecture');
    const faults = [...output.matchAll(/^ {2}error (\S+): (\S+) →/gm)].map(
      ([, rule, from]) => `${from}: ${rule}`,
    );
    const announced = await announcedFaults('architecture');
    expect(faults.sort()).toEqual(announced);

    const configuration = await runGate([...gates.architecture, '-T', 'json'], fixturePath('architecture'));
    const { summary } = JSON.parse(configuration.output) as {
      summary: { ruleSetUsed: { forbidden: { name: string }[] } };
    };
    expect(rulesOf(announced)).toEqual(summary.ruleSetUsed.forbidden.map(({ name }) => name).sort());
  });

  it('dead code refuses unused files, exports and dependencies, and undeclared dependencies', async () => {
    const output = await refuses('dead code', 'dead-code');
    const faults = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        line
          .replace(/ {2,}/g, ' ')
          .replace(/:\d+:\d+/, '')
          .trim(),
      );
    expect(faults).toEqual([
      'Unused files (1)',
      'libs/kernel/src/orphan.ts',
      'Unused dependencies (1)',
      'typeid-js package.json',
      'Unused devDependencies (1)',
      'fast-check package.json',
      'Unlisted dependencies (1)',
      'zod libs/kernel/src/words.ts',
      'Unused exports (4)',
      'unusedFunction libs/kernel/src/index.ts',
      'unorderedWord function libs/kernel/src/testing.ts',
      'unusedFunction function libs/kernel/src/words.ts',
      'exportedForNobody libs/kernel/src/words.ts',
      'Unused exported types (2)',
      'UnusedType type libs/kernel/src/index.ts',
      'UnusedType type libs/kernel/src/words.ts',
    ]);
  });

  it('OpenAPI lint refuses each fault of the fixture, among them one for every rule that the house adds', async () => {
    const output = await refuses('OpenAPI lint', 'openapi-lint');
    const faults = [...output.matchAll(/^ {2}\d+:\d+ +error +(\S+)/gm)].map(([, rule = '']) => rule);
    const added = await readFile(join(import.meta.dirname, 'redocly.yaml'), 'utf8');
    const rules = [...added.matchAll(/^ {2}([\w-]+): error$/gm)].map(([, rule = '']) => rule);
    expect(rules.length).toBeGreaterThan(0);
    expect([...new Set(faults)].sort()).toEqual(
      [
        ...rules,
        'no-invalid-media-type-examples',
        'no-unresolved-refs',
        'no-unused-components',
        'operation-4xx-response',
        'operation-operationId-unique',
        'operation-summary',
        'security-defined',
        'struct',
        'tag-description',
      ].sort(),
    );
  });

  it('a gate whose tool cannot be started has not passed', async () => {
    const verdict = await runGate(['no-such-tool'], fixturePath('format'));
    expect(verdict).toEqual({ passed: false, output: expect.stringContaining('no-such-tool') });
  });

  it('all run, also after one has failed, and are counted in the last line', async () => {
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
    const failed = await runGates({
      first: ['node', '-e', 'console.error("what is wrong"); process.exitCode = 3'],
      second: ['node', '-e', ''],
    });
    log.mockRestore();
    expect(failed).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^first .* failed$/),
      'what is wrong\n',
      expect.stringMatching(/^second .* ok$/),
      '1 passed, 1 failed',
    ]);
  });
});
