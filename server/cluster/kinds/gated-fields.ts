import type { KubeObject } from '../../objects/object.ts';

/** Fields that exist only where a feature gate is on: gate and path, `[]` for each item. */
type GatedField = readonly [gate: string, path: string];

const OF_CONTAINERS: readonly GatedField[] = [
  ['DynamicResourceAllocation', 'resources.claims'],
  ['ContainerStopSignals', 'lifecycle.stopSignal'],
  ['PodLifecycleSleepAction', 'lifecycle.preStop.sleep'],
  ['PodLifecycleSleepAction', 'lifecycle.postStart.sleep'],
  ['ProcMountType', 'securityContext.procMount'],
];

/** Models pkg/api/pod dropDisabledFields. */
const OF_POD_SPEC: readonly GatedField[] = [
  ['PodLevelResources', 'resources'],
  ['DynamicResourceAllocation', 'resourceClaims'],
  ['ImageVolume', 'volumes[].image'],
  ['ClusterTrustBundleProjection', 'volumes[].projected.sources[].clusterTrustBundle'],
  ['SupplementalGroupsPolicy', 'securityContext.supplementalGroupsPolicy'],
  ['SELinuxChangePolicy', 'securityContext.seLinuxChangePolicy'],
  ['UserNamespacesSupport', 'hostUsers'],
  ['MatchLabelKeysInPodTopologySpread', 'topologySpreadConstraints[].matchLabelKeys'],
  ...['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    OF_CONTAINERS.map(([gate, path]): GatedField => [gate, `${list}[].${path}`]),
  ),
];

const below = (place: string) => OF_POD_SPEC.map(([gate, path]): GatedField => [gate, `${place}.${path}`]);
const TEMPLATE = below('spec.template.spec');

/** Models the dropDisabledFields of pkg/registry strategies. */
const OF_KIND: Readonly<Record<string, readonly GatedField[]>> = {
  Pod: below('spec'),
  PodTemplate: below('template.spec'),
  ReplicationController: TEMPLATE,
  ReplicaSet: TEMPLATE,
  Deployment: TEMPLATE,
  DaemonSet: TEMPLATE,
  StatefulSet: [
    ...TEMPLATE,
    ['MaxUnavailableStatefulSet', 'spec.updateStrategy.rollingUpdate.maxUnavailable'],
  ],
  Job: [
    ...TEMPLATE,
    ['JobManagedBy', 'spec.managedBy'],
    ['JobPodReplacementPolicy', 'spec.podReplacementPolicy'],
  ],
  CronJob: [
    ...below('spec.jobTemplate.spec.template.spec'),
    ['JobManagedBy', 'spec.jobTemplate.spec.managedBy'],
    ['JobPodReplacementPolicy', 'spec.jobTemplate.spec.podReplacementPolicy'],
  ],
  HorizontalPodAutoscaler: [
    ['HPAConfigurableTolerance', 'spec.behavior.scaleUp.tolerance'],
    ['HPAConfigurableTolerance', 'spec.behavior.scaleDown.tolerance'],
  ],
  PersistentVolumeClaim: [['VolumeAttributesClass', 'spec.volumeAttributesClassName']],
  PersistentVolume: [['VolumeAttributesClass', 'spec.volumeAttributesClassName']],
};

/** Takes away, in place, what gates that are off have no place for, unless the old state has it already. */
export function dropGatedFields(object: KubeObject, isOn: (gate: string) => boolean, old?: KubeObject): void {
  for (const [gate, path] of OF_KIND[object.kind] ?? []) {
    if (isOn(gate)) continue;
    const steps = path.split('.');
    if (old === undefined || !hasField(old, steps)) dropField(object, steps);
  }
}

function hasField(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  return partsOf(value, step).some((part) => hasField(part, rest));
}

function dropField(value: any, [step = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    if (value) delete value[step];
    return;
  }
  for (const part of partsOf(value, step)) dropField(part, rest);
  // Handlers that nobody is left of.
  if (step === 'lifecycle' && value?.lifecycle && Object.keys(value.lifecycle).length === 0)
    delete value.lifecycle;
}

function partsOf(value: any, step: string): readonly unknown[] {
  const found = value?.[step.replace('[]', '')];
  if (found === undefined || found === null) return [];
  return step.endsWith('[]') ? (Array.isArray(found) ? found : []) : [found];
}
