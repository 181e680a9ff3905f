import type { Context } from '../../host/index.ts';
import { certificateForKey, generateEcKey } from '../../host/pki/index.ts';
import { appImages } from './app.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, pathOf, text } from './serve.ts';

const DAY_MS = 86_400_000;

const PAGE =
  '<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Kubernetes Dashboard</title></head><body><kd-root></kd-root></body></html>\n';

/** How the standard library of Go begins a line of a log. */
const said = (context: Context, line: string) => {
  const time = new Date(context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${time} ${line}\n`;
};

const flag = (context: Context, name: string) =>
  context.args.find((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));

const secure = (context: Context) => flag(context, 'auto-generate-certificates') !== undefined;
const namespaceOf = (context: Context) => flag(context, 'namespace')?.split('=')[1] ?? 'kube-system';

/** What the dashboard's log says until it serves. */
function started(context: Context): string {
  const namespace = namespaceOf(context);
  const holder = 'kubernetes-dashboard-key-holder';
  return [
    'Starting overwatch',
    `Using namespace: ${namespace}`,
    'Using in-cluster config to connect to apiserver',
    'Using secret token for csrf signing',
    'Initializing csrf token from kubernetes-dashboard-csrf secret',
    'Successful initial request to the apiserver, version: v1.33.1',
    'Generating JWE encryption key',
    `New synchronizer has been registered: ${holder}-${namespace}. Starting`,
    `Starting secret synchronizer for ${holder} in namespace ${namespace}`,
    'Initializing JWE encryption key from synchronized object',
    'Creating in-cluster Sidecar client',
    ...(secure(context)
      ? [
          'Auto-generating certificates',
          'Successfully created certificates',
          'Serving securely on HTTPS port: 8443',
        ]
      : ['Serving insecurely on HTTP port: 9090']),
  ]
    .map((line) => said(context, line))
    .join('');
}

const DASHBOARD = appImages({
  homes: ['kubernetesui/dashboard'],
  tags: ['latest', 'v2.7.0', 'v2.6.1', 'v2.6.0', 'v2.5.1', 'v2.4.0', 'v2.3.1', 'v2.2.0', 'v2.0.0'],
  sizeBytes: 75_700_000,
  footprint: { memoryBytes: 14 * MEBI, cores: 0.001 },
  path: '/dashboard',
  config: () => ({ entrypoint: ['/dashboard', '--insecure-bind-address=0.0.0.0', '--bind-address=0.0.0.0'] }),
  spec: {
    program: 'kubernetes-dashboard',
    port: 9090,
    listensOn: (context) => (secure(context) ? 8443 : 9090),
    tls: (context) => (secure(context) ? certificateOf(context) : undefined),
    six: 'both',
    fd: 1,
    started,
    taken: (context) => said(context, 'listen tcp: bind: address already in use'),
    http: () => (request) => (pathOf(request) === '/' ? html(200, PAGE) : text(404, '404: Page Not Found\n')),
  },
});

/** The certificate that it makes for itself. */
function certificateOf(context: Context): string {
  const { random } = context.host;
  const options = {
    subject: { commonName: '' },
    notBefore: context.now,
    notAfter: context.now + 365 * DAY_MS,
    random,
  };
  return certificateForKey(options, generateEcKey(random)).certificate;
}

/** Where the container's variables say that the API is. */
const serverOf = ({ env }: Context) =>
  `https://${env.get('KUBERNETES_SERVICE_HOST')}:${env.get('KUBERNETES_SERVICE_PORT')}`;

const SCRAPER = appImages({
  homes: ['kubernetesui/metrics-scraper'],
  tags: ['latest', 'v1.0.9', 'v1.0.8', 'v1.0.7', 'v1.0.6', 'v1.0.4'],
  sizeBytes: 19_700_000,
  footprint: { memoryBytes: 9 * MEBI, cores: 0.001 },
  path: '/metrics-sidecar',
  config: () => ({ entrypoint: ['/metrics-sidecar'], user: '1000' }),
  spec: {
    program: 'dashboard-metrics-scraper',
    port: 8000,
    six: 'both',
    started: (context) =>
      [`Kubernetes host: ${serverOf(context)}`, 'Namespace(s): []']
        .map((msg) => {
          const time = new Date(context.now).toISOString().replace(/\.\d+/, '');
          return `${JSON.stringify({ level: 'info', msg, time })}\n`;
        })
        .join(''),
    taken: () => 'listen tcp :8000: bind: address already in use\n',
    http: () => (request) => text(200, `URL: ${pathOf(request)}`),
  },
});

export const KUBERNETES_DASHBOARD: readonly ImageFamily[] = [...DASHBOARD, ...SCRAPER];
