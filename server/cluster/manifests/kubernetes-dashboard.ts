import {
  clusterRole,
  clusterRoleBinding,
  configMap,
  type Manifest,
  namespace,
  role,
  roleBinding,
  serviceAccount,
} from './manifest.ts';

const NAME = 'kubernetes-dashboard';
const SCRAPER = 'dashboard-metrics-scraper';
const labels = { 'k8s-app': NAME };
const own = { name: NAME, namespace: NAME };

export const DASHBOARD_IMAGES = [
  'docker.io/kubernetesui/dashboard:v2.7.0',
  'docker.io/kubernetesui/metrics-scraper:v1.0.8',
] as const;

/** How the two publications differ. */
interface Flavour {
  readonly image: (image: (typeof DASHBOARD_IMAGES)[number]) => string;
  readonly port: number;
  readonly targetPort: number;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly args: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly mayDoAll: boolean;
}

/** `recommended.yaml`: behind TLS, with a login. */
const RECOMMENDED: Flavour = {
  image: (image) => image.replace('docker.io/', ''),
  port: 443,
  targetPort: 8443,
  scheme: 'HTTPS',
  args: ['--auto-generate-certificates', `--namespace=${NAME}`],
  labels: {},
  mayDoAll: false,
};

/** minikube's add-on: in the clear, open to whoever reaches it. */
const MINIKUBE: Flavour = {
  image: (image) => image,
  port: 80,
  targetPort: 9090,
  scheme: 'HTTP',
  args: [`--namespace=${NAME}`, '--enable-skip-login', '--disable-settings-authorizer'],
  labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile', 'kubernetes.io/minikube-addons': 'dashboard' },
  mayDoAll: true,
};

/** The objects of the Kubernetes Dashboard, release 2.7. */
export function dashboardObjects(provider: 'recommended' | 'minikube'): Manifest[] {
  const flavour = provider === 'minikube' ? MINIKUBE : RECOMMENDED;
  return [
    namespace(NAME, { ...flavour.labels }),
    serviceAccount(NAME, NAME, { ...labels, ...flavour.labels }),
    service(NAME, labels, flavour, { port: flavour.port, targetPort: flavour.targetPort }),
    ...['certs', 'csrf', 'key-holder'].map((part) => secret(`${NAME}-${part}`, flavour)),
    configMap(`${NAME}-settings`, NAME, {}, { ...labels, ...flavour.labels }),
    ...permissions(flavour),
    deployment(NAME, labels, flavour, dashboardContainer(flavour)),
    service(SCRAPER, { 'k8s-app': SCRAPER }, flavour, { port: 8000, targetPort: 8000 }),
    deployment(SCRAPER, { 'k8s-app': SCRAPER }, flavour, scraperContainer(flavour)),
  ];
}

function permissions(flavour: Flavour): Manifest[] {
  const all = { ...labels, ...flavour.labels };
  const held = ['key-holder', 'certs', 'csrf'].map((part) => `${NAME}-${part}`);
  const proxied = ['heapster', SCRAPER];
  const asked = ['heapster', 'http:heapster:', 'https:heapster:', SCRAPER, `http:${SCRAPER}`];
  return [
    role(
      NAME,
      NAME,
      [
        ['', 'secrets', 'get update delete', held],
        ['', 'configmaps', 'get update', [`${NAME}-settings`]],
        ['', 'services', 'proxy', proxied],
        ['', 'services/proxy', 'get', asked],
      ],
      all,
    ),
    clusterRole(NAME, [['metrics.k8s.io', 'pods nodes', 'get list watch']], all),
    roleBinding(NAME, NAME, NAME, own, all),
    clusterRoleBinding(
      NAME,
      flavour.mayDoAll ? 'cluster-admin' : NAME,
      own,
      flavour.mayDoAll ? all : undefined,
    ),
  ];
}

function service(
  name: string,
  selector: Readonly<Record<string, string>>,
  flavour: Flavour,
  port: { readonly port: number; readonly targetPort: number },
): Manifest {
  const metadata = { name, namespace: NAME, labels: { ...selector, ...flavour.labels } };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [port], selector } };
}

function secret(name: string, flavour: Flavour): Manifest {
  const metadata = { name, namespace: NAME, labels: { ...labels, ...flavour.labels } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' };
}

const SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsUser: 1001,
  runAsGroup: 2001,
};

function dashboardContainer({ image, targetPort, scheme, args }: Flavour): object {
  return {
    name: NAME,
    image: image(DASHBOARD_IMAGES[0]),
    ports: [{ containerPort: targetPort, protocol: 'TCP' }],
    args,
    volumeMounts: [
      ...(scheme === 'HTTPS' ? [{ name: `${NAME}-certs`, mountPath: '/certs' }] : []),
      { mountPath: '/tmp', name: 'tmp-volume' },
    ],
    livenessProbe: {
      httpGet: { ...(scheme === 'HTTPS' ? { scheme } : {}), path: '/', port: targetPort },
      initialDelaySeconds: 30,
      timeoutSeconds: 30,
    },
    securityContext: SECURITY,
  };
}

function scraperContainer({ image }: Flavour): object {
  return {
    name: SCRAPER,
    image: image(DASHBOARD_IMAGES[1]),
    ports: [{ containerPort: 8000, protocol: 'TCP' }],
    livenessProbe: {
      httpGet: { scheme: 'HTTP', path: '/', port: 8000 },
      initialDelaySeconds: 30,
      timeoutSeconds: 30,
    },
    volumeMounts: [{ mountPath: '/tmp', name: 'tmp-volume' }],
    securityContext: SECURITY,
  };
}

function deployment(
  name: string,
  matchLabels: Readonly<Record<string, string>>,
  flavour: Flavour,
  container: object,
): Manifest {
  const certs = name === NAME && flavour.scheme === 'HTTPS';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAME, labels: { ...matchLabels, ...flavour.labels } },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 10,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels },
        spec: {
          securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container],
          volumes: [
            ...(certs ? [{ name: `${NAME}-certs`, secret: { secretName: `${NAME}-certs` } }] : []),
            { name: 'tmp-volume', emptyDir: {} },
          ],
          serviceAccountName: NAME,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }],
        },
      },
    },
  };
}
