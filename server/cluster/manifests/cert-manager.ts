import { certManagerDefinitions } from './cert-manager-crds.ts';
import {
  clusterRole,
  clusterRoleBinding,
  type Manifest,
  namespace,
  type Rule,
  serviceAccount,
} from './manifest.ts';

export interface CertManagerOptions {
  readonly version?: string;
  /** Where it is installed, and what its objects are called. */
  readonly home?: string;
  readonly name?: string;
}

type Part = 'controller' | 'webhook' | 'cainjector';

const ARGS: Readonly<Record<Part, readonly string[]>> = {
  cainjector: ['--v=2', '--leader-election-namespace=kube-system'],
  controller: [
    '--v=2',
    '--cluster-resource-namespace=$(POD_NAMESPACE)',
    '--leader-election-namespace=kube-system',
    '--max-concurrent-challenges=60',
  ],
  webhook: [
    '--v=2',
    '--secure-port=10250',
    '--dynamic-serving-ca-secret-namespace=$(POD_NAMESPACE)',
    '--dynamic-serving-ca-secret-name=cert-manager-webhook-ca',
  ],
};

const PORTS: Readonly<Record<Part, readonly object[]>> = {
  cainjector: [{ containerPort: 9402, name: 'http-metrics', protocol: 'TCP' }],
  controller: [
    { containerPort: 9402, name: 'http-metrics', protocol: 'TCP' },
    { containerPort: 9403, name: 'http-healthz', protocol: 'TCP' },
  ],
  webhook: [
    { containerPort: 10_250, name: 'https', protocol: 'TCP' },
    { containerPort: 6080, name: 'healthcheck', protocol: 'TCP' },
    { containerPort: 9402, name: 'http-metrics', protocol: 'TCP' },
  ],
};

const RULES: Readonly<Record<'controller' | 'cainjector', readonly Rule[]>> = {
  cainjector: [
    ['cert-manager.io', 'certificates', 'get list watch'],
    ['', 'secrets', 'get list watch'],
    [
      'admissionregistration.k8s.io',
      'validatingwebhookconfigurations mutatingwebhookconfigurations',
      'get list watch update patch',
    ],
  ],
  controller: [
    [
      'cert-manager.io',
      'certificates certificates/status certificates/finalizers certificaterequests certificaterequests/status certificaterequests/finalizers issuers issuers/status clusterissuers clusterissuers/status',
      'get list watch create update patch delete',
    ],
    ['', 'secrets', 'get list watch create update delete patch'],
    ['', 'events', 'create patch'],
    ['networking.k8s.io', 'ingresses', 'get list watch'],
    ['networking.k8s.io', 'ingresses/finalizers', 'update'],
  ],
};

function labelsOf(part: Part, name: string): Record<string, string> {
  const app = part === 'controller' ? name : part;
  return {
    app,
    'app.kubernetes.io/component': part,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/name': part === 'controller' ? 'cert-manager' : part,
  };
}

function probes(part: Part): object {
  const get = (path: string, port: string) => ({ httpGet: { path, port, scheme: 'HTTP' } });
  if (part === 'controller')
    return {
      livenessProbe: {
        ...get('/livez', 'http-healthz'),
        failureThreshold: 8,
        initialDelaySeconds: 10,
        timeoutSeconds: 15,
      },
    };
  if (part === 'cainjector') return {};
  return {
    livenessProbe: { ...get('/livez', 'healthcheck'), initialDelaySeconds: 60 },
    readinessProbe: { ...get('/healthz', 'healthcheck'), initialDelaySeconds: 5, periodSeconds: 5 },
  };
}

function deployment(part: Part, { version, home, name }: Required<CertManagerOptions>): Manifest {
  const own = part === 'controller' ? name : `${name}-${part}`;
  const labels = labelsOf(part, name);
  const selector = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'app'));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels: { ...labels, 'app.kubernetes.io/version': version }, name: own, namespace: home },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...labels, 'app.kubernetes.io/version': version } },
        spec: {
          containers: [
            {
              args: ARGS[part],
              env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
              image: `quay.io/jetstack/cert-manager-${part}:${version}`,
              imagePullPolicy: 'IfNotPresent',
              name: `cert-manager-${part}`,
              ports: PORTS[part],
              ...probes(part),
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
          enableServiceLinks: false,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          serviceAccountName: own,
        },
      },
    },
  };
}

function service(part: Part, name: string, home: string): Manifest {
  const labels = labelsOf(part, name);
  const metrics = { name: 'http-metrics', port: 9402, protocol: 'TCP', targetPort: 'http-metrics' };
  const https = { name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { labels, name: part === 'controller' ? name : `${name}-${part}`, namespace: home },
    spec: {
      ports: part === 'webhook' ? [https, { ...metrics, name: 'metrics' }] : [metrics],
      selector: Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'app')),
      type: 'ClusterIP',
    },
  };
}

/** All but the definitions. */
export function certManagerParts(options: CertManagerOptions = {}): Manifest[] {
  const { version = 'v1.18.2', home = 'cert-manager', name = 'cert-manager' } = options;
  const parts: readonly Part[] = ['cainjector', 'controller', 'webhook'];
  const accountOf = (part: Part) => (part === 'controller' ? name : `${name}-${part}`);
  return [
    ...parts.map((part) => serviceAccount(accountOf(part), home, labelsOf(part, name))),
    ...(['cainjector', 'controller'] as const).flatMap((part) => {
      const role = part === 'controller' ? `${name}-controller` : `${name}-cainjector`;
      const labels = labelsOf(part, name);
      return [
        clusterRole(role, RULES[part], labels),
        clusterRoleBinding(role, role, { name: accountOf(part), namespace: home }, labels),
      ];
    }),
    ...parts.map((part) => service(part, name, home)),
    ...parts.map((part) => deployment(part, { version, home, name })),
  ];
}

/** `cert-manager.yaml` of a release. */
export function certManagerObjects(version?: string): Manifest[] {
  const labels = { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/instance': 'cert-manager' };
  return [
    namespace('cert-manager'),
    ...certManagerDefinitions(labels),
    ...certManagerParts(version ? { version } : {}),
  ];
}
