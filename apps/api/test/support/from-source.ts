/**
 * Lets Node run the service from its sources: `node --import …/from-source.ts apps/api/src/main.ts`. A process of
 * its own is what a test can kill; the sources are what every other test runs, so that none judges an old build.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync, type Options } from '@swc/core';
import jestConfig from '../../../../jest.config.ts';

const libs = new URL('../../../../libs/', import.meta.url);
const [, options] = jestConfig.transform?.['^.+\\.ts$'] as [string, Options];

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [isRoom, room, door = '/index'] = /^(?:#|escrowgrid\/)([^/]+)(\/testing)?$/.exec(specifier) ?? [];
    if (isRoom !== undefined) return nextResolve(new URL(`${room}/src${door}.ts`, libs).href, context);
    const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
