import type { PackageFile } from './package.ts';

const CONTAINERD_SERVICE = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target dbus.service

[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

const DOCKER_SERVICE = `[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target docker.socket containerd.service
Wants=network-online.target containerd.service
Requires=docker.socket

[Service]
Type=notify
ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutStartSec=0
RestartSec=2
Restart=always
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;

const DOCKER_SOCKET = `[Unit]
Description=Docker Socket for the API

[Socket]
ListenStream=/run/docker.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target
`;

const NGINX_SERVICE = `[Unit]
Description=A high performance web server and a reverse proxy server
Documentation=man:nginx(8)
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target

[Service]
Type=simple
ExecStartPre=/usr/sbin/nginx -t -q -g 'daemon on; master_process on;'
ExecStart=/usr/sbin/nginx -g 'daemon off; master_process on;'
ExecReload=/usr/sbin/nginx -g 'daemon on; master_process on;' -s reload
TimeoutStopSec=5
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;

const KUBELET_SERVICE = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const CRI_DOCKERD_SERVICE = `[Unit]
Description=CRI Interface for Docker Application Container Engine
Documentation=https://docs.mirantis.com
After=network-online.target firewalld.service docker.service
Wants=network-online.target
Requires=cri-docker.socket

[Service]
Type=notify
ExecStart=/usr/bin/cri-dockerd --container-runtime-endpoint fd://
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutSec=0
RestartSec=2
Restart=always
StartLimitBurst=3
StartLimitInterval=60s
LimitNOFILE=infinity
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
`;

const CRI_DOCKERD_SOCKET = `[Unit]
Description=CRI Docker Socket for the API
PartOf=cri-docker.service

[Socket]
ListenStream=%t/cri-dockerd.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target
`;

const UNITS: Readonly<Record<string, string>> = {
  'containerd.service': CONTAINERD_SERVICE,
  'docker.service': DOCKER_SERVICE,
  'docker.socket': DOCKER_SOCKET,
  'nginx.service': NGINX_SERVICE,
  'kubelet.service': KUBELET_SERVICE,
  'cri-docker.service': CRI_DOCKERD_SERVICE,
  'cri-docker.socket': CRI_DOCKERD_SOCKET,
};

/** The unit file that a package brings. */
export function serviceUnit(name: string, kind: 'service' | 'socket' = 'service'): PackageFile {
  const file = `${name}.${kind}`;
  return { path: `/usr/lib/systemd/system/${file}`, text: UNITS[file] ?? '' };
}

/** What kubeadm's package adds to the kubelet's unit. */
export const KUBEADM_DROP_IN = `# Written by the kubeadm package.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# Flags that "kubeadm init" and "kubeadm join" found out.
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# Flags of your own, as KUBELET_EXTRA_ARGS. They win over all others.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/** nginx as Ubuntu sets it up: sites-enabled, and a page that says it works. */
export const NGINX_FILES: readonly PackageFile[] = [
  {
    path: '/etc/nginx/nginx.conf',
    isConfig: true,
    text: `user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
}

http {
	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log /var/log/nginx/access.log;
	gzip on;
	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
`,
  },
  {
    path: '/etc/nginx/mime.types',
    isConfig: true,
    text: 'types {\n    text/html html htm;\n    text/css css;\n    application/javascript js;\n    application/json json;\n    text/plain txt;\n}\n',
  },
  {
    path: '/etc/nginx/sites-enabled/default',
    isConfig: true,
    text: 'server {\n\tlisten 80 default_server;\n\troot /var/www/html;\n\tindex index.html index.htm index.nginx-debian.html;\n\tserver_name _;\n\tlocation / {\n\t\ttry_files $uri $uri/ =404;\n\t}\n}\n',
  },
  { path: '/etc/nginx/conf.d' },
  { path: '/etc/nginx/modules-enabled' },
  { path: '/var/log/nginx/access.log', text: '' },
  { path: '/var/log/nginx/error.log', text: '' },
  {
    path: '/var/www/html/index.nginx-debian.html',
    text: '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n<p>The web server is installed and works. It wants to be configured.</p>\n</body>\n</html>\n',
  },
];
