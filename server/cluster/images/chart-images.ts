import { ANYTHING } from './anything.ts';
import type { ImageFamily } from './image.ts';
import { NGINX } from './nginx.ts';

const SITE = '/etc/nginx/conf.d/default.conf';
const NGINX_TAGS = ['1.29.1', '1.29.0', '1.28.0', '1.27.4', '1.27.2', '1.25.4', '1.25.1', '1.23.3'];
const ARGO_CD_TAGS = ['v3.1.0', 'v3.0.0', 'v2.14.11', 'v2.14.9', 'v2.13.0', 'v2.11.7', 'v2.10.4'];

/** nginx that listens where it needs no rights. */
const bitnami = (repository: string): ImageFamily => ({
  ...NGINX,
  repository,
  programs: [],
  tags: [...NGINX_TAGS, 'latest'],
  config: (tag) => ({ ...NGINX.config(tag), ports: ['8080/tcp'] }),
  files(into) {
    NGINX.files(into);
    into.write(SITE, into.fs.read(SITE).replaceAll(/(?<=listen.*)\b80;/g, '8080;'));
  },
});

/** What charts install that nobody else does. */
export const CHART_IMAGES: readonly ImageFamily[] = [
  bitnami('bitnami/nginx'),
  bitnami('bitnamilegacy/nginx'),
  { ...ANYTHING, repository: 'quay.io/argoproj/argocd', tags: ARGO_CD_TAGS, programs: [] },
];
