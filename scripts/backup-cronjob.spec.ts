import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { containerOf, environmentOf, ofKind, readManifests, type Manifest } from './deploy/manifests.js';
import { schemaFaults } from './deploy/schema-faults.js';

describe('deploy/kubernetes/backup-cronjob.yaml', () => {
  let manifests: Manifest[];
  let page: string;

  beforeAll(async () => {
    const all = await readManifests('deploy/kubernetes');
    manifests = all.filter(({ file }) => file === 'backup-cronjob.yaml');
    page = (await readFile('docs/BACKUP.md', 'utf8')).replaceAll('\\\n', '');
  });

  const podOf = () => ofKind(manifests, 'CronJob')[0]?.spec?.jobTemplate.spec?.template ?? {};

  /** What a command of the page puts into a secret or a config map, in the order of the alphabet. */
  function keysMadeOf(kind: string): string[] {
    const [, given = ''] = new RegExp(`create ${kind} (.*)`).exec(page) ?? [];
    return [...given.matchAll(/--from-file=(\S+)/g)].map(([, file = '']) => basename(file)).sort();
  }

  test('says only what the schema of Kubernetes knows', () => {
    expect(manifests.map(({ document }) => `${document.apiVersion} ${document.kind}`)).toEqual([
      'batch/v1 CronJob',
    ]);
    expect(manifests.flatMap(schemaFaults)).toEqual([]);
  });

  test('has every file that backup.sh reads, and the page puts each into the config map', async () => {
    const script = await readFile('scripts/backup.sh', 'utf8');
    const read = [...script.matchAll(/\$here\/(backup\/[\w.-]+)/g)].map(([, path = '']) => path);
    const map = podOf().spec?.volumes?.find(({ configMap }) => configMap !== undefined)?.configMap;
    const items = map?.items ?? [];
    expect(items.map(({ path }) => path).sort()).toEqual([...new Set(['backup.sh', ...read])].sort());
    const there = [...(await readdir('scripts')), ...(await readdir('scripts/backup'))];
    expect(items.filter(({ key, path }) => basename(path) !== key || !there.includes(key))).toEqual([]);
    expect(keysMadeOf(`configmap ${map?.name}`)).toEqual(items.map(({ key }) => key).sort());
  });

  test('sets variables that the scripts know, and mounts what they name', async () => {
    const scripts = await Promise.all(
      ['backup.sh', 'backup/connection.sh'].map((name) => readFile(`scripts/${name}`, 'utf8')),
    );
    const container = containerOf(podOf());
    const environment = environmentOf(container);
    expect(Object.keys(environment).filter((name) => !scripts.join().includes(name))).toEqual([]);
    const secret = podOf().spec?.volumes?.find((volume) => volume.secret !== undefined)?.secret;
    const named = Object.values(environment).filter((value) => value.startsWith('/run/secrets/escrowgrid/'));
    expect(named.map((path) => basename(path)).sort()).toEqual(
      keysMadeOf(`secret generic ${secret?.secretName}`),
    );
    const mounts = container.volumeMounts?.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(
      expect.arrayContaining(['/scripts', environment['BACKUP_DIR'], '/run/secrets/escrowgrid']),
    );
    expect(container.command).toEqual(['bash', '/scripts/backup.sh']);
  });
});
