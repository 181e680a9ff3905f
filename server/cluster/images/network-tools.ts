import { mirrors } from './app.ts';
import { account, alpineBase, busyboxBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { nginxFiles } from './nginx.ts';

const DNS_TOOLS = ['dig', 'host', 'nslookup', 'curl', 'wget', 'ping', 'ps', 'netstat', 'getent', 'ip'];

/** The images that Kubernetes' own documentation looks names up with. */
const dnsutils = (repository: string): ImageFamily => ({
  repository,
  tags: ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.7', 'latest'],
  sizeBytes: 78_000_000,
  config: () => ({ cmd: ['sh', '-c', 'sleep 3600'], env: { PATH } }),
  files(into) {
    debianBase(into, 'debian', '8 jessie');
    for (const name of DNS_TOOLS) into.install(`/usr/bin/${name}`, name);
  },
});

const MULTITOOL = [...DNS_TOOLS, 'bash', 'ss', 'nc', 'traceroute', 'jq', 'openssl', 'ssh', 'mtr'];

/** A web server with all tools of a network engineer. */
const multitool = (repository: string): ImageFamily => ({
  repository,
  tags: ['latest', 'alpine-extra', 'extra', 'minimal', 'alpine-minimal'],
  sizeBytes: 24_000_000,
  config: () => ({
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { PATH, NGINX_VERSION: '1.24.0' },
    ports: ['80/tcp', '443/tcp'],
  }),
  files(into) {
    alpineBase(into, '3.21.3');
    nginxFiles(into);
    for (const name of MULTITOOL) into.install(`/usr/bin/${name}`, name);
    into.write('/usr/share/nginx/html/index.html', 'Praqma Network MultiTool (with NGINX)\n');
  },
});

/** nginx for who may not be root: another port, another user. */
export const UNPRIVILEGED: ImageFamily = {
  repository: 'nginxinc/nginx-unprivileged',
  tags: [
    'latest',
    'stable',
    'alpine',
    '1.29',
    '1.28',
    '1.27',
    '1.26',
    '1.25',
    '1.27-alpine',
    '1.25-alpine',
    'stable-alpine',
  ],
  sizeBytes: 72_000_000,
  config: () => ({
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { PATH, NGINX_VERSION: '1.29.3' },
    user: '101',
    stopSignal: 'QUIT',
    ports: ['8080/tcp'],
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.21.3');
    else debianBase(into, 'debian', '12 bookworm');
    into.install('/usr/bin/curl', 'curl');
    nginxFiles(into);
    const conf = into.fs.read('/etc/nginx/conf.d/default.conf');
    into.write(
      '/etc/nginx/conf.d/default.conf',
      conf.replaceAll(/\b80;|:80;/g, (port) => port.replace('80', '8080')),
    );
    into.write('/etc/nginx/nginx.conf', into.fs.read('/etc/nginx/nginx.conf').replace('user  nginx;\n', ''));
    for (const path of ['/run', '/var/cache/nginx']) into.fs.chown(path, 101, 0);
  },
};

/** Small images with curl in them, under names that people use. */
const ALPINE_CURL: ImageFamily = {
  repository: 'alpine/curl',
  tags: ['latest', '8.14.1', '8.12.1', '8.11.1', '8.8.0', '8.5.0'],
  sizeBytes: 6_000_000,
  config: () => ({ entrypoint: ['curl'], env: { PATH } }),
  files(into) {
    alpineBase(into, '3.21.3');
    into.install('/usr/bin/curl', 'curl');
  },
};

const BUSYBOX_PLUS: ImageFamily = {
  repository: 'radial/busyboxplus',
  tags: ['latest', 'curl', 'base'],
  sizeBytes: 4_230_000,
  config: () => ({ cmd: ['/bin/sh'], env: { PATH } }),
  files(into) {
    busyboxBase(into);
    into.install('/usr/bin/curl', 'curl');
  },
};

const KUBECTL_IMAGES = [
  'bitnami/kubectl',
  'bitnamilegacy/kubectl',
  'registry.k8s.io/kubectl',
  'rancher/kubectl',
  'alpine/k8s',
  'lachlanevenson/k8s-kubectl',
].map(
  (repository): ImageFamily => ({
    repository,
    tags: [
      'latest',
      ...[
        '1.34.1',
        '1.33.1',
        '1.33.0',
        '1.32.0',
        '1.31.0',
        '1.30.0',
        '1.29.2',
        '1.29.0',
        '1.28.0',
        '1.27.0',
      ].flatMap((tag) => [tag, `v${tag}`]),
      '1.33',
      '1.32',
    ],
    sizeBytes: 60_000_000,
    config: () => ({
      entrypoint: repository === 'alpine/k8s' ? ['/bin/sh'] : ['kubectl'],
      env: { PATH },
      ...(repository.startsWith('bitnami') ? { user: '1001' } : {}),
    }),
    files(into) {
      if (repository.startsWith('bitnami')) {
        debianBase(into, 'debian', '12 bookworm');
        account(into, 'kubectl', 1001, '/');
      } else alpineBase(into, '3.21.3');
      into.install('/usr/local/bin/kubectl', 'kubectl');
      into.install('/usr/bin/curl', 'curl');
    },
  }),
);

export const NETWORK_TOOLS: readonly ImageFamily[] = [
  dnsutils('registry.k8s.io/e2e-test-images/jessie-dnsutils'),
  dnsutils('gcr.io/kubernetes-e2e-test-images/dnsutils'),
  dnsutils('tutum/dnsutils'),
  dnsutils('infoblox/dnstools'),
  multitool('praqma/network-multitool'),
  multitool('wbitt/network-multitool'),
  UNPRIVILEGED,
  ...mirrors(UNPRIVILEGED, ['ghcr.io/nginxinc/nginx-unprivileged', 'quay.io/nginx/nginx-unprivileged']),
  ALPINE_CURL,
  ...mirrors(ALPINE_CURL, ['byrnedo/alpine-curl', 'appropriate/curl']),
  BUSYBOX_PLUS,
  ...mirrors(BUSYBOX_PLUS, ['yauritux/busybox-curl', 'odise/busybox-curl']),
  ...KUBECTL_IMAGES,
];
