import { type ImageFamily, MEBI } from './image.ts';
import { single } from './single.ts';

const RELEASES = [
  'v1.30.0',
  'v1.31.0',
  'v1.32.0',
  'v1.32.1',
  'v1.32.2',
  'v1.32.3',
  'v1.32.4',
  'v1.32.5',
  ...Array.from({ length: 20 }, (_, patch) => `v1.33.${patch}`),
  ...Array.from({ length: 10 }, (_, patch) => `v1.34.${patch}`),
];

/** Those that notes on second schedulers name. */
const OLD_RELEASES = ['v1.11.3', ...Array.from({ length: 11 }, (_, i) => `v1.${12 + i}.0`)];

const scheduler = (repository: string, tags: readonly string[]): ImageFamily =>
  single(repository, 'kube-scheduler', {
    tags,
    footprint: { memoryBytes: 24 * MEBI, cores: 0.005 },
    sizeBytes: 21_766_739,
    path: '/usr/local/bin/kube-scheduler',
  });

export const CONTROL_PLANE: readonly ImageFamily[] = [
  single('registry.k8s.io/kube-apiserver', 'kube-apiserver', {
    tags: RELEASES,
    footprint: { memoryBytes: 280 * MEBI, cores: 0.04 },
    sizeBytes: 30_075_899,
    path: '/usr/local/bin/kube-apiserver',
  }),
  single('registry.k8s.io/kube-controller-manager', 'kube-controller-manager', {
    tags: RELEASES,
    footprint: { memoryBytes: 55 * MEBI, cores: 0.014 },
    sizeBytes: 27_638_910,
    path: '/usr/local/bin/kube-controller-manager',
  }),
  scheduler('registry.k8s.io/kube-scheduler', [...OLD_RELEASES, ...RELEASES]),
  scheduler('k8s.gcr.io/kube-scheduler', OLD_RELEASES),
  scheduler('k8s.gcr.io/kube-scheduler-amd64', OLD_RELEASES),
  single('registry.k8s.io/kube-proxy', 'kube-proxy', {
    tags: RELEASES,
    footprint: { memoryBytes: 18 * MEBI, cores: 0.001 },
    sizeBytes: 31_889_094,
    path: '/usr/local/bin/kube-proxy',
    files: (into) => {
      for (const tool of ['iptables', 'iptables-save', 'conntrack', 'ip'])
        into.install(`/usr/sbin/${tool}`, tool);
    },
  }),
  single('registry.k8s.io/coredns/coredns', 'coredns', {
    tags: ['v1.12.1', 'v1.12.0', 'v1.11.3', 'v1.11.1', 'v1.10.1'],
    footprint: { memoryBytes: 15 * MEBI, cores: 0.002 },
    sizeBytes: 20_939_036,
    path: '/coredns',
  }),
  single('coredns/coredns', 'coredns', {
    tags: ['latest', '1.12.1', '1.12.0', '1.11.3', '1.11.1', '1.10.1', '1.9.4'],
    footprint: { memoryBytes: 15 * MEBI, cores: 0.002 },
    sizeBytes: 20_939_036,
    path: '/coredns',
  }),
  single('registry.k8s.io/etcd', 'etcd', {
    tags: ['3.5.21-0', '3.5.16-0', '3.5.15-0', '3.5.12-0', '3.5.1-0', '3.6.4-0'],
    footprint: { memoryBytes: 45 * MEBI, cores: 0.02 },
    sizeBytes: 58_938_593,
    path: '/usr/local/bin/etcd',
    command: 'cmd',
    files: (into) => {
      into.install('/usr/local/bin/etcdctl', 'etcdctl');
      into.install('/usr/local/bin/etcdutl', 'etcdutl');
    },
  }),
];
