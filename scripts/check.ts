/**
 * `npm run check`: every gate that a change must pass besides its tests. All of them run, whatever the others
 * say, so that one fault does not hide the next. scripts/check/gates.spec.ts sees each of them refuse.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Each command judges the directory it is run in, by the project's own configuration. */
export const gates = {
  format: ['prettier', '--check', '.', '--config', join(root, '.prettierrc.json')],
  types: ['tsc', '--noEmit', '-p', 'tsconfig.json', '--incremental', 'false', '--tsBuildInfoFile', 'null'],
  lint: ['eslint', '--config', join(root, 'eslint.config.mjs'), '--max-warnings', '0', '.'],
  architecture: [
    'depcruise',
    '--config',
    join(root, '.dependency-cruiser.mjs'),
    'apps',
    'libs',
    'migrations',
    'scripts',
  ],
  'OpenAPI lint': [
    'redocly',
    'lint',
    'docs/openapi.json',
    '--config',
    join(root, 'scripts/check/redocly.yaml'),
    '--format',
    'stylish',
  ],
  'dead code': ['knip', '--config', join(root, 'knip.json'), '--no-config-hints'],
  // The gates below run what this one builds.
  build: ['nest', 'build'],
  'OpenAPI document': ['node', 'dist/scripts/generate-openapi.js', '--check'],
  'typed client': ['node', 'dist/scripts/generate-client.js', '--check'],
  'error list': ['node', 'dist/scripts/generate-errors.js', '--check'],
  'configuration table': ['node', 'dist/scripts/generate-configuration.js', '--check'],
  'migrations SQL': ['node', 'dist/scripts/lint-sql.js'],
  'migrations drift': ['node', 'dist/scripts/check-drift.js'],
} as const;

export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

/** Tools print no colours, and neither report on whoever runs them nor ask for news of themselves. */
const QUIET = { NO_COLOR: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** Runs a tool of this package in a directory. A tool that cannot be started has not passed. */
export function runGate(command: readonly string[], directory: string): Promise<Verdict> {
  const [tool = '', ...args] = command;
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(tool, args, {
      cwd: directory,
      env: { ...process.env, ...QUIET, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ passed: false, output: `${tool}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** Runs every gate, one line each and the output of those that failed, and tells how many failed. */
export async function runGates(chosen: Record<string, readonly string[]>): Promise<number> {
  let failed = 0;
  for (const [name, command] of Object.entries(chosen)) {
    const startedAt = performance.now();
    const { passed, output } = await runGate(command, root);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${name.padEnd(18)} ${seconds.padStart(5)} s  ${passed ? 'ok' : 'failed'}`);
    if (passed) continue;
    failed += 1;
    console.log(output);
  }
  console.log(`${Object.keys(chosen).length - failed} passed, ${failed} failed`);
  return failed;
}

if (import.meta.main && (await runGates(gates)) > 0) process.exitCode = 1;
