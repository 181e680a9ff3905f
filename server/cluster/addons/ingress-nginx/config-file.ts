import type { KubeObject } from '../../../objects/object.ts';
import { DEFAULT_FILE } from './certificates.ts';

interface Location {
  readonly path: string;
  readonly type: string;
  readonly namespace: string;
  readonly ingress: string;
  readonly service: string;
  readonly port: string | number;
}

/** What people read of the nginx.conf that the controller writes: a server for each host, a location for each path. */
export function nginxConf(ingresses: readonly KubeObject[], ports: { http: number; https: number }): string {
  const hosts = new Map<string, Location[]>();
  for (const ingress of ingresses)
    for (const rule of ingress.spec?.rules ?? []) {
      const list = hosts.get(rule.host ?? '_') ?? [];
      for (const path of rule.http?.paths ?? [])
        list.push({
          path: path.path ?? '/',
          type: path.pathType ?? 'ImplementationSpecific',
          namespace: ingress.metadata.namespace ?? '',
          ingress: ingress.metadata.name,
          service: path.backend?.service?.name ?? '',
          port: path.backend?.service?.port?.number ?? path.backend?.service?.port?.name ?? '',
        });
      hosts.set(rule.host ?? '_', list);
    }
  if (!hosts.has('_')) hosts.set('_', []);
  const servers = [...hosts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, list]) => server(host, list, ports));
  return `pid /tmp/nginx/nginx.pid;
daemon off;
worker_processes auto;
worker_shutdown_timeout 240s ;

events {
	multi_accept        on;
	worker_connections  16384;
	use                 epoll;
}

http {
	keepalive_timeout  75s;
	client_max_body_size            1m;
	server_tokens off;

	ssl_certificate     ${DEFAULT_FILE};
	ssl_certificate_key ${DEFAULT_FILE};

	upstream upstream_balancer {
		server 0.0.0.1; # placeholder
		keepalive 320;
	}

${servers.join('\n')}
}
`;
}

function server(
  host: string,
  locations: readonly Location[],
  ports: { http: number; https: number },
): string {
  const isDefault = host === '_' ? ' default_server reuseport backlog=4096' : '';
  const body = locations.map((location) => block(location)).join('');
  return `	## start server ${host}
	server {
		server_name ${host} ;

		listen ${ports.http}${isDefault} ;
		listen ${ports.https}${isDefault} ssl;

		set $proxy_upstream_name "-";
${body}	}
	## end server ${host}
`;
}

function block({ path, type, namespace, ingress, service, port }: Location): string {
  const match = type === 'Exact' ? `= ${path}` : path === '/' ? '/' : `${path.replace(/\/$/, '')}/`;
  return `
		location ${match} {
			set $namespace      "${namespace}";
			set $ingress_name   "${ingress}";
			set $service_name   "${service}";
			set $service_port   "${port}";
			set $location_path  "${path}";
			set $proxy_upstream_name "${namespace}-${service}-${port}";

			proxy_pass http://upstream_balancer;
		}
`;
}
