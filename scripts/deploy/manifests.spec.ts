import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { settingsSchema } from '#config';
import { migrateCommand } from '../../apps/cli/src/migrate-command.js';
import { readRecipe } from '../image/image-recipe.js';
import { clusterFaults, roomFaults } from './cluster-faults.js';
import {
  containerOf,
  environmentOf,
  type Kinds,
  type Manifest,
  ofKind,
  podTemplates,
  readManifests,
  theOnly,
} from './manifests.js';
import { type Facts, podFaults } from './pod-faults.js';
import { schemaFaults } from './schema-faults.js';
import { commandSettingsFaults, settingsFaults, withConfiguration } from './settings-faults.js';

const FOLDER = 'deploy/kubernetes';

let manifests: Manifest[];
let facts: Facts;
let maxHeapMebibytes: number;

/** What an operator puts in the place of the example's texts. */
const SECRETS: Readonly<Record<string, string>> = {
  'database-url': 'postgresql://escrowgrid_service:x@db.example:5432/escrowgrid',
  'migrations-database-url': 'postgresql://escrowgrid_owner:x@db.example:5432/escrowgrid',
  'database-authority.pem': rootCertificates[0] as string,
  'root-api-key': 'r'.repeat(43),
  'api-key-pepper': 'p'.repeat(64),
  'metrics-token': 'm'.repeat(43),
  'seal-signing-key.pem': generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
};

/** What is in the files of a pod, by path: of its secrets the texts given, and of its config map its own. */
function filesOf(
  set: readonly Manifest[],
  owner: string,
  secrets: Readonly<Record<string, string>>,
): Map<string, string> {
  const template = podTemplates(set).find((each) => each.owner === owner)?.template ?? {};
  const files = new Map<string, string>();
  for (const { name, mountPath } of containerOf(template).volumeMounts ?? []) {
    const volume = template.spec?.volumes?.find((each) => each.name === name);
    const secret = ofKind(set, 'Secret').find(
      ({ metadata }) => metadata?.name === volume?.secret?.secretName,
    );
    for (const key of Object.keys(secret?.stringData ?? {}))
      files.set(`${mountPath}/${key}`, secrets[key] ?? '');
    const map = ofKind(set, 'ConfigMap').find(({ metadata }) => metadata?.name === volume?.configMap?.name);
    for (const [key, text] of Object.entries(map?.data ?? {})) files.set(`${mountPath}/${key}`, text);
  }
  return files;
}

function environmentIn(set: readonly Manifest[], owner: string): Record<string, string> {
  const template = podTemplates(set).find((each) => each.owner === owner)?.template ?? {};
  return environmentOf(containerOf(template));
}

/** Everything that is wrong with a set of manifests. */
async function faultsOf(set: readonly Manifest[]): Promise<string[]> {
  const [service, job] = ['Deployment', 'Job'].map(
    (owner) => [environmentIn(set, owner), filesOf(set, owner, SECRETS)] as const,
  );
  const isOfKubernetes = ({ document }: Manifest): boolean => document.kind !== 'Kustomization';
  return [
    ...set.filter(isOfKubernetes).flatMap(schemaFaults),
    ...podFaults(set, facts),
    ...clusterFaults(set, facts),
    ...(service === undefined ? [] : await settingsFaults(...service)),
    ...(job === undefined ? [] : await commandSettingsFaults(...job)),
  ];
}

/** A copy of the manifests in which one document is changed. */
function doctored<Kind extends keyof Kinds>(kind: Kind, change: (document: Kinds[Kind]) => void): Manifest[] {
  const copy = structuredClone(manifests);
  change(theOnly(copy, kind));
  return copy;
}

/** A copy in which a text in the file of one kind is another one, as a slip of the hand would leave it. */
function misspelt(kind: keyof Kinds, from: string, to: string): Manifest[] {
  return manifests.map((manifest) => {
    if (manifest.document.kind !== kind) return manifest;
    const text = JSON.stringify(manifest.document);
    expect(text).toContain(from);
    return { ...manifest, document: JSON.parse(text.replaceAll(from, to)) as Manifest['document'] };
  });
}

beforeAll(async () => {
  manifests = await readManifests(FOLDER);
  const { paths } = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as {
    paths: Record<string, object>;
  };
  const image = readRecipe(await readFile('Dockerfile', 'utf8')).at(-1);
  maxHeapMebibytes = Number(/--max-old-space-size=(\d+)/.exec(image?.command?.join(' ') ?? '')?.[1]);
  const terminal = {
    environment: {},
    print: () => undefined,
    complain: () => undefined,
    exitWith: () => undefined,
  };
  const program = new Command('escrowgrid').addCommand(migrateCommand(terminal));
  facts = {
    routes: new Set(Object.keys(paths).filter((path) => 'get' in (paths[path] ?? {}))),
    port: settingsSchema.shape.PORT.parse(undefined),
    user: image?.said['USER'] ?? '',
    isCommand: ([name, ...words]) => {
      let command: Command | undefined = name === program.name() ? program : undefined;
      for (const word of words) command = command?.commands.find((each) => each.name() === word);
      return command !== undefined && command.commands.length === 0;
    },
  };
});

describe('the manifests for Kubernetes', () => {
  test('say only what its schema knows, and what the service, the image and each other bear out', async () => {
    expect(manifests.length).toBeGreaterThanOrEqual(12);
    expect(await faultsOf(manifests)).toEqual([]);
  });

  test('leave room for all workers of a replica in its memory, and for all replicas in PostgreSQL', async () => {
    const files = filesOf(manifests, 'Deployment', SECRETS);
    const environment = environmentIn(manifests, 'Deployment');
    await withConfiguration(environment, files, (configuration) => {
      expect(configuration.store.backend).toBe('postgres');
      expect(roomFaults(manifests, configuration, maxHeapMebibytes)).toEqual([]);
      expect(roomFaults(manifests, { ...configuration, workers: 4 }, maxHeapMebibytes)).toEqual([
        'Deployment: 1536Mi of memory is less than 5376Mi',
        'HorizontalPodAutoscaler: 353 connections are more than 97',
      ]);
    });
  });

  test('come with examples of secrets that no service starts with', async () => {
    const examples = Object.fromEntries(
      ofKind(manifests, 'Secret').flatMap(({ stringData }) => Object.entries(stringData ?? {})),
    );
    for (const text of Object.values(examples)) expect(text).toContain('REPLACE-ME');
    const faults = await settingsFaults(
      environmentIn(manifests, 'Deployment'),
      filesOf(manifests, 'Deployment', examples),
    );
    for (const name of ['ROOT_API_KEY', 'API_KEY_PEPPER', 'METRICS_TOKEN', 'SEAL_SIGNING_KEY_FILE']) {
      expect(faults).toContainEqual(expect.stringMatching(`^${name}: `));
    }
  });

  test('give the service nothing of the owner of its database', () => {
    const files = [...filesOf(manifests, 'Deployment', SECRETS).keys()].join();
    expect(files).not.toContain('migrations');
    expect(Object.keys(environmentIn(manifests, 'Deployment')).join()).not.toContain('MIGRATIONS');
  });
});

describe('a manifest is refused', () => {
  test.each<[string, keyof Kinds, string, string, RegExp]>([
    ['a route that is not there', 'Deployment', '/health/ready', '/healthz/ready', /readinessProbe asks/],
    ['the wrong probe’s route', 'Deployment', '/health/live', '/health/ready', /livenessProbe asks/],
    [
      'a misspelt variable',
      'Deployment',
      'SHUTDOWN_DRAIN_SECONDS',
      'SHUTDOWN_DRAINING',
      /SHUTDOWN_DRAINING is no setting/,
    ],
    [
      'a misspelt variable of the job',
      'Job',
      'MIGRATIONS_DATABASE_URL_FILE',
      'MIGRATION_URL_FILE',
      /MIGRATION_URL_FILE is no setting/,
    ],
    ['a misspelt line of the file', 'ConfigMap', 'DB_POOL_MAX', 'DB_POOLMAX', /DB_POOLMAX is no setting/],
    ['a value that is none', 'ConfigMap', 'LOG_LEVEL=info', 'LOG_LEVEL=loud', /LOG_LEVEL: must be/],
    [
      'a secret without that key',
      'Deployment',
      'secrets/escrowgrid/api-key-pepper',
      'secrets/escrowgrid/pepper',
      /API_KEY_PEPPER_FILE/,
    ],
    ['another secret', 'Deployment', '"secretName":"escrowgrid"', '"secretName":"escrow"', /no volume holds/],
    ['another port', 'Deployment', '"containerPort":4000', '"containerPort":8080', /its port is 8080/],
    [
      'a port of another name',
      'Service',
      '"targetPort":"http"',
      '"targetPort":"web"',
      /no port is called web/,
    ],
    ['the port of another service', 'NetworkPolicy', '"port":4000', '"port":3000', /it lets in to 3000/],
    ['a way out to anywhere', 'NetworkPolicy', '"port":6432', '"port":443', /it lets out to 443/],
    [
      'labels of nobody',
      'Service',
      '"app.kubernetes.io/component":"api"},"ports"',
      '"app.kubernetes.io/component":"web"},"ports"',
      /selects no pod/,
    ],
    ['a command that is none', 'Job', '"migrate","up"', '"migrate","upward"', /is no command/],
    ['a command without what it is to do', 'Job', '"migrate","up"', '"migrate"', /is no command/],
    [
      'a target that is not there',
      'HorizontalPodAutoscaler',
      '"name":"escrowgrid"}',
      '"name":"escrow"}',
      /scales something else/,
    ],
    ['whatever version is latest', 'Kustomization', '0.1.0', 'latest', /no fixed version/],
    [
      'an image that nobody names',
      'Deployment',
      '"image":"escrowgrid"',
      '"image":"escrow"',
      /does not say which escrow is/,
    ],
    [
      'a file that is not there',
      'Kustomization',
      'service.yaml',
      'services.yaml',
      /services\.yaml is none of its own/,
    ],
    [
      'a member that is unknown',
      'Deployment',
      'readOnlyRootFilesystem',
      'readOnlyFilesystem',
      /readOnlyFilesystem is not known/,
    ],
    ['a member of another type', 'Deployment', '"maxSurge":1', '"maxSurge":[1]', /maxSurge/],
  ])('for %s', async (_, kind, from, to, fault) => {
    expect(await faultsOf(misspelt(kind, from, to))).toContainEqual(expect.stringMatching(fault));
  });

  test.each<[string, RegExp, () => Manifest[]]>([
    [
      'less time to end than the service takes',
      /before the service has had its time/,
      () =>
        doctored('Deployment', ({ spec }) =>
          Object.assign(spec?.template.spec ?? {}, { terminationGracePeriodSeconds: 30 }),
        ),
    ],
    [
      'a pod that may be root',
      /runs as the user of the image/,
      () =>
        doctored('Job', ({ spec }) =>
          Object.assign(spec?.template.spec?.securityContext ?? {}, { runAsUser: 0 }),
        ),
    ],
    [
      'a replica count beside the autoscaler’s',
      /how many replicas/,
      () => doctored('Deployment', ({ spec }) => Object.assign(spec ?? {}, { replicas: 1 })),
    ],
    [
      'a single replica',
      /one replica may be left/,
      () => doctored('HorizontalPodAutoscaler', ({ spec }) => Object.assign(spec ?? {}, { minReplicas: 1 })),
    ],
    [
      'a pod that goes before the next one is ready',
      /takes a pod away/,
      () =>
        doctored('Deployment', ({ spec }) =>
          Object.assign(spec?.strategy?.rollingUpdate ?? {}, { maxUnavailable: 1 }),
        ),
    ],
    [
      'a policy that leaves the way out open',
      /leaves one way open/,
      () => doctored('NetworkPolicy', ({ spec }) => Object.assign(spec ?? {}, { policyTypes: ['Ingress'] })),
    ],
    [
      'a policy that holds for some pods only',
      /does not hold for every pod/,
      () =>
        doctored('NetworkPolicy', ({ spec }) =>
          Object.assign(spec ?? {}, {
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'escrowgrid' } },
          }),
        ),
    ],
    ...(
      [
        ['a way out to wherever there is that port', /does not say with whom/, { ports: [{ port: 5432 }] }],
        [
          'a way out to half the world',
          /10\.0\.0\.0\/8 is too wide/,
          { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
        ],
        ['a way out to every pod', /it means every pod/, { to: [{ namespaceSelector: {} }] }],
      ] as const
    ).map(([words, fault, rule]): [string, RegExp, () => Manifest[]] => [
      words,
      fault,
      () => doctored('NetworkPolicy', ({ spec }) => spec?.egress?.push(structuredClone(rule) as never)),
    ]),
    [
      'a probe that is missing',
      /livenessProbe asks/,
      () =>
        doctored('Deployment', ({ spec }) => {
          delete spec?.template.spec?.containers[0]?.livenessProbe;
        }),
    ],
  ])('for %s', async (_, fault, change) => {
    expect(await faultsOf(change())).toContainEqual(expect.stringMatching(fault));
  });

  test('for text that is no YAML', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
    await writeFile(join(folder, 'broken.yaml'), 'a: [');
    await expect(readManifests(folder)).rejects.toThrow('broken.yaml');
    await rm(folder, { recursive: true });
  });
});
