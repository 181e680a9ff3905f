import { definition, flag, list, number, object, text, textMap, texts } from './crd.ts';
import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  type Manifest,
  namespace,
  serviceAccount,
} from './manifest.ts';

const HOME = 'metallb-system';
const GROUP = 'metallb.io';
const LABELS = { app: 'metallb' };

/** What minikube installs: the last release but some that reads its pools in the ConfigMap `config`. */
export function oldMetallbObjects(): Manifest[] {
  return metallbObjects('v0.9.6')
    .filter(
      ({ kind, metadata }) => kind !== 'CustomResourceDefinition' && metadata.name !== 'metallb-excludel2',
    )
    .map((object) => withConfigFlag(object));
}

/** The add-on's pool: from the first address to the last, or none yet. */
export function metallbPool(first = '', last = ''): Manifest {
  const config = `address-pools:\n- name: default\n  protocol: layer2\n  addresses:\n  - ${first}-${last}\n`;
  return configMap('config', HOME, { config });
}

function withConfigFlag(object: Manifest): Manifest {
  const { kind, metadata } = object;
  if (kind === 'ClusterRole') {
    const rules = [...(object.rules as object[]), READS_CONFIG].filter(
      (rule: any) => !rule.apiGroups.includes(GROUP),
    );
    return { ...object, rules };
  }
  if (!['Deployment', 'DaemonSet'].includes(kind)) return object;
  const copy = structuredClone(object) as any;
  copy.metadata.name = metadata.name;
  copy.spec.template.spec.containers[0].args = ['--port=7472', '--config=config'];
  return copy;
}

const READS_CONFIG = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] };

/** `metallb-native.yaml`: addresses for load balancers, announced on the wire by one node each. */
export function metallbObjects(version = 'v0.15.2'): Manifest[] {
  const audit = ['audit', 'enforce', 'warn'].map((mode) => [
    `pod-security.kubernetes.io/${mode}`,
    'privileged',
  ]);
  return [
    namespace(HOME, Object.fromEntries(audit)),
    ...metallbDefinitions(),
    serviceAccount('controller', HOME, LABELS),
    serviceAccount('speaker', HOME, LABELS),
    clusterRole(
      `${HOME}:controller`,
      [
        ['', 'services namespaces', 'get list watch update patch'],
        ['', 'services/status', 'update patch'],
        ['', 'events', 'create patch'],
        [GROUP, 'ipaddresspools', 'get list watch'],
      ],
      LABELS,
    ),
    clusterRole(
      `${HOME}:speaker`,
      [
        ['', 'services endpoints nodes namespaces pods', 'get list watch'],
        ['discovery.k8s.io', 'endpointslices', 'get list watch'],
        ['', 'events', 'create patch'],
        [GROUP, 'ipaddresspools l2advertisements', 'get list watch'],
      ],
      LABELS,
    ),
    ...['controller', 'speaker'].map((name) =>
      clusterRoleBinding(`${HOME}:${name}`, `${HOME}:${name}`, { name, namespace: HOME }, LABELS),
    ),
    configMap('metallb-excludel2', HOME, {
      'excludel2.yaml':
        'announcedInterfacesToExclude: ["^docker.*", "^cbr.*", "^dummy.*", "^virbr.*", "^lxcbr.*", "^veth.*", "^lo$", "^cali.*", "^tunl.*", "^flannel.*", "^kube-ipvs.*", "^cni.*", "^nodelocaldns.*"]\n',
    }),
    controller(version),
    speaker(version),
  ];
}

const selectors = list(
  object({
    matchExpressions: list(object({ 'key!': text, 'operator!': text, values: texts })),
    matchLabels: textMap,
  }),
);

/** Kinds of what is simulated: there is no BGP here. */
function metallbDefinitions(): Manifest[] {
  return [
    definition({
      group: GROUP,
      kind: 'IPAddressPool',
      plural: 'ipaddresspools',
      versions: ['v1beta1'],
      spec: object({
        'addresses!': texts,
        autoAssign: { ...flag, default: true },
        avoidBuggyIPs: { ...flag, default: false },
        serviceAllocation: object({
          namespaceSelectors: selectors,
          namespaces: texts,
          priority: number,
          serviceSelectors: selectors,
        }),
      }),
      columns: [
        ['Auto Assign', '.spec.autoAssign', 'boolean'],
        ['Avoid Buggy IPs', '.spec.avoidBuggyIPs', 'boolean'],
        ['Addresses', '.spec.addresses'],
      ],
      age: false,
    }),
    definition({
      group: GROUP,
      kind: 'L2Advertisement',
      plural: 'l2advertisements',
      versions: ['v1beta1'],
      spec: object({
        interfaces: texts,
        ipAddressPoolSelectors: selectors,
        ipAddressPools: texts,
        nodeSelectors: selectors,
      }),
      specRequired: false,
      columns: [
        ['IPAddressPools', '.spec.ipAddressPools'],
        ['IPAddressPool Selectors', '.spec.ipAddressPoolSelectors'],
        ['Interfaces', '.spec.interfaces'],
      ],
      age: false,
    }),
  ];
}

const METRICS = { containerPort: 7472, name: 'monitoring' };

function controller(version: string): Manifest {
  const labels = { ...LABELS, component: 'controller' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'controller', namespace: HOME, labels },
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          serviceAccountName: 'controller',
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'controller',
              image: `quay.io/metallb/controller:${version}`,
              args: ['--port=7472', '--log-level=info', '--tls-min-version=VersionTLS12'],
              ports: [METRICS],
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['all'] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
          securityContext: { fsGroup: 65534, runAsNonRoot: true, runAsUser: 65534 },
        },
      },
    },
  };
}

function speaker(version: string): Manifest {
  const labels = { ...LABELS, component: 'speaker' };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'speaker', namespace: HOME, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          serviceAccountName: 'speaker',
          terminationGracePeriodSeconds: 2,
          tolerations: ['master', 'control-plane'].map((role) => ({
            effect: 'NoSchedule',
            key: `node-role.kubernetes.io/${role}`,
            operator: 'Exists',
          })),
          containers: [
            {
              name: 'speaker',
              image: `quay.io/metallb/speaker:${version}`,
              args: ['--port=7472', '--log-level=info'],
              env: [
                field('METALLB_NODE_NAME', 'spec.nodeName'),
                field('METALLB_POD_NAME', 'metadata.name'),
                field('METALLB_HOST', 'status.hostIP'),
                { name: 'METALLB_ML_LABELS', value: 'app=metallb,component=speaker' },
              ],
              ports: [METRICS],
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { add: ['NET_RAW'], drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
        },
      },
    },
  };
}
