import type { HttpHandler, HttpResponse } from '../../host/index.ts';
import { calicoText } from './calico.ts';
import { certManagerObjects } from './cert-manager.ts';
import { certManagerDefinitions } from './cert-manager-crds.ts';
import { CHART_REPOSITORIES } from './charts/index.ts';
import { archiveText, indexText } from './charts/published.ts';
import { exampleObjects } from './examples/index.ts';
import { flannelObjects } from './flannel.ts';
import { gatewayApiObjects } from './gateway-api.ts';
import { ingressNginxObjects } from './ingress-nginx.ts';
import { dashboardObjects } from './kubernetes-dashboard.ts';
import { localPathObjects } from './local-path.ts';
import { type Manifest, yamlOf } from './manifest.ts';
import { metallbObjects } from './metallb.ts';
import { metricsServerObjects } from './metrics-server.ts';
import { nginxGatewayObjects } from './nginx-gateway.ts';
import { calicoResources, tigeraOperatorObjects } from './tigera.ts';

/** A file that a project publishes: where it is found, and what is in it; `version` and `name` are what the groups of its path matched. */
interface Publication {
  readonly site: string;
  readonly path: RegExp;
  /** Undefined: there is no such file after all; an address: it is there. */
  readonly content: (version: string, name: string) => readonly Manifest[] | string | URL | undefined;
}

const RAW = 'raw.githubusercontent.com';
const RELEASES = 'github.com';

/** A file of a GitHub release, the latest or one that is named. */
function release(
  repository: string,
  latest: string,
  file: string,
  content: Publication['content'],
): Publication[] {
  const named = new RegExp(`^/${repository}/releases/download/([\\w.-]+)/${file.replaceAll('.', '\\.')}$`);
  const newest = new RegExp(`^/${repository}/releases/latest/download/${file.replaceAll('.', '\\.')}$`);
  return [
    { site: RELEASES, path: named, content },
    { site: RELEASES, path: newest, content: () => content(latest, '') },
  ];
}

/** The index of every repository of charts, and their archives. */
const CHARTS: readonly Publication[] = CHART_REPOSITORIES.flatMap((repository) => {
  const { site, path, charts } = repository;
  return [
    { site, path: new RegExp(`^${path}/index\\.yaml$`), content: () => indexText(repository) },
    ...charts.map((chart) => ({
      site,
      path: new RegExp(`^${path}/${chart.name}-(v?\\d[\\w.+-]*)\\.tgz$`),
      content: (version: string) => archiveText(chart, version),
    })),
  ];
});

/** Where notes of years ago find Calico: pages that moved, of releases that stay. */
const OLD_CALICO: readonly Publication[] = [
  {
    site: 'docs.projectcalico.org',
    path: /^(?:\/archive)?(?:\/(v3\.\d+))?\/manifests\/(calico\.yaml)$/,
    content: (version, file) => {
      return new URL(`https://docs.tigera.io/archive/${version || 'v3.25'}/manifests/${file}`);
    },
  },
  {
    site: 'docs.tigera.io',
    path: /^\/archive\/(v3\.\d+)\/manifests\/calico\.yaml$/,
    content: (version) => calicoText({ version: `${version}.0` }),
  },
];

/** The examples of the documentation of Kubernetes. */
const EXAMPLES: readonly Publication[] = [
  {
    site: 'k8s.io',
    path: /^\/(examples\/[\w./-]+)$/,
    content: (path) => new URL(`https://kubernetes.io/${path}`),
  },
  { site: 'kubernetes.io', path: /^\/examples\/([\w./-]+)\.yaml$/, content: exampleObjects },
  {
    site: RAW,
    path: /^\/kubernetes\/website\/main\/content\/\w+\/examples\/([\w./-]+)\.yaml$/,
    content: exampleObjects,
  },
];

const PUBLICATIONS: readonly Publication[] = [
  ...CHARTS,
  ...release('flannel-io/flannel', 'v0.26.7', 'kube-flannel.yml', () => flannelObjects()),
  {
    site: RAW,
    path: /^\/(?:flannel-io|coreos)\/flannel\/([\w.-]+)\/Documentation\/kube-flannel\.yml$/,
    content: () => flannelObjects(),
  },
  {
    site: RAW,
    path: /^\/projectcalico\/calico\/(v3\.\d+\.\d+)\/manifests\/calico\.yaml$/,
    content: (version) => calicoText({ version }),
  },
  ...OLD_CALICO,
  ...EXAMPLES,
  {
    site: RAW,
    path: /^\/projectcalico\/calico\/(v3\.\d+\.\d+)\/manifests\/tigera-operator\.yaml$/,
    content: () => tigeraOperatorObjects(),
  },
  {
    site: RAW,
    path: /^\/projectcalico\/calico\/(v3\.\d+\.\d+)\/manifests\/custom-resources\.yaml$/,
    content: () => calicoResources(),
  },
  ...(['cloud', 'baremetal', 'kind'] as const).map((provider) => ({
    site: RAW,
    path: new RegExp(
      `^/kubernetes/ingress-nginx/(?:controller-(v[\\d.]+)|main)/deploy/static/provider/${provider}/deploy\\.yaml$`,
    ),
    content: (version: string) => ingressNginxObjects({ provider, ...(version ? { version } : {}) }),
  })),
  {
    site: RAW,
    path: /^\/rancher\/local-path-provisioner\/(?:(v[\d.]+)|master)\/deploy\/local-path-storage\.yaml$/,
    content: (version) => localPathObjects(version || undefined),
  },
  {
    site: RAW,
    path: /^\/kubernetes\/dashboard\/v2\.\d+\.\d+\/aio\/deploy\/recommended\.yaml$/,
    content: () => dashboardObjects('recommended'),
  },
  {
    site: RAW,
    path: /^\/metallb\/metallb\/(v0\.1[345]\.\d+)\/config\/manifests\/metallb-native\.yaml$/,
    content: (version) => metallbObjects(version),
  },
  ...release('(?:cert-manager|jetstack)/cert-manager', 'v1.18.2', 'cert-manager.yaml', certManagerObjects),
  ...release('(?:cert-manager|jetstack)/cert-manager', 'v1.18.2', 'cert-manager.crds.yaml', () =>
    certManagerDefinitions({ 'app.kubernetes.io/name': 'cert-manager' }),
  ),
  ...release('kubernetes-sigs/gateway-api', 'v1.3.0', 'standard-install.yaml', gatewayApiObjects),
  {
    site: RAW,
    path: /^\/nginx(?:inc)?\/nginx-gateway-fabric\/(v1\.\d+\.\d+)\/deploy\/(?:default|nginx-oss)\/deploy\.yaml$/,
    content: (version) => nginxGatewayObjects({ version }),
  },
  {
    site: RAW,
    path: /^\/nginx(?:inc)?\/nginx-gateway-fabric\/(v1\.\d+\.\d+)\/deploy\/nodeport\/deploy\.yaml$/,
    content: (version) => nginxGatewayObjects({ version, service: 'NodePort' }),
  },
  ...release('kubernetes-sigs/metrics-server', 'v0.7.2', 'components.yaml', (version) =>
    metricsServerObjects({ version }),
  ),
];

/** Every site by its name. */
export function publications(): ReadonlyMap<string, HttpHandler> {
  const names = new Set([...PUBLICATIONS.map(({ site }) => site), ASSETS]);
  return new Map([...names].map((name) => [name, (request) => answer(name, request.path)]));
}

/** Where GitHub sends those who ask for a file of a release. */
const ASSETS = 'release-assets.githubusercontent.com';

function answer(site: string, path: string): HttpResponse {
  const owner = site === ASSETS ? RELEASES : site;
  const bare = path.split('?')[0] as string;
  for (const publication of PUBLICATIONS) {
    const match = publication.site === owner ? publication.path.exec(bare) : null;
    if (!match) continue;
    if (site === RELEASES)
      return { status: 302, headers: { location: `https://${ASSETS}${bare}` }, body: '' };
    const content = publication.content(match[1] ?? '', match[2] ?? '');
    if (content === undefined) continue;
    if (content instanceof URL) return { status: 301, headers: { location: content.href }, body: '' };
    const body = typeof content === 'string' ? content : yamlOf(content);
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
  }
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404: Not Found' };
}
