import { clusterRole, clusterRoleBinding, type Manifest, roleBinding, serviceAccount } from './manifest.ts';

const SYSTEM = 'kube-system';
const NAME = 'metrics-server';
const labels = { 'k8s-app': NAME };
const own = { name: NAME, namespace: SYSTEM };

export interface MetricsServerOptions {
  readonly version?: string;
  /** Beside the usual ones: `--kubelet-insecure-tls`. */
  readonly args?: readonly string[];
  readonly image?: string;
}

/** `components.yaml` of a release of metrics-server. */
export function metricsServerObjects(options: MetricsServerOptions = {}): Manifest[] {
  return [
    serviceAccount(NAME, SYSTEM, labels),
    clusterRole('system:aggregated-metrics-reader', [['metrics.k8s.io', 'pods nodes', 'get list watch']], {
      ...labels,
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
    }),
    clusterRole(
      `system:${NAME}`,
      [
        ['', 'nodes/metrics', 'get'],
        ['', 'pods nodes', 'get list watch'],
      ],
      labels,
    ),
    roleBinding(`${NAME}-auth-reader`, SYSTEM, 'extension-apiserver-authentication-reader', own, labels),
    clusterRoleBinding(`${NAME}:system:auth-delegator`, 'system:auth-delegator', own, labels),
    clusterRoleBinding(`system:${NAME}`, `system:${NAME}`, own, labels),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels, name: NAME, namespace: SYSTEM },
      spec: {
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' }],
        selector: labels,
      },
    },
    deployment(options),
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { labels, name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        groupPriorityMinimum: 100,
        insecureSkipTLSVerify: true,
        service: own,
        version: 'v1beta1',
        versionPriority: 100,
      },
    },
  ];
}

function deployment({ version = 'v0.7.2', args = [], image }: MetricsServerOptions): Manifest {
  const probe = (path: string) => ({
    failureThreshold: 3,
    httpGet: { path, port: 'https', scheme: 'HTTPS' },
    ...(path === '/readyz' ? { initialDelaySeconds: 20 } : {}),
    periodSeconds: 10,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, name: NAME, namespace: SYSTEM },
    spec: {
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              args: [
                '--cert-dir=/tmp',
                '--secure-port=10250',
                '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
                '--kubelet-use-node-status-port',
                '--metric-resolution=15s',
                ...args,
              ],
              image: image ?? `registry.k8s.io/metrics-server/metrics-server:${version}`,
              imagePullPolicy: 'IfNotPresent',
              livenessProbe: probe('/livez'),
              name: NAME,
              ports: [{ containerPort: 10_250, name: 'https', protocol: 'TCP' }],
              readinessProbe: probe('/readyz'),
              resources: { requests: { cpu: '100m', memory: '200Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                runAsUser: 1000,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              volumeMounts: [{ mountPath: '/tmp', name: 'tmp-dir' }],
            },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-cluster-critical',
          serviceAccountName: NAME,
          volumes: [{ emptyDir: {}, name: 'tmp-dir' }],
        },
      },
    },
  };
}
