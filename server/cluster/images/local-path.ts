import { alpineBase } from './bases/unix.ts';
import { BUSYBOX } from './busybox.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { single } from './single.ts';

export const PROVISIONERS: readonly ImageFamily[] = [
  {
    repository: 'rancher/local-path-provisioner',
    tags: ['v0.0.32', 'v0.0.31', 'v0.0.30', 'v0.0.29', 'v0.0.28', 'v0.0.26', 'v0.0.24', 'v0.0.22'],
    sizeBytes: 20_500_000,
    footprint: { memoryBytes: 11 * MEBI, cores: 0.001 },
    config: () => ({ entrypoint: ['local-path-provisioner'], env: { PATH } }),
    files(into) {
      alpineBase(into, '3.20.3');
      into.install('/usr/bin/local-path-provisioner', 'local-path-provisioner');
    },
  },
  { ...BUSYBOX, repository: 'rancher/mirrored-library-busybox', programs: [] },
  single('gcr.io/k8s-minikube/storage-provisioner', 'minikube-hostpath', {
    tags: ['v5'],
    sizeBytes: 9_000_000,
    path: '/storage-provisioner',
    footprint: { memoryBytes: 9 * MEBI, cores: 0.002 },
  }),
];
