import type { HttpHandler, HttpResponse } from '../network/http.ts';
import { binary } from '../program.ts';
import { byteLength } from '../text.ts';
import { archiveText } from './archive-file.ts';
import { armouredKey } from './keys.ts';
import { kubernetesRepository, newestRelease } from './kubernetes.ts';
import { DOCKER_KEY, KUBERNETES_KEY } from './repositories.ts';
import { criDockerd } from './vendors.ts';

/** A path of a site, and what is found there; undefined: nothing. */
interface Page {
  readonly site: string;
  readonly path: RegExp;
  readonly content: (match: RegExpExecArray) => string | undefined;
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const BINARY = { 'content-type': 'application/octet-stream' };
function isRelease(version: string): boolean {
  const packages = kubernetesRepository(version.split('.').slice(0, 2).join('.')) ?? [];
  return packages.some((pack) => pack.name === 'kubeadm' && pack.version === `${version}-1.1`);
}

const CRI_DOCKERD =
  /^\/Mirantis\/cri-dockerd\/releases\/download\/v(0\.[34]\.\d+)\/cri-dockerd_\1\.3-0\.(?:ubuntu|debian)-(jammy|noble|focal|bookworm)_amd64\.deb$/;

const PAGES: readonly Page[] = [
  {
    site: 'github.com',
    path: CRI_DOCKERD,
    content: ([, version = '', release]) => archiveText(criDockerd(version, release)),
  },
  {
    site: 'pkgs.k8s.io',
    path: /^\/core:\/stable:\/v(\d+\.\d+)\/deb\/Release\.key$/,
    content: ([, minor = '']) => (kubernetesRepository(minor) ? armouredKey(KUBERNETES_KEY) : undefined),
  },
  { site: 'download.docker.com', path: /^\/linux\/ubuntu\/gpg$/, content: () => armouredKey(DOCKER_KEY) },
  { site: 'dl.k8s.io', path: /^\/release\/stable\.txt$/, content: () => `v${newestRelease()}` },
  {
    site: 'dl.k8s.io',
    path: /^\/release\/stable-(\d+\.\d+)\.txt$/,
    content: ([, minor = '']) => newestRelease(minor) && `v${newestRelease(minor)}`,
  },
  {
    site: 'dl.k8s.io',
    path: /^(?:\/release)?\/v(\d+\.\d+\.\d+)\/bin\/linux\/amd64\/(kubectl|kubeadm|kubelet)$/,
    content: ([, version = '', name = '']) => (isRelease(version) ? binary(name, `v${version}`) : undefined),
  },
];

/** The sites that packages and the binaries of Kubernetes come from. */
export function packageSites(): ReadonlyMap<string, HttpHandler> {
  const archives = [
    'archive.ubuntu.com',
    'security.ubuntu.com',
    'deb.debian.org',
    'prod-cdn.packages.k8s.io',
  ];
  const names = new Set([...archives, ...PAGES.map(({ site }) => site)]);
  return new Map([...names].map((name) => [name, (request) => answer(name, request.path)]));
}

/** A site whose pages come from two places: what the first does not have, the second may. */
export function bothSites(first: HttpHandler | undefined, second: HttpHandler): HttpHandler {
  return (request) => {
    const answered = first?.(request);
    return answered && answered.status !== 404 ? answered : second(request);
  };
}

function answer(site: string, path: string): HttpResponse {
  const bare = (path.split('?')[0] ?? '').replaceAll('%3A', ':');
  for (const page of PAGES) {
    const match = page.site === site ? page.path.exec(bare) : null;
    const body = match ? page.content(match) : undefined;
    if (body === undefined) continue;
    const headers = body.startsWith('\x7fELF') ? BINARY : TEXT;
    return { status: 200, headers: { ...headers, 'content-length': String(byteLength(body)) }, body };
  }
  return { status: 404, headers: TEXT, body: 'Not Found\n' };
}
