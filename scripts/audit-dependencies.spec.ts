import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const packageJson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const URL_OF_ADVISORY = 'https://advisories.example/GHSA-0000';

/** Runs the audit against a registry of this process; of one that is away where none is given. */
async function audit(
  answer: RequestListener | undefined,
  environment: Record<string, string> = {},
  ...args: string[]
): Promise<{ status: number; said: string }> {
  const registry = createServer(answer).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as { port: number };
  if (answer === undefined) registry.close();
  const child = spawn(process.execPath, [join(root, 'scripts/audit-dependencies.ts'), ...args], {
    env: {
      ...process.env,
      npm_config_registry: `http://127.0.0.1:${port}/`,
      AUDIT_STRICT: '',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = await text(child.stdout);
  const [status] = (await ended) as [number];
  registry.closeAllConnections();
  registry.close();
  return { status, said };
}

/** A registry that knows one advisory, of every version of a package, and nothing else. */
function advising(name: string, severity: string): RequestListener {
  return answering({
    [name]: [
      {
        id: 1,
        url: URL_OF_ADVISORY,
        title: 'It does what it should not',
        severity,
        vulnerable_versions: '*',
        cwe: [],
        cvss: { score: 0, vectorString: null },
      },
    ],
  });
}

function answering(advisories: object): RequestListener {
  return (request, response) => {
    const isAudit = request.url === '/-/npm/v1/security/advisories/bulk';
    request.resume();
    response
      .writeHead(isAudit ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(isAudit ? advisories : { error: 'not found' }));
  };
}

describe('the audit of dependencies', () => {
  test('passes where the registry knows of nothing', async () => {
    const { status, said } = await audit(answering({}));
    expect(said).toBe('No high or critical advisory.\n');
    expect(status).toBe(0);
  });

  // zod and pg are packages that development dependencies use too.
  test.each([
    ['pg', 'high'],
    ['zod', 'critical'],
    ['fastify', 'high'],
    ['pg-pool', 'high'],
  ])('refuses what %s does, which is %s', async (name, severity) => {
    const { status, said } = await audit(advising(name, severity));
    expect(said).toContain(`${name} (${severity}): It does what it should not ${URL_OF_ADVISORY}`);
    expect(status).toBe(1);
  });

  test('passes what a package of low or moderate severity does, and counts it', async () => {
    for (const severity of ['low', 'moderate']) {
      const { status, said } = await audit(advising('pino', severity));
      expect(said).toMatch(/^No high or critical advisory, and \d+ of a lower severity\.\n$/);
      expect(status).toBe(0);
    }
  });

  test('passes what a package does that is for development only', async () => {
    expect(packageJson.devDependencies).toHaveProperty('eslint');
    const { status, said } = await audit(advising('eslint', 'critical'));
    expect(said).toBe('No high or critical advisory.\n');
    expect(status).toBe(0);
  });

  const silent: [string, RequestListener | undefined][] = [
    ['cannot be reached', undefined],
    ['answers 405', (_request, response) => response.writeHead(405, { allow: 'GET' }).end()],
    ['answers with something else than JSON', (_request, response) => response.end('<html></html>')],
  ];
  test.each(silent)(
    'says that nothing was judged where the registry %s, and fails if told to be strict',
    async (_, answer) => {
      const lenient = await audit(answer);
      expect(lenient.said).toContain('NOTHING WAS JUDGED');
      expect(lenient.said).not.toContain('No high or critical');
      expect(lenient.status).toBe(0);
      const strict = await audit(answer, {}, '--strict');
      const strictByEnvironment = await audit(answer, { AUDIT_STRICT: 'true' });
      expect([strict.status, strictByEnvironment.status]).toEqual([1, 1]);
      expect(strict.said).toContain('NOTHING WAS JUDGED');
    },
  );
});
