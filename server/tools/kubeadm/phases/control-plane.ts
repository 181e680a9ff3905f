import type { Host } from '../../../host/index.ts';
import { addressOf, type ClusterPlan, type ComponentName, imagesOf } from '../plan.ts';
import { writeFile } from './certs.ts';

export const MANIFESTS = '/etc/kubernetes/manifests';

/** A component of the control plane: its command line, and what its static pod says beside it. */
export interface Component {
  readonly name: ComponentName;
  readonly flags: readonly string[];
  readonly image: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly memory?: string;
  readonly probes: {
    readonly host: string;
    readonly port: number;
    readonly scheme: 'HTTP' | 'HTTPS';
    readonly liveness: string;
    readonly readiness?: string;
    readonly startup: string;
  };
  readonly volumes: readonly Volume[];
}

interface Volume {
  readonly name: string;
  readonly path: string;
  readonly type: 'DirectoryOrCreate' | 'FileOrCreate';
  readonly writable?: boolean;
}

const K8S_CERTS: Volume = { name: 'k8s-certs', path: '/etc/kubernetes/pki', type: 'DirectoryOrCreate' };
const SYSTEM_CERTS: readonly Volume[] = [
  { name: 'ca-certs', path: '/etc/ssl/certs', type: 'DirectoryOrCreate' },
  { name: 'etc-ca-certificates', path: '/etc/ca-certificates', type: 'DirectoryOrCreate' },
  K8S_CERTS,
  {
    name: 'usr-local-share-ca-certificates',
    path: '/usr/local/share/ca-certificates',
    type: 'DirectoryOrCreate',
  },
  { name: 'usr-share-ca-certificates', path: '/usr/share/ca-certificates', type: 'DirectoryOrCreate' },
];

// Models cmd/kubeadm/app/phases/etcd/local.go getEtcdCommand
export function etcdComponent(host: Host, plan: ClusterPlan): Component {
  const address = addressOf(host);
  const pki = '/etc/kubernetes/pki/etcd';
  return {
    name: 'etcd',
    flags: [
      `--advertise-client-urls=https://${address}:2379`,
      `--cert-file=${pki}/server.crt`,
      '--client-cert-auth=true',
      '--data-dir=/var/lib/etcd',
      '--experimental-initial-corrupt-check=true',
      '--experimental-watch-progress-notify-interval=5s',
      `--initial-advertise-peer-urls=https://${address}:2380`,
      `--initial-cluster=${host.hostname}=https://${address}:2380`,
      `--key-file=${pki}/server.key`,
      `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      '--listen-metrics-urls=http://127.0.0.1:2381',
      `--listen-peer-urls=https://${address}:2380`,
      `--name=${host.hostname}`,
      `--peer-cert-file=${pki}/peer.crt`,
      '--peer-client-cert-auth=true',
      `--peer-key-file=${pki}/peer.key`,
      `--peer-trusted-ca-file=${pki}/ca.crt`,
      '--snapshot-count=10000',
      `--trusted-ca-file=${pki}/ca.crt`,
    ],
    image: imagesOf(plan).etcd,
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
    cpu: '100m',
    memory: '100Mi',
    probes: {
      host: '127.0.0.1',
      port: 2381,
      scheme: 'HTTP',
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/readyz',
    },
    volumes: [
      { name: 'etcd-data', path: '/var/lib/etcd', type: 'DirectoryOrCreate', writable: true },
      { name: 'etcd-certs', path: pki, type: 'DirectoryOrCreate', writable: true },
    ],
  };
}

// Models cmd/kubeadm/app/phases/controlplane/manifests.go getAPIServerCommand
export function apiServerComponent(host: Host, plan: ClusterPlan): Component {
  const address = addressOf(host);
  const pki = '/etc/kubernetes/pki';
  return {
    name: 'kube-apiserver',
    flags: [
      `--advertise-address=${address}`,
      '--allow-privileged=true',
      '--authorization-mode=Node,RBAC',
      `--client-ca-file=${pki}/ca.crt`,
      '--enable-admission-plugins=NodeRestriction',
      '--enable-bootstrap-token-auth=true',
      `--etcd-cafile=${pki}/etcd/ca.crt`,
      `--etcd-certfile=${pki}/apiserver-etcd-client.crt`,
      `--etcd-keyfile=${pki}/apiserver-etcd-client.key`,
      '--etcd-servers=https://127.0.0.1:2379',
      `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
      `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
      '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
      `--proxy-client-key-file=${pki}/front-proxy-client.key`,
      '--requestheader-allowed-names=front-proxy-client',
      `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-username-headers=X-Remote-User',
      `--secure-port=${plan.bindPort}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${pki}/sa.pub`,
      `--service-account-signing-key-file=${pki}/sa.key`,
      `--service-cluster-ip-range=${plan.serviceSubnet}`,
      `--tls-cert-file=${pki}/apiserver.crt`,
      `--tls-private-key-file=${pki}/apiserver.key`,
    ],
    image: imagesOf(plan).apiServer,
    annotations: {
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:${plan.bindPort}`,
    },
    cpu: '250m',
    probes: {
      host: address,
      port: plan.bindPort,
      scheme: 'HTTPS',
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/livez',
    },
    volumes: SYSTEM_CERTS,
  };
}

export function controllerManagerComponent(_host: Host, plan: ClusterPlan): Component {
  const conf = '/etc/kubernetes/controller-manager.conf';
  const pki = '/etc/kubernetes/pki';
  const flexVolumes = '/usr/libexec/kubernetes/kubelet-plugins/volume/exec';
  return {
    name: 'kube-controller-manager',
    flags: [
      ...(plan.podSubnet === '' ? [] : ['--allocate-node-cidrs=true']),
      `--authentication-kubeconfig=${conf}`,
      `--authorization-kubeconfig=${conf}`,
      '--bind-address=127.0.0.1',
      `--client-ca-file=${pki}/ca.crt`,
      ...(plan.podSubnet === '' ? [] : [`--cluster-cidr=${plan.podSubnet}`]),
      `--cluster-name=${plan.clusterName}`,
      `--cluster-signing-cert-file=${pki}/ca.crt`,
      `--cluster-signing-key-file=${pki}/ca.key`,
      '--controllers=*,bootstrapsigner,tokencleaner',
      `--kubeconfig=${conf}`,
      '--leader-elect=true',
      `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
      `--root-ca-file=${pki}/ca.crt`,
      `--service-account-private-key-file=${pki}/sa.key`,
      `--service-cluster-ip-range=${plan.serviceSubnet}`,
      '--use-service-account-credentials=true',
    ],
    image: imagesOf(plan).controllerManager,
    cpu: '200m',
    probes: { host: '127.0.0.1', port: 10257, scheme: 'HTTPS', liveness: '/healthz', startup: '/healthz' },
    volumes: [
      ...SYSTEM_CERTS.slice(0, 2),
      { name: 'flexvolume-dir', path: flexVolumes, type: 'DirectoryOrCreate', writable: true },
      K8S_CERTS,
      { name: 'kubeconfig', path: conf, type: 'FileOrCreate' },
      ...SYSTEM_CERTS.slice(3),
    ],
  };
}

export function schedulerComponent(_host: Host, plan: ClusterPlan): Component {
  const conf = '/etc/kubernetes/scheduler.conf';
  return {
    name: 'kube-scheduler',
    flags: [
      `--authentication-kubeconfig=${conf}`,
      `--authorization-kubeconfig=${conf}`,
      '--bind-address=127.0.0.1',
      `--kubeconfig=${conf}`,
      '--leader-elect=true',
    ],
    image: imagesOf(plan).scheduler,
    cpu: '100m',
    probes: {
      host: '127.0.0.1',
      port: 10259,
      scheme: 'HTTPS',
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/livez',
    },
    volumes: [{ name: 'kubeconfig', path: conf, type: 'FileOrCreate' }],
  };
}

export function components(host: Host, plan: ClusterPlan): Component[] {
  return [
    etcdComponent(host, plan),
    apiServerComponent(host, plan),
    controllerManagerComponent(host, plan),
    schedulerComponent(host, plan),
  ].map((component) => withExtraArgs(component, plan));
}

// Models cmd/kubeadm/app/util/arguments.go ArgumentsToCommand
function withExtraArgs(component: Component, plan: ClusterPlan): Component {
  const extra = plan.extraArgs[component.name] ?? [];
  if (extra.length === 0) return component;
  const named = new Set(extra.map(({ name }) => name));
  const kept = component.flags.filter((flag) => !named.has(flag.slice(2).split('=')[0] as string));
  return { ...component, flags: [...kept, ...extra.map(({ name, value }) => `--${name}=${value}`)].sort() };
}

/** Writes the static pod manifests. */
export function writeManifests(host: Host, plan: ClusterPlan): void {
  for (const component of components(host, plan)) writeManifest(host, component);
}

export function writeManifest(host: Host, component: Component): void {
  writeFile(host, manifestPath(component.name), manifest(component), 0o600);
}

export function manifestPath(name: ComponentName): string {
  return `${MANIFESTS}/${name}.yaml`;
}

/** The static pod of a component, in the form kubeadm writes. Models cmd/kubeadm/app/util/staticpod ComponentPod. */
export function manifest(component: Component): string {
  const { name } = component;
  const annotations = Object.entries(component.annotations ?? {});
  const volumes = component.volumes;
  return `apiVersion: v1
kind: Pod
metadata:
${annotations.length > 0 ? `  annotations:\n${annotations.map(([k, v]) => `    ${k}: ${v}\n`).join('')}` : ''}  creationTimestamp: null
  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - command:
    - ${name}
${component.flags.map((flag) => `    - ${flag}\n`).join('')}    image: ${component.image}
    imagePullPolicy: IfNotPresent
${probe('livenessProbe', component, component.probes.liveness, { failureThreshold: 8, initialDelaySeconds: 10, periodSeconds: 10 })}    name: ${name}
${component.probes.readiness ? probe('readinessProbe', component, component.probes.readiness, { failureThreshold: 3, periodSeconds: 1 }) : ''}    resources:
      requests:
        cpu: ${component.cpu}
${component.memory ? `        memory: ${component.memory}\n` : ''}${probe('startupProbe', component, component.probes.startup, { failureThreshold: 24, initialDelaySeconds: 10, periodSeconds: 10 })}    volumeMounts:
${mounts(name === 'etcd' ? volumes : byName(volumes))}  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  volumes:
${(name === 'etcd' ? [...volumes].reverse() : byName(volumes)).map(hostPath).join('')}status: {}
`;
}

function probe(
  name: string,
  { probes }: Component,
  path: string,
  timing: { failureThreshold: number; initialDelaySeconds?: number; periodSeconds: number },
): string {
  const delay = timing.initialDelaySeconds;
  return `    ${name}:
      failureThreshold: ${timing.failureThreshold}
      httpGet:
        host: ${probes.host}
        path: ${path}
        port: ${probes.port}
        scheme: ${probes.scheme}
${delay === undefined ? '' : `      initialDelaySeconds: ${delay}\n`}      periodSeconds: ${timing.periodSeconds}
      timeoutSeconds: 15
`;
}

function byName(volumes: readonly Volume[]): Volume[] {
  return [...volumes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function mounts(volumes: readonly Volume[]): string {
  return volumes
    .map(
      ({ path, name, writable }) =>
        `    - mountPath: ${path}\n      name: ${name}\n${writable ? '' : '      readOnly: true\n'}`,
    )
    .join('');
}

function hostPath({ path, type, name }: Volume): string {
  return `  - hostPath:\n      path: ${path}\n      type: ${type}\n    name: ${name}\n`;
}

/** A unit that runs a component on the host itself, for clusters without pods of their own. */
export function writeService(host: Host, component: Component): void {
  const unit = `/etc/systemd/system/${component.name}.service`;
  const command = [`/usr/local/bin/${component.name}`, ...component.flags].join(' \\\n  ');
  writeFile(
    host,
    unit,
    `[Unit]
Description=${component.name}
After=network-online.target

[Service]
ExecStart=${command}
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
`,
    0o644,
  );
  enable(host, `${component.name}.service`, unit);
}

export function enable(host: Host, name: string, unit: string): void {
  const wants = '/etc/systemd/system/multi-user.target.wants';
  host.init.fs.mkdirAll(wants);
  if (!host.init.fs.tryStat(`${wants}/${name}`, false)) host.init.fs.symlink(unit, `${wants}/${name}`);
}
