import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { connectionsOf } from './cluster-faults.js';
import {
  containerOf,
  environmentOf,
  type Manifest,
  ofKind,
  podTemplates,
  readManifests,
  theOnly,
} from './manifests.js';

let page: string;
let manifests: Manifest[];

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
}

/** The words that a pattern finds in the commands of the page, each once and sorted. */
function wordsIn(commands: string, pattern: RegExp): string[] {
  return [...new Set([...commands.matchAll(pattern)].flatMap(([, words = '']) => words.split(' ')))].sort();
}

beforeAll(async () => {
  page = await readFile('docs/DEPLOYMENT.md', 'utf8');
  manifests = await readManifests('deploy/kubernetes');
});

describe('docs/DEPLOYMENT.md', () => {
  test('names no file that is not there', () => {
    const inRepository = wordsIn(page, /\b((?:deploy|scripts)\/[\w./-]*\w)/g);
    expect(inRepository.length).toBeGreaterThan(6);
    expect(inRepository.filter((path) => !existsSync(path))).toEqual([]);
    const manifestsNamed = wordsIn(page, /`([a-z.-]+\.yaml)`/g);
    expect(manifestsNamed.length).toBeGreaterThan(9);
    expect(manifestsNamed.filter((file) => !manifests.some((each) => each.file === file))).toEqual([]);
  });

  test('makes each key of the secrets, and gives each secret those that its example has', () => {
    const commands = blocks('bash').join('\n').replaceAll('\\\n', '');
    for (const { metadata, stringData = {} } of ofKind(manifests, 'Secret')) {
      const [, given = ''] = new RegExp(`create secret generic ${metadata?.name} (.*)`).exec(commands) ?? [];
      expect(wordsIn(given, /--from-file=(\S+)/g)).toEqual(Object.keys(stringData).sort());
    }
    const made = [...wordsIn(commands, /for name in ([a-z -]+);/g), ...wordsIn(commands, /-out (\S+)/g)];
    const brought = ['database-authority.pem', 'database-url', 'migrations-database-url'];
    const keys = ofKind(manifests, 'Secret').flatMap(({ stringData = {} }) => Object.keys(stringData));
    expect([...made, ...brought].sort()).toEqual([...new Set(keys)].sort());
  });

  test('has what Compose asks for put into .env', async () => {
    const compose = await readFile('docker-compose.yml', 'utf8');
    const asked = wordsIn(compose, /\$\{(\w+)/g).filter((name) => name !== 'ESCROWGRID_TAG');
    expect(wordsIn(page, /for name in ([A-Z_ ]+);/g)).toEqual(asked);
  });

  test('speaks of the jobs, deployments, labels and namespaces that the manifests have', () => {
    const commands = blocks('bash').join('\n');
    expect(wordsIn(commands, /\bjob[ /]([a-z-]+)/g)).toEqual([theOnly(manifests, 'Job').metadata?.name]);
    expect(wordsIn(commands, /\bdeployment\/([a-z-]+)/g)).toEqual([
      theOnly(manifests, 'Deployment').metadata?.name,
    ]);
    expect(wordsIn(commands, / -n ([a-z-]+)/g)).toEqual([theOnly(manifests, 'Kustomization').namespace]);
    const component = theOnly(manifests, 'Deployment').spec?.template.metadata?.labels?.[
      'app.kubernetes.io/component'
    ];
    expect(wordsIn(commands, /component!?=([a-z]+)/g)).toEqual([component]);
  });

  test('keeps the service out of the first step by a label that only what belongs to it has', () => {
    const first = manifests
      .filter(({ file }) => theOnly(manifests, 'Kustomization').resources.includes(file))
      .map(
        ({ document }) => document as Manifest['document'] & { metadata: { labels: Record<string, string> } },
      )
      .filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] !== 'api')
      .map(({ kind }) => kind);
    expect(first.sort()).toEqual(['ConfigMap', 'Job', 'Namespace', 'NetworkPolicy', 'ServiceAccount']);
  });

  test('tells the times and sizes that the manifests have', () => {
    const template = podTemplates(manifests).find(({ owner }) => owner === 'Deployment')?.template ?? {};
    const environment = environmentOf(containerOf(template));
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      `\`SHUTDOWN_DRAIN_SECONDS\` (${environment['SHUTDOWN_DRAIN_SECONDS']}) while the cluster forgets it, finishes what it has, ` +
        `and is gone within \`SHUTDOWN_DEADLINE_SECONDS\` (${environment['SHUTDOWN_DEADLINE_SECONDS']}), before the cluster’s ` +
        `patience of ${template.spec?.terminationGracePeriodSeconds} seconds ends`,
    );
  });

  test('counts the connections to PostgreSQL as the check of the manifests does', () => {
    const form = /\(maxReplicas \+ (\d)\) × WORKERS × \(DB_POOL_MAX \+ (\d)\) \+ (\d)/;
    const [replicas, probes, exports] = (form.exec(page)?.slice(1) ?? []).map(Number) as [
      number,
      number,
      number,
    ];
    const { maxReplicas = NaN } = theOnly(manifests, 'HorizontalPodAutoscaler').spec ?? {};
    for (const [workers, poolMax] of [
      [1, 10],
      [4, 7],
    ] as const) {
      const told = (maxReplicas + replicas) * workers * (poolMax + probes) + exports;
      expect(told).toBe(connectionsOf(manifests, { workers, poolMax }));
    }
    expect(page).toContain(`here ${connectionsOf(manifests, { workers: 1, poolMax: 10 })} of 97`);
  });

  test('has Prometheus ask the service as the manifests have it', () => {
    const monitors = blocks('yaml').map(
      (text) =>
        parse(text) as {
          kind?: string;
          metadata: { namespace: string };
          spec: {
            selector: { matchLabels: object };
            endpoints: { port: string; authorization: { credentials: { name: string; key: string } } }[];
          };
        },
    );
    const monitor = monitors.find(({ kind }) => kind === 'ServiceMonitor');
    const service = theOnly(manifests, 'Service');
    expect(service.metadata?.labels).toMatchObject(monitor?.spec.selector.matchLabels ?? { none: '' });
    const [endpoint] = monitor?.spec.endpoints ?? [];
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(endpoint?.port);
    const { name, key } = endpoint?.authorization.credentials ?? { name: '', key: '' };
    const secret = ofKind(manifests, 'Secret').find(({ metadata }) => metadata?.name === name);
    expect(Object.keys(secret?.stringData ?? {})).toContain(key);
    expect(monitor?.metadata.namespace).toBe(theOnly(manifests, 'Kustomization').namespace);
  });
});
