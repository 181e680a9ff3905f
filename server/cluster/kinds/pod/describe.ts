import { since } from '../columns.ts';
import { annotationLines, controllerOf, eventLines, labelLines, longTime } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { containerLines } from './describe-containers.ts';
import { spreadLines, tolerationLines } from './describe-placement.ts';
import { volumeLines } from './describe-volumes.ts';

/** Models kubectl pkg/describe describePod. */
export function describePod(pod: any, context: DescribeContext): string {
  return described((w) => {
    identityLines(w, pod);
    phaseLines(w, pod, context);
    addressLines(w, pod);
    const { spec, status = {} } = pod;
    if ((spec.initContainers ?? []).length > 0) {
      containerLines(w, 'Init Containers', spec.initContainers, {
        statuses: status.initContainerStatuses,
        pod,
      });
    }
    containerLines(w, 'Containers', spec.containers, { statuses: status.containerStatuses, pod });
    if ((spec.ephemeralContainers ?? []).length > 0) {
      const statuses = status.ephemeralContainerStatuses;
      containerLines(w, 'Ephemeral Containers', spec.ephemeralContainers, { statuses, pod });
    }
    conditionLines(w, pod);
    volumeLines(w, spec.volumes);
    w.line(0, `QoS Class:\t${status.qosClass ?? ''}`);
    labelLines(w, 'Node-Selectors', spec.nodeSelector);
    tolerationLines(w, spec.tolerations);
    spreadLines(w, spec.topologySpreadConstraints);
    eventLines(w, pod, context);
  });
}

function identityLines(w: DescribeWriter, { metadata, spec, status = {} }: any): void {
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) w.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) w.line(0, `Service Account:\t${spec.serviceAccountName}`);
  w.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
  if (status.startTime) w.line(0, `Start Time:\t${longTime(status.startTime)}`);
  labelLines(w, 'Labels', metadata.labels);
  annotationLines(w, 'Annotations', metadata.annotations);
}

function phaseLines(w: DescribeWriter, { metadata, spec, status = {} }: any, { now }: DescribeContext): void {
  if (metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.line(0, `Status:\tTerminating (lasts ${since(metadata.deletionTimestamp, now)})`);
    w.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.line(0, `Status:\t${status.phase ?? ''}`);
  if (status.reason) w.line(0, `Reason:\t${status.reason}`);
  if (status.message) w.line(0, `Message:\t${status.message}`);
  const seccomp = spec.securityContext?.seccompProfile;
  if (!seccomp) return;
  w.line(0, `SeccompProfile:\t${seccomp.type}`);
  if (seccomp.type === 'Localhost') w.line(0, `LocalhostProfile:\t${seccomp.localhostProfile}`);
}

function addressLines(w: DescribeWriter, pod: any): void {
  const { status = {} } = pod;
  w.line(0, `IP:\t${status.podIP ?? ''}`);
  const ips: { ip: string }[] = status.podIPs ?? [];
  if (ips.length === 0) w.line(0, 'IPs:\t<none>');
  else w.line(0, 'IPs:');
  for (const { ip } of ips) w.line(1, `IP:\t${ip}`);
  const controller = controllerOf(pod);
  if (controller) w.line(0, `Controlled By:\t${controller}`);
  if (status.nominatedNodeName) w.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
}

function conditionLines(w: DescribeWriter, { spec, status = {} }: any): void {
  const conditions: any[] = status.conditions ?? [];
  if ((spec.readinessGates ?? []).length > 0) {
    w.line(0, 'Readiness Gates:\n  Type\tStatus');
    for (const { conditionType } of spec.readinessGates) {
      const found = conditions.find(({ type }) => type === conditionType)?.status ?? '<none>';
      w.line(1, `${conditionType} \t${found} `);
    }
  }
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:\n  Type\tStatus');
  for (const { type, status: state } of conditions) w.line(1, `${type} \t${state} `);
}
