import { deployment, doc, type Examples, pod } from './yaml.ts';

const DNSUTILS = 'registry.k8s.io/e2e-test-images/agnhost:2.39';

/** The limit range of a namespace's containers. */
const limits = (name: string, fields: string) =>
  doc('v1', 'LimitRange', `name: ${name}`, `spec: {limits: [{${fields}, type: Container}]}`);
const quota = (name: string, hard: string) =>
  doc('v1', 'ResourceQuota', `name: ${name}`, `spec: {hard: {${hard}}}`);
/** An nginx pod that asks for something of a resource. */
const asks = (name: string, resources: string) =>
  pod(
    name,
    `containers: [{name: ${name}-ctr, image: nginx${resources ? `, resources: {${resources}}` : ''}}]`,
  );

function perResource(kind: 'memory' | 'cpu', sizes: readonly string[]): Examples {
  const [request, limit, min, max, middle, half, much] = sizes;
  const at = `admin/resource/${kind}`;
  const demo = `default-${kind === 'cpu' ? 'cpu' : 'mem'}-demo`;
  const range = `${kind === 'cpu' ? 'cpu' : 'mem'}`;
  const bounded = (of: string, upTo: string) => `limits: {${kind}: ${upTo}}, requests: {${kind}: ${of}}`;
  const constraint = `constraints-${range}-demo`;
  return {
    [`${at}-defaults`]: [
      limits(`${range}-limit-range`, `default: {${kind}: ${limit}}, defaultRequest: {${kind}: ${request}}`),
    ],
    [`${at}-defaults-pod`]: [asks(demo, '')],
    [`${at}-defaults-pod-2`]: [asks(`${demo}-2`, `limits: {${kind}: ${max}}`)],
    [`${at}-defaults-pod-3`]: [asks(`${demo}-3`, `requests: {${kind}: ${half}}`)],
    [`${at}-constraints`]: [
      limits(`${range}-min-max-demo-lr`, `max: {${kind}: ${max}}, min: {${kind}: ${min}}`),
    ],
    [`${at}-constraints-pod`]: [asks(constraint, bounded(min as string, middle as string))],
    [`${at}-constraints-pod-2`]: [asks(`${constraint}-2`, bounded(min as string, much as string))],
    [`${at}-constraints-pod-4`]: [asks(`${constraint}-4`, '')],
  };
}

const RESOURCES: Examples = {
  ...perResource('memory', ['256Mi', '512Mi', '500Mi', '1Gi', '800Mi', '128Mi', '1.5Gi']),
  ...perResource('cpu', ['"0.5"', '"1"', '200m', '800m', '800m', '"0.75"', '"1.5"']),
  'admin/resource/quota-mem-cpu': [
    quota('mem-cpu-demo', 'requests.cpu: "1", requests.memory: 1Gi, limits.cpu: "2", limits.memory: 2Gi'),
  ],
  'admin/resource/quota-mem-cpu-pod': [
    asks('quota-mem-cpu-demo', 'limits: {memory: 800Mi, cpu: 800m}, requests: {memory: 600Mi, cpu: 400m}'),
  ],
  'admin/resource/quota-mem-cpu-pod-2': [
    pod(
      'quota-mem-cpu-demo-2',
      'containers: [{name: quota-mem-cpu-demo-2-ctr, image: redis, resources: {limits: {memory: 1Gi, cpu: 800m}, requests: {memory: 700Mi, cpu: 400m}}}]',
    ),
  ],
  'admin/resource/quota-pod': [quota('pod-demo', 'pods: "2"')],
  'admin/resource/quota-pod-deployment': [
    deployment(
      'pod-quota-demo',
      'purpose: quota-demo',
      3,
      'containers: [{name: pod-quota-demo, image: nginx}]',
    ),
  ],
  'admin/resource/quota-objects': [
    quota(
      'object-quota-demo',
      'persistentvolumeclaims: "1", services.loadbalancers: "2", services.nodeports: "0"',
    ),
  ],
};

const counter = (more: string) =>
  pod(
    'counter',
    `containers: [{name: count, image: busybox:1.28, args: [/bin/sh, -c, 'i=0; while true; do echo "$i: $(date)" >> /var/log/1.log; echo "$(date) INFO $i" >> /var/log/2.log; i=$((i+1)); sleep 1; done'],
      volumeMounts: [{name: varlog, mountPath: /var/log}]}${more}], volumes: [{name: varlog, emptyDir: {}}]`,
  );
const tail = (number: number) =>
  `, {name: count-log-${number}, image: busybox:1.28, args: [/bin/sh, -c, tail -n+1 -F /var/log/${number}.log], volumeMounts: [{name: varlog, mountPath: /var/log}]}`;

const scheduled = (metadata: string, container: string, scheduler: string) =>
  pod(
    `${metadata}, labels: {name: multischeduler-example}`,
    `${scheduler}containers: [{name: ${container}, image: "registry.k8s.io/pause:3.8"}]`,
  );

export const ADMIN_EXAMPLES: Examples = {
  'admin/dns/dnsutils': [
    pod(
      'dnsutils, namespace: default',
      `containers: [{name: dnsutils, image: "${DNSUTILS}", imagePullPolicy: IfNotPresent}], restartPolicy: Always`,
    ),
  ],
  'admin/dns/busybox': [
    pod(
      'busybox, namespace: default',
      'containers: [{name: busybox, image: busybox:1.28, command: [sleep, "3600"], imagePullPolicy: IfNotPresent}], restartPolicy: Always',
    ),
  ],
  'admin/namespace-dev': [
    '{apiVersion: v1, kind: Namespace, metadata: {name: development, labels: {name: development}}}',
  ],
  'admin/namespace-prod': [
    '{apiVersion: v1, kind: Namespace, metadata: {name: production, labels: {name: production}}}',
  ],
  'admin/logging/two-files-counter-pod': [counter('')],
  'admin/logging/two-files-counter-pod-streaming-sidecar': [counter(tail(1) + tail(2))],
  'admin/sched/pod1': [scheduled('no-annotation', 'pod-with-no-annotation-container', '')],
  'admin/sched/pod2': [
    scheduled(
      'annotation-default-scheduler',
      'pod-with-default-annotation-container',
      'schedulerName: default-scheduler, ',
    ),
  ],
  'admin/sched/pod3': [
    scheduled(
      'annotation-second-scheduler',
      'pod-with-second-annotation-container',
      'schedulerName: my-scheduler, ',
    ),
  ],
  'policy/zookeeper-pod-disruption-budget-maxunavailable': [
    doc(
      'policy/v1',
      'PodDisruptionBudget',
      'name: zk-pdb',
      'spec: {maxUnavailable: 1, selector: {matchLabels: {app: zookeeper}}}',
    ),
  ],
  'policy/zookeeper-pod-disruption-budget-minavailable': [
    doc(
      'policy/v1',
      'PodDisruptionBudget',
      'name: zk-pdb',
      'spec: {minAvailable: 2, selector: {matchLabels: {app: zookeeper}}}',
    ),
  ],
  ...RESOURCES,
};
