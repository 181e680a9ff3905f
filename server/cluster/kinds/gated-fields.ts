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

interface Step {
  readonly name: string;
  /** Each item of the list. */
  readonly isEach: boolean;
}

/** The paths taken apart: objects are looked through at every write. */
const STEPS_OF_KIND = new Map(
  Object.entries(OF_KIND).map(([kind, fields]) => [
    kind,
    fields.map(([gate, path]) => ({ gate, steps: path.split('.').map(stepOf) })),
  ]),
);

function stepOf(text: string): Step {
  return { name: text.replace('[]', ''), isEach: text.endsWith('[]') };
}

/** Takes away, in place, what gates that are off have no place for, unless the old state has it already. */
export function dropGatedFields(object: KubeObject, isOn: (gate: string) => boolean, old?: KubeObject): void {
  for (const { gate, steps } of STEPS_OF_KIND.get(object.kind) ?? []) {
    if (!hasField(object, steps, 0) || isOn(gate)) continue;
    if (old === undefined || !hasField(old, steps, 0)) dropField(object, steps, 0);
  }
}

function hasField(value: any, steps: readonly Step[], at: number): boolean {
  const step = steps[at];
  if (step === undefined) return value !== undefined;
  const found = value?.[step.name];
  if (found === undefined || found === null) return false;
  if (!step.isEach) return hasField(found, steps, at + 1);
  return Array.isArray(found) && found.some((item) => hasField(item, steps, at + 1));
}

function dropField(value: any, steps: readonly Step[], at: number): void {
  const { name, isEach } = steps[at] as Step;
  const found = value?.[name];
  if (found === undefined || found === null) return;
  if (at === steps.length - 1) {
    delete value[name];
    return;
  }
  for (const part of isEach ? (Array.isArray(found) ? found : []) : [found]) dropField(part, steps, at + 1);
  // Handlers that nobody is left of.
  if (name === 'lifecycle' && Object.keys(found).length === 0) delete value.lifecycle;
}
