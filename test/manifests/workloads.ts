/** What every workload must hold. Rules give a line each, so that planted faults can be looked for. */
import { at, type Manifest, type Part } from './objects.js';

const WORKLOADS = ['Deployment', 'StatefulSet'];
/** A service lingers for a second after its work has ended. */
const LINGER_S = 1;
/** Members of consumer groups: of them none may be more than there are partitions. */
const MEMBERS = ['decoder-stream', 'tasks-stream', 'alarm-webhook'];

export const isWorkload = ({ kind }: Manifest): boolean => WORKLOADS.includes(kind);

function containerOf(workload: Manifest): unknown {
  return at(workload, 'spec', 'template', 'spec', 'containers', 0);
}

/** Arguments of the container: the command of `dynamic-deep`, then its flags. */
export function argumentsOf(workload: Manifest): string[] {
  return (at(containerOf(workload), 'args') as string[] | undefined) ?? [];
}

export function variablesOf(workload: Manifest): string[] {
  const env = (at(containerOf(workload), 'env') as { name: string }[] | undefined) ?? [];
  return env.map(({ name }) => name);
}

const labelOf = (part: unknown): unknown => at(part, 'app.kubernetes.io/component');

/** Mistakes of one workload, in the context of all objects; `forceMs` is the services' own last moment. */
export function workloadMistakes(workload: Manifest, all: readonly Manifest[], forceMs: number): string[] {
  const { name } = workload.metadata;
  const pod = at(workload, 'spec', 'template', 'spec');
  const container = containerOf(workload);
  const grace = Number(at(pod, 'terminationGracePeriodSeconds'));
  const preStop = Number(at(container, 'lifecycle', 'preStop', 'sleep', 'seconds'));
  const same = (kind: string): boolean =>
    all.some((one) => one.kind === kind && labelOf(at(one, 'spec', kind === 'NetworkPolicy' ? 'podSelector' : 'selector', 'matchLabels')) === name); // prettier-ignore
  const path = (probe: string): unknown => at(container, probe, 'httpGet', 'path');
  const spread = ((at(pod, 'topologySpreadConstraints') as Part[] | undefined) ?? []).map(
    ({ topologyKey }) => topologyKey,
  );
  const rules: [boolean, string][] = [
    [at(pod, 'automountServiceAccountToken') === false, 'mounts a token'],
    [all.some((one) => one.kind === 'ServiceAccount' && one.metadata.name === at(pod, 'serviceAccountName') && one['automountServiceAccountToken'] === false), 'has no service account of its own without a token'], // prettier-ignore
    [at(pod, 'enableServiceLinks') === false, 'takes in service links'],
    [at(pod, 'securityContext', 'runAsNonRoot') === true && Number(at(pod, 'securityContext', 'runAsUser')) > 0, 'may run as root'], // prettier-ignore
    [at(pod, 'securityContext', 'seccompProfile', 'type') === 'RuntimeDefault', 'has no seccomp profile'],
    [at(container, 'securityContext', 'allowPrivilegeEscalation') === false, 'may gain privileges'],
    [at(container, 'securityContext', 'readOnlyRootFilesystem') === true, 'writes to its root file system'],
    [JSON.stringify(at(container, 'securityContext', 'capabilities', 'drop')) === '["ALL"]', 'keeps capabilities'],
    [
      at(container, 'command') === undefined,
      'is started by something else than the entry point: node must be process 1',
    ],
    [path('livenessProbe') === '/healthz' && path('startupProbe') === '/healthz', 'liveness does not ask /healthz'],
    [path('readinessProbe') === '/readyz', 'readiness does not ask /readyz'],
    [preStop > 0, 'has no preStop'],
    [grace > preStop + forceMs / 1000 + LINGER_S, `grace of ${grace} s is no longer than preStop and drain`],
    [['requests', 'limits'].every((part) => ['cpu', 'memory'].every((what) => at(container, 'resources', part, what) !== undefined)), 'lacks requests or limits'], // prettier-ignore
    [spread.includes('topology.kubernetes.io/zone') && spread.includes('kubernetes.io/hostname'), 'is not spread over zones and nodes'], // prettier-ignore
    [same('PodDisruptionBudget'), 'has no disruption budget'],
    [same('NetworkPolicy'), 'has no network policy'],
    [at(workload, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') === 0 || !MEMBERS.includes(name), 'surges: a member more than there are partitions'], // prettier-ignore
    [labelOf(at(workload, 'spec', 'template', 'metadata', 'labels')) === name, 'has no label of its component'],
  ];
  return rules.filter(([holds]) => !holds).map(([, mistake]) => `${name} ${mistake}`);
}

/** Mistakes of one ScaledObject, where its topics have `partitions` partitions. */
export function scalingMistakes(scaled: Manifest, partitions: number): string[] {
  const { name } = scaled.metadata;
  const spec = at(scaled, 'spec');
  const behavior = at(spec, 'advanced', 'horizontalPodAutoscalerConfig', 'behavior');
  const onePod = (way: string): boolean => {
    const policies = (at(behavior, way, 'policies') as Part[] | undefined) ?? [];
    return policies.length === 1 && policies.every(({ type, value }) => type === 'Pods' && value === 1);
  };
  const triggers = ((at(spec, 'triggers') as Part[] | undefined) ?? []).map(
    ({ metadata }) => metadata as Record<string, string>,
  );
  const rules: [boolean, string][] = [
    [Number(at(spec, 'maxReplicaCount')) <= partitions, `may have more members than ${partitions} partitions`],
    [Number(at(spec, 'minReplicaCount')) >= 1, 'may be scaled to nothing'],
    [Number(at(behavior, 'scaleDown', 'stabilizationWindowSeconds')) >= 1800, 'shrinks in haste'],
    [onePod('scaleUp') && onePod('scaleDown'), 'moves more than one pod a period'],
    [triggers.length > 0, 'follows no lag'],
    ...triggers.flatMap(({ topic, activationLagThreshold, lagThreshold, allowIdleConsumers }): [boolean, string][] => [
      // A marker a partition is a lag that nobody can work off.
      [Number(activationLagThreshold) > partitions, `is activated by markers of ${topic}`],
      [Number(lagThreshold) > partitions, `is scaled by markers of ${topic}`],
      [allowIdleConsumers === 'false', `lets members of ${topic} idle`],
    ]),
  ];
  return rules.filter(([holds]) => !holds).map(([, mistake]) => `${name} ${mistake}`);
}
