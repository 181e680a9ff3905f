import { calicoDefinitions } from './calico.ts';
import { anything, conditions, definition, list, object, oneOf, text } from './crd.ts';
import { clusterRole, clusterRoleBinding, type Manifest, namespace, serviceAccount } from './manifest.ts';

const GROUP = 'operator.tigera.io';
const NAME = 'tigera-operator';

/** `tigera-operator.yaml`: what installs Calico once an Installation asks for it. */
export function tigeraOperatorObjects(): Manifest[] {
  const subject = { name: NAME, namespace: NAME };
  const labels = { 'k8s-app': NAME };
  return [
    namespace(NAME, { name: NAME, 'pod-security.kubernetes.io/enforce': 'privileged' }),
    ...calicoDefinitions(),
    ...definitions(),
    serviceAccount(NAME, NAME),
    clusterRole(NAME, [
      ['', 'namespaces pods services serviceaccounts configmaps nodes events secrets', '*'],
      ['apps', 'deployments daemonsets statefulsets', '*'],
      ['rbac.authorization.k8s.io', 'clusterroles clusterrolebindings roles rolebindings', '* bind escalate'],
      [GROUP, '*', '*'],
      ['crd.projectcalico.org', '*', '*'],
    ]),
    clusterRoleBinding(NAME, NAME, subject),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME, namespace: NAME, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: { name: NAME } },
        template: {
          metadata: { labels: { name: NAME, ...labels } },
          spec: {
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            tolerations: [
              { effect: 'NoExecute', operator: 'Exists' },
              { effect: 'NoSchedule', operator: 'Exists' },
            ],
            serviceAccountName: NAME,
            hostNetwork: true,
            dnsPolicy: 'ClusterFirstWithHostNet',
            containers: [
              {
                name: NAME,
                image: 'quay.io/tigera/operator:v1.36.2',
                imagePullPolicy: 'IfNotPresent',
                command: ['operator'],
                env: [
                  { name: 'WATCH_NAMESPACE', value: '' },
                  { name: 'OPERATOR_NAME', value: NAME },
                  { name: 'TIGERA_OPERATOR_INIT_IMAGE_VERSION', value: 'v1.36.2' },
                ],
              },
            ],
          },
        },
      },
    },
  ];
}

function definitions(): Manifest[] {
  const status = object({ conditions });
  const pool = object({
    name: text,
    blockSize: { type: 'integer', format: 'int32' },
    'cidr!': text,
    encapsulation: oneOf('IPIPCrossSubnet', 'IPIP', 'VXLAN', 'VXLANCrossSubnet', 'None'),
    natOutgoing: oneOf('Enabled', 'Disabled'),
    nodeSelector: text,
  });
  return [
    definition({
      group: GROUP,
      kind: 'Installation',
      plural: 'installations',
      scope: 'Cluster',
      versions: ['v1'],
      spec: object({
        variant: oneOf('Calico'),
        registry: text,
        calicoNetwork: object({ ipPools: list(pool), bgp: oneOf('Enabled', 'Disabled') }),
      }),
      specRequired: false,
      status,
    }),
    definition({
      group: GROUP,
      kind: 'APIServer',
      plural: 'apiservers',
      scope: 'Cluster',
      versions: ['v1'],
      spec: anything,
      specRequired: false,
      status,
    }),
    definition({
      group: GROUP,
      kind: 'TigeraStatus',
      plural: 'tigerastatuses',
      scope: 'Cluster',
      shortNames: ['ts'],
      versions: ['v1'],
      spec: anything,
      specRequired: false,
      status,
      columns: [
        ['Available', ".status.conditions[?(@.type=='Available')].status"],
        ['Progressing', ".status.conditions[?(@.type=='Progressing')].status"],
        ['Degraded', ".status.conditions[?(@.type=='Degraded')].status"],
        ['Since', ".status.conditions[?(@.type=='Available')].lastTransitionTime", 'date'],
      ],
    }),
  ];
}

/** `custom-resources.yaml`: the installation that the guide suggests. */
export function calicoResources(): Manifest[] {
  const pool = {
    name: 'default-ipv4-ippool',
    blockSize: 26,
    cidr: '192.168.0.0/16',
    encapsulation: 'VXLANCrossSubnet',
    natOutgoing: 'Enabled',
    nodeSelector: 'all()',
  };
  return [
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Installation',
      metadata: { name: 'default' },
      spec: { calicoNetwork: { ipPools: [pool] } },
    },
    { apiVersion: `${GROUP}/v1`, kind: 'APIServer', metadata: { name: 'default' }, spec: {} },
  ];
}
