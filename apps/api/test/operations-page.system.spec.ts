import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildTools } from './support/backup-scripts.js';
import { OperatedInstallation } from './support/operated-installation.js';
import { isAsShown, sectionsOf } from './support/transcript.js';

const page = await readFile('docs/OPERATIONS.md', 'utf8');

describe('docs/OPERATIONS.md', () => {
  let installation: OperatedInstallation;

  beforeAll(async () => {
    await buildTools();
    installation = await OperatedInstallation.open(process.cwd());
  }, 180_000);
  afterAll(async () => installation?.close());

  // Each section finds what those before it have left.
  test.each(sectionsOf(page))(
    '$heading: prints what it shows',
    async ({ steps }) => {
      for (const step of steps) {
        const printed = await installation.do(step);
        if ('command' in step && !isAsShown(step.shown, printed)) {
          expect(`$ ${step.command}\n${printed}`).toBe(`$ ${step.command}\n${step.shown.join('\n')}`);
        }
      }
    },
    90_000,
  );
});

describe('what a page shows', () => {
  const shown = (...lines: string[]): readonly string[] => lines;

  test.each([
    ['another time and id', shown('at 2026-01-01T00:00:00.000Z of ID'), 'at 2027-02-03T04:05:06.789Z of ID'],
    ['another latency', shown('{"latencyMs":0.8}'), '{"latencyMs":12}'],
    ['what is left out of a line', shown('{"a":1,…,"z":2}'), '{"a":1,"b":3,"z":2}'],
    ['lines that are left out', shown('first', '…', 'last'), 'first\nsecond\nthird\nlast'],
    ['no lines where some may be left out', shown('first', '…', 'last'), 'first\nlast'],
    ['wider columns', shown(' a | b', '---+---'), ' a    | b\n------+-----'],
    ['nothing', shown(), ''],
  ])('is the same with %s', (_, lines, printed) => {
    expect(isAsShown(lines, printed)).toBe(true);
  });

  test.each([
    ['another word', shown('exit 0'), 'exit 1'],
    ['a line more', shown('first'), 'first\nsecond'],
    ['a line less', shown('first', 'second'), 'first'],
    ['something, for nothing', shown(), 'Something.'],
    ['another ending of a line', shown('{"status":"up",…}'), '{"status":"up","reason":"…"}.'],
  ])('is not the same with %s', (_, lines, printed) => {
    expect(isAsShown(lines, printed)).toBe(false);
  });

  test('is each command behind a $ with the lines that follow it, by section', () => {
    const text =
      '## One\n\n```console\n$ a \\\n> b\nc\n$ d\n```\n\n```bash\n$ e\n```\n\n## Two\n\n<!-- test: f -->\n';
    expect(sectionsOf(text)).toEqual([
      {
        heading: 'One',
        steps: [
          { command: 'a \\\nb', shown: ['c'] },
          { command: 'd', shown: [] },
        ],
      },
      { heading: 'Two', steps: [{ unseen: 'f' }] },
    ]);
  });
});
