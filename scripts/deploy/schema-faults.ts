import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Manifest } from './manifests.js';

const MODELS = [
  ConfigMap,
  CronJob,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
];

/** An object of a document, and which of its members the schema looked at. */
interface Looked {
  readonly path: string;
  readonly names: readonly string[];
  readonly seen: Set<PropertyKey>;
}

/** What Kubernetes' schema has against a document: a wrong or missing value, or a member that it does not know. */
export function schemaFaults({ file, document }: Manifest): string[] {
  const model = MODELS.find(
    ({ kind, apiVersion }) => kind === document.kind && apiVersion === document.apiVersion,
  );
  if (model === undefined) return [`${file}: ${document.apiVersion} ${document.kind} is not known`];
  const looked: Looked[] = [];
  const watched = watch(document, '', looked);
  try {
    // The schema itself lets pass what it does not know, but never looks at it.
    (model.prototype as { validate(): void }).validate.call(watched);
  } catch (error) {
    return [`${file}: ${(error as Error).message}`];
  }
  return looked.flatMap(({ path, names, seen }) =>
    names.filter((name) => !seen.has(name)).map((name) => `${file}: ${path}/${name} is not known`),
  );
}

function watch(value: unknown, path: string, looked: Looked[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map<PropertyKey, unknown>(
    Object.entries(value).map(([name, member]) => [name, watch(member, `${path}/${name}`, looked)]),
  );
  const seen = new Set<PropertyKey>();
  looked.push({ path, names: Object.keys(value), seen });
  return new Proxy(value, {
    get(target, name): unknown {
      seen.add(name);
      return members.has(name) ? members.get(name) : Reflect.get(target, name);
    },
  });
}
