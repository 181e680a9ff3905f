import { anything, definition, flag, object, text, texts } from './crd.ts';
import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  type Manifest,
  type Rule,
  serviceAccount,
  yamlOf,
} from './manifest.ts';

export const CALICO_VERSION = 'v3.29.1';
const GROUP = 'crd.projectcalico.org';

const CNI_CONFIG = `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "log_level": "info",
      "log_file_path": "/var/log/calico/cni/cni.log",
      "datastore_type": "kubernetes",
      "nodename": "__KUBERNETES_NODE_NAME__",
      "mtu": __CNI_MTU__,
      "ipam": {
          "type": "calico-ipam"
      },
      "policy": {
          "type": "k8s"
      },
      "kubernetes": {
          "kubeconfig": "__KUBECONFIG_FILEPATH__"
      }
    },
    {
      "type": "portmap",
      "snat": true,
      "capabilities": {"portMappings": true}
    },
    {
      "type": "bandwidth",
      "capabilities": {"bandwidth": true}
    }
  ]
}
`;

/** Where Calico's pods live and what they are made of. */
export interface CalicoOptions {
  readonly version?: string;
  /** `docker.io/calico`. */
  readonly registry?: string;
  readonly namespace?: string;
  /** Undefined: kubeadm's pod network. */
  readonly pool?: string | undefined;
  /** `VXLANCrossSubnet`, as an installation of the operator has it. Default: `IPIP`. */
  readonly encapsulation?: string | undefined;
}

/** `calico.yaml` as its readers know it: the pool of addresses stands there to be uncommented. */
export function calicoText(options: CalicoOptions = {}): string {
  return yamlOf(calicoObjects(options)).replace(
    /^( *)- name: CALICO_IPV4POOL_VXLAN\n.*\n/m,
    (entry, indent: string) => `${entry}${POOL_COMMENT.map((line) => `${indent}# ${line}\n`).join('')}`,
  );
}

const POOL_COMMENT = [
  'The pool that is made at the first start, where pods get their addresses from: part of `--cluster-cidr`.',
  '- name: CALICO_IPV4POOL_CIDR',
  '  value: "192.168.0.0/16"',
];

/** How the pool's packets are wrapped, as calico-node is told. */
function modes(encapsulation = 'IPIP') {
  const mode = (kind: string) =>
    !encapsulation.startsWith(kind)
      ? 'Never'
      : encapsulation.endsWith('CrossSubnet')
        ? 'CrossSubnet'
        : 'Always';
  return [
    { name: 'CALICO_IPV4POOL_IPIP', value: mode('IPIP') },
    { name: 'CALICO_IPV4POOL_VXLAN', value: mode('VXLAN') },
  ];
}

/** `calico.yaml`: Calico with its state in the cluster. */
export function calicoObjects(options: CalicoOptions = {}): Manifest[] {
  const { namespace = 'kube-system' } = options;
  return [
    serviceAccount('calico-kube-controllers', namespace),
    serviceAccount('calico-node', namespace),
    serviceAccount('calico-cni-plugin', namespace),
    configMap('calico-config', namespace, {
      typha_service_name: 'none',
      calico_backend: 'bird',
      veth_mtu: '0',
      cni_network_config: CNI_CONFIG,
    }),
    ...calicoDefinitions(),
    clusterRole('calico-kube-controllers', CONTROLLERS_RULES),
    clusterRole('calico-node', NODE_RULES),
    clusterRole('calico-cni-plugin', CNI_RULES),
    ...['calico-kube-controllers', 'calico-node', 'calico-cni-plugin'].map((name) =>
      clusterRoleBinding(name, name, { name, namespace }),
    ),
    nodes(options, namespace),
    controllers(options, namespace),
  ];
}

const NODE_RULES: readonly Rule[] = [
  ['', 'nodes/status', 'patch update'],
  ['', 'nodes pods namespaces services endpoints serviceaccounts configmaps', 'get list watch'],
  ['discovery.k8s.io', 'endpointslices', 'get list watch'],
  ['networking.k8s.io', 'networkpolicies', 'get list watch'],
  ['', 'pods/status', 'patch'],
  ['crd.projectcalico.org', '*', 'get list watch create update delete patch'],
];

const CNI_RULES: readonly Rule[] = [
  ['', 'pods nodes namespaces', 'get'],
  ['', 'pods/status', 'patch'],
  ['crd.projectcalico.org', 'blockaffinities ippools', 'get list create update delete'],
];

const CONTROLLERS_RULES: readonly Rule[] = [
  ['', 'nodes pods', 'get list watch'],
  ['crd.projectcalico.org', 'ippools blockaffinities', 'get list create update delete watch'],
];

/** Definitions of what is simulated of Calico; its own policies are not among them. */
export function calicoDefinitions(): Manifest[] {
  const make = (kind: string, plural: string, spec: ReturnType<typeof object>) =>
    definition({ group: GROUP, kind, plural, scope: 'Cluster', versions: ['v1'], spec, specRequired: false });
  return [
    make(
      'IPPool',
      'ippools',
      object({
        allowedUses: texts,
        assignmentMode: text,
        blockSize: { type: 'integer' },
        'cidr!': text,
        disabled: flag,
        ipipMode: text,
        natOutgoing: flag,
        nodeSelector: text,
        vxlanMode: text,
      }),
    ),
    make(
      'BlockAffinity',
      'blockaffinities',
      object({ 'cidr!': text, 'deleted!': text, 'node!': text, 'state!': text, type: text }),
    ),
    make('FelixConfiguration', 'felixconfigurations', anything),
    make('ClusterInformation', 'clusterinformations', anything),
  ];
}

const TOLERATIONS = [
  { effect: 'NoSchedule', operator: 'Exists' },
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { effect: 'NoExecute', operator: 'Exists' },
];

function image(
  { registry = 'docker.io/calico', version = CALICO_VERSION }: CalicoOptions,
  name: string,
): string {
  return `${registry}/${name}:${version}`;
}

function fromNode(name: string) {
  return { name, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } };
}

function fromConfig(name: string, key: string) {
  return { name, valueFrom: { configMapKeyRef: { name: 'calico-config', key } } };
}

function nodes(options: CalicoOptions, namespace: string): Manifest {
  const labels = { 'k8s-app': 'calico-node' };
  const cni = image(options, 'cni');
  const probe = (...checks: string[]) => ({
    exec: { command: ['/bin/calico-node', ...checks] },
    periodSeconds: 10,
  });
  const host = (name: string, path: string) => ({ name, hostPath: { path, type: 'DirectoryOrCreate' } });
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          hostNetwork: true,
          tolerations: TOLERATIONS,
          serviceAccountName: 'calico-node',
          terminationGracePeriodSeconds: 0,
          priorityClassName: 'system-node-critical',
          initContainers: [
            {
              name: 'install-cni',
              image: cni,
              imagePullPolicy: 'IfNotPresent',
              command: ['/opt/cni/bin/install'],
              env: [
                { name: 'CNI_CONF_NAME', value: '10-calico.conflist' },
                fromConfig('CNI_NETWORK_CONFIG', 'cni_network_config'),
                fromNode('KUBERNETES_NODE_NAME'),
                fromConfig('CNI_MTU', 'veth_mtu'),
                { name: 'SLEEP', value: 'false' },
              ],
              volumeMounts: [
                { mountPath: '/host/opt/cni/bin', name: 'cni-bin-dir' },
                { mountPath: '/host/etc/cni/net.d', name: 'cni-net-dir' },
              ],
              securityContext: { privileged: true },
            },
          ],
          containers: [
            {
              name: 'calico-node',
              image: image(options, 'node'),
              imagePullPolicy: 'IfNotPresent',
              env: [
                { name: 'DATASTORE_TYPE', value: 'kubernetes' },
                { name: 'WAIT_FOR_DATASTORE', value: 'true' },
                fromNode('NODENAME'),
                fromConfig('CALICO_NETWORKING_BACKEND', 'calico_backend'),
                { name: 'CLUSTER_TYPE', value: 'k8s,bgp' },
                { name: 'IP', value: 'autodetect' },
                ...modes(options.encapsulation),
                ...(options.pool ? [{ name: 'CALICO_IPV4POOL_CIDR', value: options.pool }] : []),
                { name: 'FELIX_HEALTHENABLED', value: 'true' },
              ],
              securityContext: { privileged: true },
              resources: { requests: { cpu: '250m' } },
              livenessProbe: {
                ...probe('-felix-live', '-bird-live'),
                initialDelaySeconds: 10,
                failureThreshold: 6,
                timeoutSeconds: 10,
              },
              readinessProbe: { ...probe('-felix-ready', '-bird-ready'), timeoutSeconds: 10 },
              volumeMounts: [
                { mountPath: '/var/run/calico', name: 'var-run-calico' },
                { mountPath: '/var/lib/calico', name: 'var-lib-calico' },
                { mountPath: '/var/log/calico/cni', name: 'cni-log-dir', readOnly: true },
              ],
            },
          ],
          volumes: [
            host('var-run-calico', '/var/run/calico'),
            host('var-lib-calico', '/var/lib/calico'),
            host('cni-bin-dir', '/opt/cni/bin'),
            { name: 'cni-net-dir', hostPath: { path: '/etc/cni/net.d' } },
            host('cni-log-dir', '/var/log/calico/cni'),
          ],
        },
      },
    },
  };
}

function controllers(options: CalicoOptions, namespace: string): Manifest {
  const labels = { 'k8s-app': 'calico-kube-controllers' };
  const probe = (flag: string) => ({ exec: { command: ['/usr/bin/check-status', flag] }, periodSeconds: 10 });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'calico-kube-controllers', namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: 'Recreate' },
      template: {
        metadata: { name: 'calico-kube-controllers', namespace, labels },
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          ],
          serviceAccountName: 'calico-kube-controllers',
          priorityClassName: 'system-cluster-critical',
          containers: [
            {
              name: 'calico-kube-controllers',
              image: image(options, 'kube-controllers'),
              imagePullPolicy: 'IfNotPresent',
              env: [
                { name: 'ENABLED_CONTROLLERS', value: 'node,loadbalancer' },
                { name: 'DATASTORE_TYPE', value: 'kubernetes' },
              ],
              livenessProbe: {
                ...probe('-l'),
                initialDelaySeconds: 10,
                failureThreshold: 6,
                timeoutSeconds: 10,
              },
              readinessProbe: probe('-r'),
              securityContext: { runAsNonRoot: true },
            },
          ],
        },
      },
    },
  };
}
