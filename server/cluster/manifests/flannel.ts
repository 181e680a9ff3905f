import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  type Manifest,
  namespace,
  serviceAccount,
} from './manifest.ts';

const FLANNEL = 'kube-flannel';

/** The flannel network, as its usual manifest installs it. */
export function flannelObjects(podSubnet = '10.244.0.0/16'): Manifest[] {
  const labels = { app: 'flannel', tier: 'node' };
  return [
    namespace(FLANNEL, { 'k8s-app': 'flannel', 'pod-security.kubernetes.io/enforce': 'privileged' }),
    serviceAccount('flannel', FLANNEL, { 'k8s-app': 'flannel' }),
    clusterRole(
      'flannel',
      [
        ['', 'pods', 'get'],
        ['', 'nodes', 'get list watch'],
        ['', 'nodes/status', 'patch'],
      ],
      { 'k8s-app': 'flannel' },
    ),
    clusterRoleBinding('flannel', 'flannel', { name: 'flannel', namespace: FLANNEL }),
    configMap(
      'kube-flannel-cfg',
      FLANNEL,
      { 'cni-conf.json': CNI_CONF, 'net-conf.json': netConf(podSubnet) },
      { app: 'flannel', 'k8s-app': 'flannel', tier: 'node' },
    ),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'kube-flannel-ds', namespace: FLANNEL, labels: { ...labels, 'k8s-app': 'flannel' } },
      spec: {
        selector: { matchLabels: { app: 'flannel' } },
        template: { metadata: { labels }, spec: flannelPod() },
      },
    },
  ];
}

function flannelPod() {
  const image = 'ghcr.io/flannel-io/flannel:v0.26.7';
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] },
          ],
        },
      },
    },
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
    serviceAccountName: 'flannel',
    initContainers: [
      {
        name: 'install-cni-plugin',
        image: 'ghcr.io/flannel-io/flannel-cni-plugin:v1.6.2-flannel1',
        command: ['cp'],
        args: ['-f', '/flannel', '/opt/cni/bin/flannel'],
        volumeMounts: [{ name: 'cni-plugin', mountPath: '/opt/cni/bin' }],
      },
      {
        name: 'install-cni',
        image,
        command: ['cp'],
        args: ['-f', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
        volumeMounts: [
          { name: 'cni', mountPath: '/etc/cni/net.d' },
          { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
        ],
      },
    ],
    containers: [
      {
        name: 'kube-flannel',
        image,
        command: ['/opt/bin/flanneld'],
        args: ['--ip-masq', '--kube-subnet-mgr'],
        resources: { requests: { cpu: '100m', memory: '50Mi' } },
        securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
        env: [
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
          { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
        ],
        volumeMounts: [
          { name: 'run', mountPath: '/run/flannel' },
          { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
          { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
        ],
      },
    ],
    volumes: [
      { name: 'run', hostPath: { path: '/run/flannel' } },
      { name: 'cni-plugin', hostPath: { path: '/opt/cni/bin' } },
      { name: 'cni', hostPath: { path: '/etc/cni/net.d' } },
      { name: 'flannel-cfg', configMap: { name: 'kube-flannel-cfg' } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
    ],
  };
}

const CNI_CONF = `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`;

function netConf(podSubnet: string): string {
  return `{
  "Network": "${podSubnet}",
  "EnableNFTables": false,
  "Backend": {
    "Type": "vxlan"
  }
}
`;
}
