import { dirname, basename } from 'node:path';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IProbe } from 'kubernetes-models/v1/Probe';
import { containerOf, environmentOf, ofKind, podTemplates, theOnly, type Manifest } from './manifests.js';

/** What is true of the service, which the manifests must agree with. */
export interface Facts {
  /** Paths that it answers GET on. */
  readonly routes: ReadonlySet<string>;
  /** Where it listens unless told otherwise. */
  readonly port: number;
  /** Who the image runs as. */
  readonly user: string;
  /** Whether the image understands these words as a command. */
  isCommand(words: readonly string[]): boolean;
}

const PROBES = { startupProbe: 'startup', livenessProbe: 'live', readinessProbe: 'ready' } as const;

/**
 * What pods of the service ask for that the service does not have, or that they must not have. Pods of
 * a CronJob run programs that are not the service's.
 */
export function podFaults(manifests: readonly Manifest[], facts: Facts): string[] {
  return podTemplates(manifests).flatMap(({ owner, template }) =>
    [
      ...isolationFaults(template, facts),
      ...imageFaults(containerOf(template), manifests),
      ...(owner === 'CronJob' ? [] : mountFaults(template, manifests)),
      ...(owner === 'Deployment' ? serviceFaults(template, facts) : []),
      ...(owner === 'Job' ? commandFaults(containerOf(template), facts) : []),
    ].map((fault) => `${owner}: ${fault}`),
  );
}

function isolationFaults(template: IPodTemplateSpec, { user }: Facts): string[] {
  const { spec } = template;
  const { securityContext: own } = containerOf(template);
  const group = spec?.securityContext;
  const wanted: Record<string, boolean> = {
    'runs as a user that is not root': group?.runAsNonRoot === true && group.runAsUser !== 0,
    'runs as the user of the image':
      /[:/]/.test(containerOf(template).image ?? '') || `${group?.runAsUser}:${group?.runAsGroup}` === user,
    'has files that its group may read': group?.fsGroup === group?.runAsGroup,
    'is held to the seccomp profile of the runtime': group?.seccompProfile?.type === 'RuntimeDefault',
    'has a read-only root file system': own?.readOnlyRootFilesystem === true,
    'cannot gain privileges': own?.allowPrivilegeEscalation === false && own.privileged !== true,
    'has no capabilities':
      own?.capabilities?.drop?.includes('ALL') === true && own.capabilities.add === undefined,
    'has no token of the cluster': spec?.automountServiceAccountToken === false,
    'has a limit of memory': containerOf(template).resources?.limits?.['memory'] !== undefined,
    'shares nothing with its node': !spec?.hostNetwork && !spec?.hostPID && !spec?.hostIPC,
  };
  return Object.entries(wanted).flatMap(([words, isSo]) => (isSo ? [] : [`not true that it ${words}`]));
}

function imageFaults({ image = '' }: IContainer, manifests: readonly Manifest[]): string[] {
  if (/:(?!latest$)[\w.-]+$/.test(image)) return [];
  const named = theOnly(manifests, 'Kustomization').images.find(({ name }) => name === image);
  if (named === undefined) return [`the kustomization does not say which ${image} is`];
  return /^(latest|)$/.test(named.newTag) ? [`${image} is of no fixed version`] : [];
}

/** Every file that a variable names must be in a volume, under a name that its source has. */
function mountFaults(template: IPodTemplateSpec, manifests: readonly Manifest[]): string[] {
  const container = containerOf(template);
  return Object.entries(environmentOf(container)).flatMap(([name, value]) => {
    if (!value.startsWith('/')) return [];
    const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === dirname(value));
    const volume = template.spec?.volumes?.find((each) => each.name === mount?.name);
    const secret = ofKind(manifests, 'Secret').find(
      (each) => each.metadata?.name === volume?.secret?.secretName,
    );
    const map = ofKind(manifests, 'ConfigMap').find(
      (each) => each.metadata?.name === volume?.configMap?.name,
    );
    const keys = Object.keys(secret?.stringData ?? map?.data ?? {});
    return keys.includes(basename(value)) ? [] : [`${name}: no volume holds ${value}`];
  });
}

function commandFaults({ command, args = [] }: IContainer, facts: Facts): string[] {
  if (command !== undefined) return ['it replaces the entry point'];
  return facts.isCommand(args) ? [] : [`${args.join(' ')} is no command of the image`];
}

function serviceFaults(template: IPodTemplateSpec, facts: Facts): string[] {
  const container = containerOf(template);
  const environment = environmentOf(container);
  const port = Number(environment['PORT'] ?? facts.port);
  const ports = container.ports?.map(({ containerPort }) => containerPort) ?? [];
  const drain = Number(environment['SHUTDOWN_DRAIN_SECONDS']);
  const deadline = Number(environment['SHUTDOWN_DEADLINE_SECONDS']);
  const grace = template.spec?.terminationGracePeriodSeconds ?? 30;
  const probes = Object.keys(PROBES) as (keyof typeof PROBES)[];
  return [
    ...((container.command ?? container.args) ? ['it replaces the command of the image'] : []),
    ...(ports.length === 1 && ports[0] === port
      ? []
      : [`its port is ${ports.join()}, the service listens on ${port}`]),
    ...(drain < deadline && deadline < grace
      ? []
      : ['it is killed before the service has had its time to end']),
    ...probes.flatMap((name) => probeFaults(name, container[name], container, facts)),
  ];
}

function probeFaults(
  name: keyof typeof PROBES,
  probe: IProbe | undefined,
  { ports = [] }: IContainer,
  { routes }: Facts,
): string[] {
  const { path = '', port } = probe?.httpGet ?? {};
  const faults: string[] = [];
  if (!path.endsWith(`/${PROBES[name]}`) || !routes.has(path))
    faults.push(`${name} asks ${path}, which is no such route`);
  if (!ports.some((each) => each.name === port))
    faults.push(`${name} asks port ${port}, which has no such name`);
  return faults;
}
