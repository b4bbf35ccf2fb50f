import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { settingsSchema } from '#config';
import { parse } from 'yaml';
import { readRecipe } from '../image/image-recipe.js';
import { commandSettingsFaults, settingsFaults } from './settings-faults.js';

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

/** What Compose knows of a service, as far as it is used here. */
const MEMBERS = new Set(
  (
    'build cap_drop command depends_on environment healthcheck image mem_limit ports read_only restart security_opt ' +
    'stop_grace_period tmpfs user volumes'
  ).split(' '),
);
/** What the image of PostgreSQL reads, and psql. */
const OF_POSTGRES =
  /^(POSTGRES_(DB|PASSWORD|INITDB_ARGS)|PG(HOST|DATABASE|USER|PASSWORD)|SERVICE_DATABASE_PASSWORD)$/;

/** What the page has an operator put into `.env`. */
const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'o'.repeat(48),
  SERVICE_DATABASE_PASSWORD: 's'.repeat(48),
  ROOT_API_KEY: `root_${'r'.repeat(48)}`,
  API_KEY_PEPPER: 'p'.repeat(64),
};

let text: string;
let services: Record<'postgres' | 'migrate' | 'login' | 'api', ComposeService>;

/** As Compose puts variables in, which ends where one is absent that it has to have. */
function filledIn(environment: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, variable: string, kind: string, words: string) => {
        if (kind === '?' && !given[variable]) throw new Error(`${variable}: ${words}`);
        return given[variable] || words;
      }),
    ]),
  );
}

beforeAll(async () => {
  text = await readFile('docker-compose.yml', 'utf8');
  ({ services } = parse(text, { merge: true }) as { services: typeof services });
});

describe('docker-compose.yml', () => {
  test('has PostgreSQL, the migrations, the role of the service, and the service, one after the other', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'migrate', 'login', 'api']);
    expect(Object.values(services).map((service) => service.depends_on ?? {})).toEqual([
      {},
      { postgres: { condition: 'service_healthy' } },
      { migrate: { condition: 'service_completed_successfully' } },
      { login: { condition: 'service_completed_successfully' } },
    ]);
    for (const service of Object.values(services)) {
      expect(Object.keys(service).filter((name) => !MEMBERS.has(name))).toEqual([]);
    }
  });

  test('asks PostgreSQL whether it takes connections from others, not only from its own preparation', () => {
    expect(services.postgres.healthcheck?.test.join(' ')).toMatch(/^CMD-SHELL pg_isready .*-h 127\.0\.0\.1/);
  });

  test('gives everybody variables that they know, and the service those that it can start with', async () => {
    expect(await settingsFaults(filledIn(services.api.environment, GIVEN))).toEqual([]);
    expect(await commandSettingsFaults(filledIn(services.migrate.environment, GIVEN))).toEqual([]);
    for (const { environment } of [services.postgres, services.login]) {
      expect(Object.keys(environment).filter((name) => !OF_POSTGRES.test(name))).toEqual([]);
    }
  });

  test('would be refused for a variable that is no setting', async () => {
    const { PGHOST, ...others } = filledIn(services.api.environment, GIVEN);
    expect(await settingsFaults({ ...others, PG_HOST: PGHOST ?? '' })).toEqual([
      expect.stringContaining('PG_HOST is no setting'),
    ]);
  });

  test('has no password of its own, so that no two installations have the same', () => {
    const absent = [...text.matchAll(/\$\{(\w*(?:PASSWORD|KEY|PEPPER)):?-([^}]*)\}/g)].map(
      ([, , value]) => value,
    );
    expect(absent.filter((value) => value !== '')).toEqual([]);
    expect(() => filledIn(services.postgres.environment, {})).toThrow('POSTGRES_PASSWORD: make .env');
  });

  test('lets the database be started alone without a word of what the service needs, which then asks for it', async () => {
    const insisted = [...text.matchAll(/\$\{(\w+):?\?/g)].map(([, name]) => name);
    expect(new Set(insisted)).toEqual(new Set(['POSTGRES_PASSWORD']));
    expect(await settingsFaults(filledIn(services.api.environment, {}))).toEqual([
      expect.stringMatching('^API_KEY_PEPPER: is required'),
    ]);
  });

  test('gives the service what an operator adds as the page says, and no file of settings', async () => {
    expect(services.api.environment).not.toHaveProperty('CONFIG_FILE');
    const page = await readFile('docs/DEPLOYMENT.md', 'utf8');
    const [, added = ''] = /`docker-compose\.override\.yml`[^`]*```yaml\n([^`]*)```/.exec(page) ?? [];
    const override = parse(added) as { services: { api: { environment: Record<string, string> } } };
    const { environment } = override.services.api;
    expect(Object.keys(environment).length).toBeGreaterThan(0);
    expect(await settingsFaults(filledIn({ ...services.api.environment, ...environment }, GIVEN))).toEqual(
      [],
    );
  });

  test('asks for nothing that the page does not have the operator put into .env', () => {
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect([...new Set(asked)].sort()).toEqual([...Object.keys(GIVEN), 'ESCROWGRID_TAG'].sort());
  });

  test('has the service reached from this machine only, where it listens, and asked whether it is ready', async () => {
    const port = settingsSchema.shape.PORT.parse(undefined);
    expect(services.api.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(services.postgres.ports).toEqual(['127.0.0.1:5432:5432']);
    const { paths } = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as { paths: object };
    const asked = /http:\/\/127\.0\.0\.1:(\d+)(\/[a-z/]+)/.exec(services.api.healthcheck?.test.at(-1) ?? '');
    expect(asked?.[1]).toBe(String(port));
    expect(paths).toHaveProperty([asked?.[2] ?? '', 'get']);
    expect(services.api.healthcheck?.test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
  });

  test('runs what is built here as the image itself says, unable to write or to gain rights', async () => {
    for (const service of [services.migrate, services.api]) {
      expect(service).toMatchObject({ build: '.', image: services.api.image });
      expect(service).not.toHaveProperty('user');
    }
    expect(services.api.command).toBeUndefined();
    expect(services.api.tmpfs).toEqual(['/tmp']);
    for (const service of [services.migrate, services.login, services.api]) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    }
    expect(readRecipe(await readFile('Dockerfile', 'utf8')).at(-1)?.entrypoint).toEqual([]);
  });

  test('gives the service longer to end than it takes', () => {
    const deadline = settingsSchema.shape.SHUTDOWN_DEADLINE_SECONDS.parse(undefined);
    expect(Number.parseInt(services.api.stop_grace_period ?? '')).toBeGreaterThan(deadline);
  });

  test('makes the role of the service by the file that is kept for it', () => {
    expect(services.login.command).toEqual([
      'psql',
      '-X',
      '-v',
      'ON_ERROR_STOP=1',
      '-f',
      '/service-login.sql',
    ]);
    expect(services.login.volumes).toEqual(['./deploy/service-login.sql:/service-login.sql:ro']);
    expect(services.migrate.command).toEqual(['escrowgrid', 'migrate', 'up']);
    expect(services.login.image).toBe(services.postgres.image);
  });
});
