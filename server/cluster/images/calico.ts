import type { Main } from '../../host/index.ts';
import { distrolessBase } from './bases/unix.ts';
import { type Footprint, type ImageFamily, MEBI, PATH } from './image.ts';
import { log, untilSignal } from './serve.ts';

const TAGS = [
  ...['v3.30.3', 'v3.30.2', 'v3.30.1', 'v3.30.0', 'v3.29.3', 'v3.29.2', 'v3.29.1', 'v3.29.0'],
  ...[
    'v3.28.4',
    'v3.28.2',
    'v3.28.1',
    'v3.28.0',
    'v3.27.5',
    'v3.27.3',
    'v3.27.0',
    'v3.26.4',
    'v3.26.1',
    'v3.25.0',
  ],
];

/** What looks after the addresses of nodes that are gone; here there is nothing to do but to be well. */
const controllers: Main = function* (context) {
  const stamp = new Date(context.now).toISOString().replace('T', ' ').slice(0, 23);
  log(context, `${stamp} [INFO][1] kube-controllers/main.go 99: Loaded configuration from environment\n`);
  log(context, `${stamp} [INFO][1] kube-controllers/main.go 123: Ensuring Calico datastore is initialized\n`);
  yield* untilSignal(context);
  return 0;
};

/** Answers the probes of kube-controllers: it runs, so it is well. */
const checkStatus: Main = function* (context) {
  yield* context.out('Ready\n');
  return 0;
};

function part(
  name: string,
  binaries: Readonly<Record<string, string>>,
  sizeBytes: number,
  footprint: Footprint,
  programs: ImageFamily['programs'] = [],
): ImageFamily[] {
  return ['calico', 'quay.io/calico'].map((home, i) => ({
    repository: `${home}/${name}`,
    tags: TAGS,
    sizeBytes,
    footprint,
    config: () => ({
      cmd: [Object.keys(binaries)[0] as string],
      env: { PATH },
      ...(name === 'kube-controllers' ? { user: '999' } : {}),
    }),
    files(into) {
      distrolessBase(into);
      for (const [path, program] of Object.entries(binaries)) into.install(path, program);
    },
    ...(i === 0 ? { programs } : {}),
  }));
}

export const CALICO: readonly ImageFamily[] = [
  ...part('node', { '/bin/calico-node': 'calico-node' }, 143_000_000, {
    memoryBytes: 120 * MEBI,
    cores: 0.025,
  }),
  ...part('cni', { '/opt/cni/bin/install': 'calico-install' }, 97_000_000, {
    memoryBytes: 10 * MEBI,
    cores: 0,
  }),
  ...part(
    'kube-controllers',
    { '/usr/bin/kube-controllers': 'calico-controllers', '/usr/bin/check-status': 'calico-check-status' },
    36_000_000,
    { memoryBytes: 18 * MEBI, cores: 0.002 },
    [
      { name: 'calico-controllers', main: controllers },
      { name: 'calico-check-status', main: checkStatus },
    ],
  ),
  {
    repository: 'quay.io/tigera/operator',
    tags: ['v1.38.6', 'v1.38.3', 'v1.38.0', 'v1.36.7', 'v1.36.5', 'v1.36.2', 'v1.36.0', 'v1.34.5', 'v1.34.0'],
    sizeBytes: 21_000_000,
    footprint: { memoryBytes: 35 * MEBI, cores: 0.003 },
    config: () => ({ entrypoint: ['operator'], env: { PATH } }),
    files(into) {
      distrolessBase(into);
      into.install('/usr/local/bin/operator', 'tigera-operator');
    },
  },
];
