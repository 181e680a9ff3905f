import { milliValue, quantityValue } from '../../../objects/quantity.ts';
import { since } from '../columns.ts';
import { annotationLines, eventLines, labelLines, longTime } from '../describe/common.ts';
import { type DescribeContext, LEASES, PODS } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { add, podResources, type ResourceList } from '../pod/resources.ts';
import { nodeRoles } from './roles.ts';

/** Models kubectl pkg/describe describeNode. */
export function describeNode(node: any, context: DescribeContext): string {
  const { metadata, spec = {}, status = {} } = node;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Roles:\t${nodeRoles(metadata.labels).join(',') || '<none>'}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    w.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    taintLines(w, spec.taints);
    w.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
    leaseLines(w, metadata.name, context);
    conditionLines(w, status.conditions);
    w.line(0, 'Addresses:');
    for (const { type, address } of status.addresses ?? []) w.line(1, `${type}:\t${address}`);
    resourceLines(w, 'Capacity', status.capacity);
    resourceLines(w, 'Allocatable', status.allocatable);
    systemLines(w, status.nodeInfo ?? {});
    if (spec.podCIDR) w.line(0, `PodCIDR:\t${spec.podCIDR}`);
    if ((spec.podCIDRs ?? []).length > 0) w.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
    if (spec.providerID) w.line(0, `ProviderID:\t${spec.providerID}`);
    podLines(w, node, context);
    eventLines(w, node, context);
  });
}

function taintLines(w: DescribeWriter, taints: readonly any[] = []): void {
  w.write(0, 'Taints:\t');
  if (taints.length === 0) w.line(0, '<none>');
  // Models printTaintsMultilineWithIndent, which sorts by effect, then key.
  const key = ({ key, value = '', effect }: any) => `${effect},${key}=${value}`;
  [...taints]
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
    .forEach(({ key, value, effect }, i) => {
      w.line(0, `${i > 0 ? '\t' : ''}${key}${value ? `=${value}` : ''}:${effect}`);
    });
}

function leaseLines(w: DescribeWriter, name: string, context: DescribeContext): void {
  try {
    const { spec = {} } = context.get(LEASES, 'kube-node-lease', name);
    w.line(0, 'Lease:');
    w.line(1, `HolderIdentity:\t${spec.holderIdentity || '<unset>'}`);
    w.line(1, `AcquireTime:\t${spec.acquireTime ? longTime(spec.acquireTime) : '<unset>'}`);
    w.line(1, `RenewTime:\t${spec.renewTime ? longTime(spec.renewTime) : '<unset>'}`);
  } catch (error) {
    w.line(0, `Lease:\tFailed to get lease: ${(error as Error).message}`);
  }
}

function conditionLines(w: DescribeWriter, conditions: readonly any[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  w.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const one of conditions) {
    const heartbeat = longTime(one.lastHeartbeatTime);
    const change = longTime(one.lastTransitionTime);
    const { type, status, reason = '', message = '' } = one;
    w.line(1, `${type} \t${status} \t${heartbeat} \t${change} \t${reason} \t${message}`);
  }
}

function resourceLines(w: DescribeWriter, title: string, list: ResourceList = {}): void {
  const names = Object.keys(list).sort();
  if (names.length === 0) return;
  w.line(0, `${title}:`);
  for (const name of names) w.line(1, `${name}:\t${list[name]}`);
}

function systemLines(w: DescribeWriter, info: any): void {
  w.line(0, 'System Info:');
  w.line(1, `Machine ID:\t${info.machineID ?? ''}`);
  w.line(1, `System UUID:\t${info.systemUUID ?? ''}`);
  w.line(1, `Boot ID:\t${info.bootID ?? ''}`);
  w.line(1, `Kernel Version:\t${info.kernelVersion ?? ''}`);
  w.line(1, `OS Image:\t${info.osImage ?? ''}`);
  w.line(1, `Operating System:\t${info.operatingSystem ?? ''}`);
  w.line(1, `Architecture:\t${info.architecture ?? ''}`);
  w.line(1, `Container Runtime Version:\t${info.containerRuntimeVersion ?? ''}`);
  w.line(1, `Kubelet Version:\t${info.kubeletVersion ?? ''}`);
  w.line(1, `Kube-Proxy Version:\t${info.kubeProxyVersion ?? ''}`);
}

/** Models kubectl pkg/describe describeNodeResource. */
function podLines(w: DescribeWriter, node: any, context: DescribeContext): void {
  const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  let pods: any[];
  try {
    pods = context.list(PODS, { fieldSelector });
  } catch {
    w.line(0, 'Pods:\tnot authorized');
    return;
  }
  const { capacity = {}, allocatable = capacity } = node.status ?? {};
  const requested: ResourceList = {};
  const limited: ResourceList = {};
  w.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  w.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  w.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const pod of pods) {
    const { requests, limits } = podResources(pod);
    add(requested, requests);
    add(limited, limits);
    const cells = ['cpu', 'memory'].flatMap((name) =>
      [requests, limits].map((list) => share(name, list, allocatable)),
    );
    const { namespace, name, creationTimestamp } = pod.metadata;
    w.line(1, `${namespace}\t${name}\t\t${cells.join('\t')}\t${since(creationTimestamp, context.now)}`);
  }
  w.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  w.line(1, 'Resource\tRequests\tLimits');
  w.line(1, '--------\t--------\t------');
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    w.line(1, `${name}\t${share(name, requested, allocatable)}\t${share(name, limited, allocatable)}`);
  }
  otherLines(w, allocatable, requested, limited);
}

const LISTED = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

function otherLines(
  w: DescribeWriter,
  allocatable: ResourceList,
  requested: ResourceList,
  limited: ResourceList,
) {
  const others = Object.keys(allocatable)
    .filter((name) => !LISTED.has(name))
    .sort();
  for (const name of others.filter((one) => one.startsWith('hugepages-'))) {
    w.line(1, `${name}\t${share(name, requested, allocatable)}\t${share(name, limited, allocatable)}`);
  }
  for (const name of others.filter((one) => !one.startsWith('hugepages-'))) {
    w.line(1, `${name}\t${requested[name] ?? '0'}\t${limited[name] ?? '0'}`);
  }
}

/** `250m (12%)`. */
function share(name: string, list: ResourceList, allocatable: ResourceList): string {
  const value = list[name] ?? '0';
  const measure = name === 'cpu' ? milliValue : quantityValue;
  const whole = measure(allocatable[name]);
  const percent = whole === 0 ? 0 : Math.trunc((measure(value) / whole) * 100);
  return `${value} (${percent}%)`;
}
