import type { Main } from '../../host/index.ts';
import { alpineBase, busyboxBase, debianBase, distrolessBase } from './bases/unix.ts';
import type { ImageFamily, ImageFiles } from './image.ts';
import { untilSignal } from './serve.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const pause: Main = function* (context) {
  const signal = yield* untilSignal(context, ['TERM', 'INT']);
  yield* context.err(`Shutting down, got signal: ${signal === 'TERM' ? 'Terminated' : 'Interrupt'}\n`);
  return 0;
};

export const PAUSE: ImageFamily = {
  repository: 'registry.k8s.io/pause',
  tags: ['3.10', '3.10.1', '3.9', '3.8', '3.7', '3.6', '3.5', '3.2', '3.1', 'latest'],
  sizeBytes: 320_368,
  config: () => ({ entrypoint: ['/pause'], env: { PATH }, user: '65535:65535' }),
  files: (into) => into.install('/pause', 'pause'),
  programs: [{ name: 'pause', main: pause }],
};

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

/** An image that holds one program and nothing to look around with. */
function single(
  repository: string,
  program: string,
  options: {
    tags: readonly string[];
    sizeBytes: number;
    path: string;
    command?: 'entrypoint' | 'cmd';
    files?: (into: ImageFiles) => void;
    programs?: ImageFamily['programs'];
  },
): ImageFamily {
  return {
    repository,
    tags: options.tags,
    sizeBytes: options.sizeBytes,
    config: () => ({ [options.command ?? 'entrypoint']: [options.path], env: { PATH } }),
    files(into) {
      distrolessBase(into);
      into.install(options.path, program);
      options.files?.(into);
    },
    ...(options.programs ? { programs: options.programs } : {}),
  };
}

export const CONTROL_PLANE: readonly ImageFamily[] = [
  single('registry.k8s.io/kube-apiserver', 'kube-apiserver', {
    tags: RELEASES,
    sizeBytes: 30_075_899,
    path: '/usr/local/bin/kube-apiserver',
  }),
  single('registry.k8s.io/kube-controller-manager', 'kube-controller-manager', {
    tags: RELEASES,
    sizeBytes: 27_638_910,
    path: '/usr/local/bin/kube-controller-manager',
  }),
  single('registry.k8s.io/kube-scheduler', 'kube-scheduler', {
    tags: RELEASES,
    sizeBytes: 21_766_739,
    path: '/usr/local/bin/kube-scheduler',
  }),
  single('registry.k8s.io/kube-proxy', 'kube-proxy', {
    tags: RELEASES,
    sizeBytes: 31_889_094,
    path: '/usr/local/bin/kube-proxy',
  }),
  single('registry.k8s.io/coredns/coredns', 'coredns', {
    tags: ['v1.12.1', 'v1.12.0', 'v1.11.3', 'v1.11.1', 'v1.10.1'],
    sizeBytes: 20_939_036,
    path: '/coredns',
  }),
  single('coredns/coredns', 'coredns', {
    tags: ['latest', '1.12.1', '1.12.0', '1.11.3', '1.11.1', '1.10.1', '1.9.4'],
    sizeBytes: 20_939_036,
    path: '/coredns',
  }),
  single('registry.k8s.io/etcd', 'etcd', {
    tags: ['3.5.21-0', '3.5.16-0', '3.5.15-0', '3.5.12-0', '3.6.4-0'],
    sizeBytes: 58_938_593,
    path: '/usr/local/bin/etcd',
    command: 'cmd',
    files: (into) => {
      into.install('/usr/local/bin/etcdctl', 'etcdctl');
      into.install('/usr/local/bin/etcdutl', 'etcdutl');
    },
  }),
];

export const METRICS_SERVER: readonly ImageFamily[] = [
  single('registry.k8s.io/metrics-server/metrics-server', 'metrics-server', {
    tags: ['v0.8.0', 'v0.7.2', 'v0.7.1', 'v0.7.0', 'v0.6.4', 'v0.6.3', 'v0.6.2', 'v0.6.1'],
    sizeBytes: 20_000_000,
    path: '/metrics-server',
  }),
];

export const FLANNEL: readonly ImageFamily[] = ['ghcr.io/flannel-io/flannel', 'flannel/flannel'].map(
  (repository) => ({
    repository,
    tags: ['v0.26.7', 'v0.26.4', 'v0.26.1', 'v0.25.7', 'v0.25.1', 'v0.27.0', 'v0.27.4'],
    sizeBytes: 32_357_000,
    config: () => ({ entrypoint: ['/opt/bin/flanneld'], env: { PATH } }),
    files(into: ImageFiles) {
      alpineBase(into, '3.21.3');
      into.install('/opt/bin/flanneld', 'flanneld');
    },
  }),
);

export const FLANNEL_PLUGIN: readonly ImageFamily[] = [
  'ghcr.io/flannel-io/flannel-cni-plugin',
  'flannel/flannel-cni-plugin',
].map((repository) => ({
  repository,
  tags: ['v1.6.2-flannel1', 'v1.6.0-flannel1', 'v1.5.1-flannel2', 'v1.7.1-flannel1'],
  sizeBytes: 4_836_000,
  config: () => ({ env: { PATH } }),
  files(into: ImageFiles) {
    busyboxBase(into);
    into.write('/flannel', '\x7fELF\x02\x01\x01\0cni-flannel\0', 0o755);
  },
}));

/** Enforces network policies beside a CNI that only connects. */
export const POLICY_AGENTS: readonly ImageFamily[] = [
  single('registry.k8s.io/networking/kube-network-policies', 'network-policy-agent', {
    tags: ['v1.0.0', 'v0.9.2', 'v0.8.1', 'v0.8.0', 'v0.7.0', 'v0.6.0', 'v0.5.0', 'v0.4.0'],
    sizeBytes: 21_400_000,
    path: '/bin/netpol',
  }),
];

/** Uses memory and CPU as its arguments say, for as long as they say. */
const stress: Main = function* (context) {
  const value = (name: string) => {
    const at = context.args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (at < 0) return undefined;
    const arg = context.args[at] as string;
    return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : context.args[at + 1];
  };
  const units: Record<string, number> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  const amount = /^(\d+)([BKMG]?)$/.exec(value('vm-bytes') ?? '256M');
  const workers = Number(value('vm') ?? 0);
  const bytes = workers * Number(amount?.[1] ?? 0) * (units[amount?.[2] || 'B'] ?? 1);
  yield* context.out(
    `stress: info: [${context.process.nspid}] dispatching hogs: ${value('cpu') ?? 0} cpu, ${value('io') ?? 0} io, ${workers} vm, 0 hdd\n`,
  );
  const { cgroup } = context.process;
  cgroup.memoryBytes += bytes;
  context.process.onExit.push(() => {
    cgroup.memoryBytes -= bytes;
  });
  const limit = memoryLimit(cgroup);
  if (limit !== undefined && cgroup.totalMemory() > limit) {
    yield* context.sleep(200);
    context.process.signal('KILL');
    yield* context.sleep(1);
  }
  const seconds = Number(
    /^(\d+)/.exec(value('timeout') ?? value('t') ?? '')?.[1] ?? Number.POSITIVE_INFINITY,
  );
  if (Number.isFinite(seconds)) yield* context.sleep(seconds * 1000);
  else yield* untilSignal(context);
  return 0;
};

function memoryLimit(
  group: { memoryLimit: number | undefined; parent: unknown } | undefined,
): number | undefined {
  let limit: number | undefined;
  for (let at = group; at; at = at.parent as typeof group) {
    if (at.memoryLimit !== undefined) limit = Math.min(limit ?? at.memoryLimit, at.memoryLimit);
  }
  return limit;
}

export const STRESS: readonly ImageFamily[] = [
  {
    repository: 'polinux/stress',
    tags: ['latest', '1.0.4'],
    sizeBytes: 4_041_495,
    config: () => ({ cmd: ['/usr/local/bin/stress'], env: { PATH } }),
    files(into) {
      alpineBase(into, '3.18.0');
      into.install('/usr/local/bin/stress', 'stress');
      into.install('/usr/bin/stress', 'stress');
    },
    programs: [{ name: 'stress', main: stress }],
  },
];

/** Daemons that run, say little, and answer nothing anybody asks here. */
const daemon: Main = function* (context) {
  yield* untilSignal(context);
  return 0;
};

function quiet(repository: string, tags: readonly string[], path: string, sizeBytes: number): ImageFamily {
  return {
    repository,
    tags,
    sizeBytes,
    config: () => ({ entrypoint: [path], env: { PATH } }),
    files(into) {
      debianBase(into, 'debian', '12 bookworm');
      into.install(path, 'daemon');
    },
  };
}

export const DAEMONS: readonly ImageFamily[] = [
  {
    ...quiet(
      'fluent/fluentd',
      ['latest', 'v1.18', 'v1.17', 'v1.16', 'v1.16-1', 'v1.14'],
      '/usr/bin/fluentd',
      70_000_000,
    ),
    programs: [{ name: 'daemon', main: daemon }],
  },
  quiet(
    'fluent/fluent-bit',
    ['latest', '4.0', '3.2', '3.1', '3.0', '2.2'],
    '/fluent-bit/bin/fluent-bit',
    34_000_000,
  ),
  quiet(
    'quay.io/fluentd_elasticsearch/fluentd',
    ['v5.0.1', 'v4.7', 'v3.0.2', 'v2.5.2'],
    '/usr/bin/fluentd',
    99_000_000,
  ),
  quiet(
    'prom/node-exporter',
    ['latest', 'v1.9.1', 'v1.8.2', 'v1.7.0', 'v1.6.1', 'v1.5.0'],
    '/bin/node_exporter',
    12_000_000,
  ),
  quiet(
    'quay.io/prometheus/node-exporter',
    ['latest', 'v1.9.1', 'v1.8.2', 'v1.7.0'],
    '/bin/node_exporter',
    12_000_000,
  ),
];

/** What an image of an unknown name does in clusters that have every image: it runs for ever. */
export const ANYTHING: ImageFamily = {
  repository: 'anything',
  tags: [],
  sizeBytes: 72_000_000,
  config: () => ({ entrypoint: ['/usr/local/bin/daemon'], env: { PATH } }),
  files(into) {
    debianBase(into, 'debian', '12 bookworm');
    into.install('/usr/local/bin/daemon', 'daemon');
    for (const name of ['perl', 'python', 'python3', 'node', 'java'])
      into.install(`/usr/local/bin/${name}`, 'daemon');
  },
};
