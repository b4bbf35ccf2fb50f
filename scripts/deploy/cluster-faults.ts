import type { Configuration } from '#config';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import { containerOf, ofKind, podTemplates, theOnly, type Manifest } from './manifests.js';
import type { Facts } from './pod-faults.js';

/** What PostgreSQL allows unless told otherwise, less those that it keeps for superusers. */
const DATABASE_CONNECTIONS = 97;
/** Each worker asks about readiness on a connection of its own. */
const PROBE_CONNECTIONS = 1;
/** A replica that is told to take new settings has its workers twice for a while; one does so at a time. */
const RELOADING_REPLICAS = 1;
/** An export reads on a connection of its own. */
const EXPORT_CONNECTIONS = 1;
/** Of the first process, which serves nobody, and of each worker beside its heap: code, buffers, young objects. */
const PRIMARY_MEBIBYTES = 256;
const MEBIBYTES_BESIDE_HEAP = 128;
const ALLOWED_EGRESS = [53, 5432, 6432];
/** How long a prefix of addresses is at the least that a rule may name. */
const NARROW_IPV4 = 24;
const NARROW_IPV6 = 64;

type Labels = Readonly<Record<string, string>>;

/** What the objects around the pods say that does not fit the pods, or each other. */
export function clusterFaults(manifests: readonly Manifest[], facts: Facts): string[] {
  return [
    ...selectorFaults(manifests),
    ...portFaults(manifests, facts),
    ...rolloutFaults(manifests),
    ...kustomizationFaults(manifests),
  ];
}

/** What the deployment does not have room for, when it runs with this configuration. */
export function roomFaults(
  manifests: readonly Manifest[],
  { workers, store }: Configuration,
  maxHeapMebibytes: number,
): string[] {
  const deployment = theOnly(manifests, 'Deployment');
  const template = podTemplates([{ file: '', document: deployment }])[0]?.template ?? {};
  const limit = String(containerOf(template).resources?.limits?.['memory']);
  const needed = PRIMARY_MEBIBYTES + 2 * workers * (maxHeapMebibytes + MEBIBYTES_BESIDE_HEAP);
  const poolMax = store.backend === 'postgres' ? store.database.poolMax : Infinity;
  const connections = connectionsOf(manifests, { workers, poolMax });
  const faults: string[] = [];
  if (!/^\d+Mi$/.test(limit) || Number.parseInt(limit) < needed) {
    faults.push(`Deployment: ${limit} of memory is less than ${needed}Mi`);
  }
  if (!(connections <= DATABASE_CONNECTIONS)) {
    faults.push(`HorizontalPodAutoscaler: ${connections} connections are more than ${DATABASE_CONNECTIONS}`);
  }
  return faults;
}

/** How many connections to PostgreSQL all replicas have at the most, during a roll-out and a change of settings too. */
export function connectionsOf(
  manifests: readonly Manifest[],
  { workers, poolMax }: { readonly workers: number; readonly poolMax: number },
): number {
  const surge = Number(theOnly(manifests, 'Deployment').spec?.strategy?.rollingUpdate?.maxSurge);
  const { maxReplicas } = theOnly(manifests, 'HorizontalPodAutoscaler').spec ?? {};
  const replicas = Number(maxReplicas) + surge + RELOADING_REPLICAS;
  return replicas * workers * (poolMax + PROBE_CONNECTIONS) + EXPORT_CONNECTIONS;
}

function selectorFaults(manifests: readonly Manifest[]): string[] {
  const deployment = theOnly(manifests, 'Deployment');
  const labels: Labels = deployment.spec?.template.metadata?.labels ?? {};
  const others = podTemplates(manifests)
    .filter(({ owner }) => owner !== 'Deployment')
    .map(({ template }) => template.metadata?.labels ?? {});
  const spread = deployment.spec?.template.spec?.topologySpreadConstraints ?? [];
  const selectors: [string, Labels | undefined][] = [
    ['Deployment', deployment.spec?.selector.matchLabels],
    ['Service', theOnly(manifests, 'Service').spec?.selector],
    ['PodDisruptionBudget', theOnly(manifests, 'PodDisruptionBudget').spec?.selector?.matchLabels],
    ...spread.map(({ labelSelector }): [string, Labels | undefined] => [
      'spread',
      labelSelector?.matchLabels,
    ]),
  ];
  const faults = selectors.flatMap(([owner, selector]) => {
    if (!selects(selector, labels)) return [`${owner}: it selects no pod of the service`];
    return others.some((each) => selects(selector, each)) ? [`${owner}: it selects pods of jobs`] : [];
  });
  const { podSelector } = theOnly(manifests, 'NetworkPolicy').spec ?? {};
  if (podSelector === undefined || Object.keys(podSelector).length > 0) {
    faults.push('NetworkPolicy: it does not hold for every pod of the namespace');
  }
  return faults;
}

function selects(selector: Labels | undefined, labels: Labels): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function portFaults(manifests: readonly Manifest[], facts: Facts): string[] {
  const faults: string[] = [];
  const { ports = [] } = containerOf(theOnly(manifests, 'Deployment').spec?.template ?? {});
  for (const { targetPort } of theOnly(manifests, 'Service').spec?.ports ?? []) {
    if (!ports.some(({ name }) => name === targetPort))
      faults.push(`Service: no port is called ${targetPort}`);
  }
  const { ingress = [], egress = [], policyTypes } = theOnly(manifests, 'NetworkPolicy').spec ?? {};
  if (policyTypes?.toSorted().join() !== 'Egress,Ingress')
    faults.push('NetworkPolicy: it leaves one way open');
  const inward = ingress.flatMap((rule) => rule.ports?.map(({ port }) => port) ?? [undefined]);
  if (inward.length === 0 || inward.some((port) => port !== facts.port)) {
    faults.push(`NetworkPolicy: it lets in to ${inward.join()}, the service listens on ${facts.port}`);
  }
  for (const port of egress.flatMap((rule) => rule.ports?.map((each) => each.port) ?? [undefined])) {
    if (!ALLOWED_EGRESS.includes(Number(port)))
      faults.push(`NetworkPolicy: it lets out to ${port ?? 'any port'}`);
  }
  return [
    ...faults,
    ...ingress.flatMap(({ from }) => peerFaults(from)),
    ...egress.flatMap(({ to }) => peerFaults(to)),
  ];
}

/** Who is at the other end of a rule must be said: pods of labels that are named, or addresses of one small network. */
function peerFaults(peers: readonly INetworkPolicyPeer[] = []): string[] {
  if (peers.length === 0) return ['NetworkPolicy: it does not say with whom'];
  return peers.flatMap(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock !== undefined) {
      const [address = '', length] = ipBlock.cidr.split('/');
      const least = address.includes(':') ? NARROW_IPV6 : NARROW_IPV4;
      return Number(length) >= least ? [] : [`NetworkPolicy: ${ipBlock.cidr} is too wide`];
    }
    const labels = { ...namespaceSelector?.matchLabels, ...podSelector?.matchLabels };
    return Object.keys(labels).length > 0 ? [] : ['NetworkPolicy: it means every pod'];
  });
}

function rolloutFaults(manifests: readonly Manifest[]): string[] {
  const { metadata, spec } = theOnly(manifests, 'Deployment');
  const autoscaler = theOnly(manifests, 'HorizontalPodAutoscaler').spec;
  const target = autoscaler?.scaleTargetRef;
  const wanted: Record<string, boolean> = {
    'Deployment: it takes a pod away before the next one is ready':
      spec?.strategy?.rollingUpdate?.maxUnavailable === 0,
    'Deployment: it says how many replicas there are, as the autoscaler does': spec?.replicas === undefined,
    'HorizontalPodAutoscaler: it scales something else':
      target?.kind === 'Deployment' && target.name === metadata?.name,
    'HorizontalPodAutoscaler: one replica may be left': Number(autoscaler?.minReplicas) >= 2,
    'PodDisruptionBudget: it lets more than one go':
      theOnly(manifests, 'PodDisruptionBudget').spec?.maxUnavailable === 1,
  };
  return Object.entries(wanted).flatMap(([fault, isRight]) => (isRight ? [] : [fault]));
}

/** Files that are meant to be read, or to be applied by themselves, are not among its resources. */
function kustomizationFaults(manifests: readonly Manifest[]): string[] {
  const { resources, namespace } = theOnly(manifests, 'Kustomization');
  const files = new Set(manifests.map(({ file }) => file));
  const apart = ['kustomization.yaml', 'secret.example.yaml', 'backup-cronjob.yaml'];
  const missing = [...files].filter((file) => !resources.includes(file) && !apart.includes(file));
  const unknown = resources.filter((file) => !files.has(file) || apart.includes(file));
  const names = ofKind(manifests, 'Namespace').map(({ metadata }) => metadata?.name);
  return [
    ...missing.map((file) => `kustomization.yaml: it leaves out ${file}`),
    ...unknown.map((file) => `kustomization.yaml: ${file} is none of its own`),
    ...(names.join() === namespace ? [] : ['kustomization.yaml: its namespace is not the one that is made']),
  ];
}
