import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { parseAllDocuments } from 'yaml';

/** kustomize's own file, of which Kubernetes knows nothing. */
export interface Kustomization {
  readonly apiVersion: 'kustomize.config.k8s.io/v1beta1';
  readonly kind: 'Kustomization';
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
}

export interface Kinds {
  ConfigMap: IConfigMap;
  CronJob: ICronJob;
  Deployment: IDeployment;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Job: IJob;
  Kustomization: Kustomization;
  Namespace: INamespace;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  Secret: ISecret;
  Service: IService;
  ServiceAccount: IServiceAccount;
}

/** One document of a file of manifests. */
export interface Manifest {
  readonly file: string;
  readonly document: { readonly kind: string; readonly apiVersion: string };
}

/**
 * Every document in the YAML files of a folder.
 *
 * @throws Error where one is no YAML
 */
export async function readManifests(folder: string): Promise<Manifest[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const read = files.map(async (file) =>
    parseAllDocuments(await readFile(join(folder, file), 'utf8')).map((parsed) => {
      for (const error of parsed.errors) throw new Error(`${file}: ${error.message}`);
      return { file, document: parsed.toJS() as Manifest['document'] };
    }),
  );
  return (await Promise.all(read)).flat();
}

/** The documents of one kind. */
export function ofKind<Kind extends keyof Kinds>(manifests: readonly Manifest[], kind: Kind): Kinds[Kind][] {
  return manifests.flatMap(({ document }) => (document.kind === kind ? [document as Kinds[Kind]] : []));
}

/**
 * The only document of a kind.
 *
 * @throws Error where there is none, or several
 */
export function theOnly<Kind extends keyof Kinds>(manifests: readonly Manifest[], kind: Kind): Kinds[Kind] {
  const [found, ...others] = ofKind(manifests, kind);
  if (found === undefined || others.length > 0) throw new Error(`There is not exactly one ${kind}.`);
  return found;
}

/** What makes pods, with the name of what it belongs to. */
export function podTemplates(
  manifests: readonly Manifest[],
): { owner: string; template: IPodTemplateSpec }[] {
  return [
    ...ofKind(manifests, 'Deployment').map(({ spec }) => ({ owner: 'Deployment', template: spec?.template })),
    ...ofKind(manifests, 'Job').map(({ spec }) => ({ owner: 'Job', template: spec?.template })),
    ...ofKind(manifests, 'CronJob').map(({ spec }) => ({
      owner: 'CronJob',
      template: spec?.jobTemplate.spec?.template,
    })),
  ].flatMap(({ owner, template }) => (template === undefined ? [] : [{ owner, template }]));
}

/** The container of a pod that has one only. */
export function containerOf({ spec }: IPodTemplateSpec): IContainer {
  const [container, ...others] = spec?.containers ?? [];
  if (container === undefined || others.length > 0) throw new Error('A pod has not exactly one container.');
  return container;
}

/** The variables of a container, where they are said as texts. */
export function environmentOf({ env = [] }: IContainer): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
}
