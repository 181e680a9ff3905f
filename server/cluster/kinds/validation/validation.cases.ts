/** Objects and what a real server says of them (recorded), in its order. */
interface Created {
  readonly kind: string;
  readonly says: string;
  readonly object: any;
  readonly errors: readonly string[];
}

const pod = (container: any, spec: any = {}) => ({
  spec: { containers: [{ name: 'c', image: 'nginx', ...container }], ...spec },
});
const workload = (spec: any) => ({
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, ...pod({}) },
    ...spec,
  },
});
const RELAXED =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

export const CREATED: readonly Created[] = [
  { kind: 'Pod', says: 'is right', object: pod({ env: [{ name: 'A', value: '1' }] }), errors: [] },
  {
    kind: 'Pod',
    says: 'has no containers',
    object: { spec: {} },
    errors: ['spec.containers: Required value'],
  },
  {
    kind: 'Pod',
    says: 'has bad ports',
    object: pod({
      ports: [
        { containerPort: 80, hostPort: 80 },
        { containerPort: 70000 },
        { containerPort: 81, name: 'Way_Too_Long_Port_Name' },
      ],
    }),
    errors: [
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[2].name: Invalid value: "Way_Too_Long_Port_Name": must be no more than 15 characters',
      'spec.containers[0].ports[2].name: Invalid value: "Way_Too_Long_Port_Name": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
  },
  {
    kind: 'Pod',
    says: 'asks for odd resources',
    object: pod({
      resources: { requests: { cpu: '-1', bananas: '3', memory: '2Gi' }, limits: { memory: '1Gi' } },
    }),
    errors: [
      'spec.containers[0].resources.requests[bananas]: Invalid value: bananas: must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[bananas]: Invalid value: bananas: must be a standard resource for containers',
      'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
  },
  {
    kind: 'Pod',
    says: 'has bad variables and mounts',
    object: pod({
      env: [
        { name: '1-BAD=', value: 'x' },
        { name: 'BOTH', value: 'a', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
        { name: 'F', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
      ],
      volumeMounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'data', mountPath: '/data' },
      ],
    }),
    errors: [
      `spec.containers[0].env[0].name: Invalid value: "1-BAD=": ${RELAXED}`,
      'spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
      'spec.containers[0].volumeMounts[1].name: Not found: "data"',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique',
    ],
  },
  {
    kind: 'Pod',
    says: 'has two handlers in a probe',
    object: pod({
      livenessProbe: { successThreshold: 2, httpGet: { path: '/', port: 0 }, tcpSocket: { port: 80 } },
    }),
    errors: [
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  },
  {
    kind: 'Pod',
    says: 'has two sources in a volume',
    object: pod(
      {},
      {
        volumes: [
          { name: 'v', emptyDir: {}, hostPath: { path: '/x' } },
          { name: 'v', emptyDir: {} },
        ],
      },
    ),
    errors: ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  },
  {
    kind: 'Pod',
    says: 'has bad tolerations',
    object: pod(
      {},
      {
        tolerations: [
          { key: 'a', operator: 'Exists', value: 'b' },
          { operator: 'Equal', value: 'x' },
          { key: 'c', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 },
        ],
      },
    ),
    errors: [
      'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
      'spec.tolerations[1].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      'spec.tolerations[2].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  },
  {
    kind: 'Deployment',
    says: 'selects nothing',
    object: workload({ selector: undefined }),
    errors: [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    ],
  },
  {
    kind: 'Deployment',
    says: 'can neither surge nor lose',
    object: workload({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    errors: [
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, StrVal:""}: may not be 0 when `maxSurge` is 0',
    ],
  },
  {
    kind: 'Job',
    says: 'restarts always',
    object: { spec: { completions: -1, template: pod({}) } },
    errors: [
      'spec.completions: Invalid value: -1: must be greater than or equal to 0',
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  },
  {
    kind: 'Service',
    says: 'has two ports alike',
    object: { spec: { ports: [{ port: 80 }, { port: 80 }] } },
    errors: [
      'spec.ports[0].name: Required value',
      'spec.ports[1].name: Required value',
      'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    ],
  },
  {
    kind: 'NetworkPolicy',
    says: 'mixes peers',
    object: {
      spec: {
        policyTypes: ['Ingress', 'Sideways'],
        ingress: [
          {
            from: [{ ipBlock: { cidr: '10.0.0.0/33' }, podSelector: {} }, {}],
            ports: [{ port: 99999 }, { port: 90, endPort: 80 }],
          },
        ],
      },
    },
    errors: [
      'spec.ingress[0].ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive',
      'spec.ingress[0].ports[1].endPort: Invalid value: 90: must be greater than or equal to `port`',
      'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      'spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
      'spec.ingress[0].from[1]: Required value: must specify a peer',
      'spec.policyTypes[1]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
    ],
  },
  {
    kind: 'PersistentVolume',
    says: 'has no capacity',
    object: {
      spec: {
        persistentVolumeReclaimPolicy: 'Forget',
        hostPath: { path: '/a' },
        nfs: { server: 'x', path: '/b' },
      },
    },
    errors: [
      'spec.accessModes: Required value',
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: core.ResourceList(nil): supported values: "storage"',
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "Forget": supported values: "Delete", "Recycle", "Retain"',
      'spec.nfs: Forbidden: may not specify more than 1 volume type',
    ],
  },
  {
    kind: 'StorageClass',
    says: 'repeats topologies',
    object: {
      provisioner: 'X_Y',
      allowedTopologies: [
        {
          matchLabelExpressions: [
            { key: 'a', values: [] },
            { key: 'a', values: ['x', 'x'] },
          ],
        },
        { matchLabelExpressions: [{ key: 'b', values: ['c', 'd'] }] },
        { matchLabelExpressions: [{ key: 'b', values: ['d', 'c'] }] },
      ],
    },
    errors: [
      'allowedTopologies[0].matchLabelExpressions[0].values: Required value',
      'allowedTopologies[0].matchLabelExpressions[1].values[1]: Duplicate value: "x"',
      'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "a"',
      'allowedTopologies[2].matchLabelExpressions: Duplicate value: ""',
    ],
  },
  {
    kind: 'Secret',
    says: 'is half a certificate',
    object: { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'abc' } },
    errors: ['data[tls.key]: Required value'],
  },
  {
    kind: 'Role',
    says: 'forgets verbs, groups and resources',
    object: {
      rules: [
        { apiGroups: [''], resources: ['pods'] },
        { verbs: ['get'] },
        { verbs: ['get'], nonResourceURLs: ['/x'] },
      ],
    },
    errors: [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[1].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[1].resources: Required value: resource rules must supply at least one resource',
      'rules[2].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
    ],
  },
];

interface Updated extends Created {
  readonly old: any;
}

export const UPDATED: readonly Updated[] = [
  {
    kind: 'Pod',
    says: 'its image may change',
    old: pod({}),
    object: pod({ image: 'nginx:2', imagePullPolicy: 'Always' }),
    errors: [],
  },
  {
    kind: 'Pod',
    says: 'its containers may not',
    old: pod({}),
    object: { spec: { containers: [...pod({}).spec.containers, { name: 'd', image: 'x' }] } },
    errors: ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  },
  {
    kind: 'Pod',
    says: 'its deadline may not go',
    old: pod({}, { activeDeadlineSeconds: 5 }),
    object: pod({}),
    errors: [
      'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
    ],
  },
  {
    kind: 'Pod',
    says: 'its gates go, its placement is narrowed',
    old: pod({}, { schedulingGates: [{ name: 'a' }], nodeSelector: { a: 'b' } }),
    object: pod({}, { schedulingGates: [{ name: 'b' }], nodeSelector: { c: 'd' } }),
    errors: [
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
      'spec.nodeSelector: Invalid value: map[string]string{"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ],
  },
  {
    kind: 'Pod',
    says: 'a gated one may get a node affinity',
    old: pod({}, { schedulingGates: [{ name: 'a' }] }),
    object: pod(
      {},
      {
        schedulingGates: [{ name: 'a' }],
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      },
    ),
    errors: [],
  },
  {
    kind: 'ConfigMap',
    says: 'immutable stays immutable',
    old: { immutable: true, data: { a: '1' } },
    object: { data: { a: '2' } },
    errors: [
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ],
  },
  {
    kind: 'Service',
    says: 'its address stays',
    old: { spec: { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'], ports: [{ port: 80 }] } },
    object: { spec: { clusterIP: '10.96.7.7', clusterIPs: ['10.96.0.9'], ports: [{ port: 80 }] } },
    errors: ['spec.clusterIPs[0]: Invalid value: []string{"10.96.7.7"}: may not change once set'],
  },
  {
    kind: 'Deployment',
    says: 'its selector is fixed',
    old: workload({}),
    object: workload({ selector: { matchLabels: { app: 'x' } } }),
    errors: [
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ],
  },
  {
    kind: 'PersistentVolumeClaim',
    says: 'it may not shrink below what it has',
    old: {
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeName: 'v',
        resources: { requests: { storage: '500Mi' } },
      },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    },
    object: {
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeName: 'v',
        resources: { requests: { storage: '100Mi' } },
      },
    },
    errors: ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
  },
];
