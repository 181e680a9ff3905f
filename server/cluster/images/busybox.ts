import { alpineBase, busyboxBase, debianBase } from './bases/unix.ts';
import type { ImageFamily } from './image.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const BUSYBOX: ImageFamily = {
  repository: 'busybox',
  tags: [
    'latest',
    '1',
    '1.37',
    '1.37.0',
    '1.36',
    '1.36.1',
    '1.36.0',
    '1.35',
    '1.35.0',
    '1.34',
    '1.34.1',
    '1.33',
    '1.32',
    '1.31',
    '1.31.1',
    '1.30',
    '1.29',
    '1.28',
    '1.28.4',
    '1.27',
    'stable',
    'glibc',
    'musl',
    'uclibc',
    '1.36-glibc',
  ],
  sizeBytes: 2_223_686,
  config: () => ({ cmd: ['sh'], env: { PATH } }),
  files: (into) => busyboxBase(into),
};

export const ALPINE: ImageFamily = {
  repository: 'alpine',
  tags: [
    'latest',
    '3',
    '3.22',
    '3.21',
    '3.21.3',
    '3.20',
    '3.20.3',
    '3.19',
    '3.19.1',
    '3.18',
    '3.17',
    '3.16',
    '3.15',
    '3.14',
    '3.12',
    '3.10',
    '3.8',
    'edge',
  ],
  sizeBytes: 3_653_068,
  config: () => ({ cmd: ['/bin/sh'], env: { PATH } }),
  files: (into) =>
    alpineBase(into, /^3\.\d+/.test(into.tag) ? `${into.tag}.0`.split('.').slice(0, 3).join('.') : '3.22.1'),
};

export const DEBIAN: ImageFamily = {
  repository: 'debian',
  tags: [
    'latest',
    '12',
    'bookworm',
    'bookworm-slim',
    '12-slim',
    'stable',
    'stable-slim',
    '11',
    'bullseye',
    'bullseye-slim',
    '10',
    'buster',
  ],
  sizeBytes: 48_480_000,
  config: () => ({ cmd: ['bash'], env: { PATH } }),
  files: (into) => debianBase(into, 'debian', '12 bookworm'),
};

export const UBUNTU: ImageFamily = {
  repository: 'ubuntu',
  tags: [
    'latest',
    '24.04',
    'noble',
    '22.04',
    'jammy',
    '20.04',
    'focal',
    '18.04',
    'bionic',
    '16.04',
    'rolling',
  ],
  sizeBytes: 29_720_000,
  config: () => ({ cmd: ['/bin/bash'], env: { PATH } }),
  files: (into) => debianBase(into, 'ubuntu', '24.04 noble'),
};

/** Shells with network tools. */
export const CURL: ImageFamily = {
  repository: 'curlimages/curl',
  tags: [
    'latest',
    '8.16.0',
    '8.14.1',
    '8.12.1',
    '8.11.1',
    '8.10.1',
    '8.9.1',
    '8.8.0',
    '8.7.1',
    '8.6.0',
    '8.5.0',
    '8.4.0',
    '8.1.2',
    '7.88.1',
    '7.85.0',
    '7.78.0',
  ],
  sizeBytes: 10_080_000,
  config: () => ({
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    env: { PATH },
    user: '100',
    workingDir: '/home/curl_user',
  }),
  files(into) {
    alpineBase(into, '3.21.3');
    into.install('/usr/bin/curl', 'curl');
    into.fs.mkdirAll('/home/curl_user');
    into.write(
      '/entrypoint.sh',
      '#!/bin/sh\ncase "$1" in -*|http*) set -- curl "$@" ;; esac\nexec "$@"\n',
      0o755,
    );
    into.write(
      '/etc/passwd',
      `${into.fs.read('/etc/passwd')}curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin\n`,
    );
  },
};

const NETWORK_TOOLS = [
  'curl',
  'dig',
  'host',
  'ip',
  'ss',
  'nc',
  'netcat',
  'nslookup',
  'ping',
  'tcpdump',
  'traceroute',
  'wget',
  'iptables-save',
  'bash',
  'jq',
  'vim',
  'openssl',
  'nmap',
  'telnet',
];

export const NETSHOOT: ImageFamily = {
  repository: 'nicolaka/netshoot',
  tags: ['latest', 'v0.14', 'v0.13', 'v0.12', 'v0.11'],
  sizeBytes: 201_000_000,
  config: () => ({ cmd: ['zsh'], env: { PATH }, workingDir: '/root' }),
  files(into) {
    alpineBase(into, '3.21.3');
    for (const name of NETWORK_TOOLS) into.install(`/usr/bin/${name}`, name);
    into.install('/bin/zsh', 'bash');
  },
};
