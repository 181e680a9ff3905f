import { account, alpineBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { single } from './single.ts';

export const INGRESS_NGINX: readonly ImageFamily[] = [
  {
    repository: 'registry.k8s.io/ingress-nginx/controller',
    tags: [
      ...[
        'v1.13.3',
        'v1.13.2',
        'v1.13.1',
        'v1.13.0',
        'v1.12.6',
        'v1.12.4',
        'v1.12.3',
        'v1.12.2',
        'v1.12.1',
        'v1.12.0',
      ],
      ...[
        'v1.11.5',
        'v1.11.3',
        'v1.11.2',
        'v1.11.1',
        'v1.10.1',
        'v1.10.0',
        'v1.9.6',
        'v1.9.4',
        'v1.8.2',
        'v1.8.1',
      ],
    ],
    sizeBytes: 108_000_000,
    footprint: { memoryBytes: 92 * MEBI, cores: 0.002 },
    config: () => ({
      entrypoint: ['/usr/bin/dumb-init', '--'],
      cmd: ['/nginx-ingress-controller'],
      env: { PATH, NGINX_VERSION: '1.25.5' },
      user: '101',
      workingDir: '/etc/nginx',
      ports: ['80/tcp', '443/tcp'],
    }),
    files(into) {
      alpineBase(into, '3.21.3');
      for (const path of ['/etc/nginx', '/etc/ingress-controller/ssl', '/var/log/nginx'])
        into.fs.mkdirAll(path);
      into.install('/nginx-ingress-controller', 'ingress-nginx');
      into.write('/usr/bin/dumb-init', '#!/bin/sh\nshift\nexec "$@"\n', 0o755);
      into.install('/usr/bin/curl', 'curl');
      into.install('/usr/bin/nginx', 'nginx');
      for (const log of ['access', 'error'])
        into.fs.symlink(`/dev/std${log === 'error' ? 'err' : 'out'}`, `/var/log/nginx/${log}.log`);
      into.write('/wait-shutdown', '#!/bin/sh\nkill -TERM 1\nsleep 1\n', 0o755);
      account(into, 'www-data', 101, '/var/www');
      for (const path of ['/etc/nginx', '/etc/ingress-controller/ssl']) into.fs.chown(path, 101, 101);
    },
  },
  single('registry.k8s.io/ingress-nginx/kube-webhook-certgen', 'kube-webhook-certgen', {
    tags: [
      'v1.6.3',
      'v1.6.1',
      'v1.6.0',
      'v1.5.4',
      'v1.5.3',
      'v1.5.2',
      'v1.5.1',
      'v1.4.4',
      'v1.4.1',
      'v20231011-8b53cabe0',
    ],
    sizeBytes: 26_000_000,
    path: '/kube-webhook-certgen',
  }),
];
