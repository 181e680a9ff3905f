import { ARGO_CD } from './argo-cd.ts';
import { BITNAMI_NGINX } from './bitnami-nginx.ts';
import { CERT_MANAGER_CHART } from './cert-manager.ts';
import { INGRESS_NGINX_CHART } from './ingress-nginx.ts';
import { METRICS_SERVER } from './metrics-server.ts';
import type { ChartRepository } from './published.ts';

/** The repositories of charts that there are in the world. */
export const CHART_REPOSITORIES: readonly ChartRepository[] = [
  { site: 'charts.bitnami.com', path: '/bitnami', charts: [BITNAMI_NGINX] },
  { site: 'kubernetes.github.io', path: '/ingress-nginx', charts: [INGRESS_NGINX_CHART] },
  { site: 'kubernetes-sigs.github.io', path: '/metrics-server', charts: [METRICS_SERVER] },
  { site: 'charts.jetstack.io', path: '', charts: [CERT_MANAGER_CHART] },
  { site: 'argoproj.github.io', path: '/argo-helm', charts: [ARGO_CD] },
];
