import { alpineBase, busyboxBase } from './bases/unix.ts';
import { type ImageFamily, type ImageFiles, MEBI, PATH } from './image.ts';

export const FLANNEL: readonly ImageFamily[] = ['ghcr.io/flannel-io/flannel', 'flannel/flannel'].map(
  (repository) => ({
    repository,
    tags: ['v0.26.7', 'v0.26.4', 'v0.26.1', 'v0.25.7', 'v0.25.1', 'v0.27.0', 'v0.27.4'],
    sizeBytes: 32_357_000,
    footprint: { memoryBytes: 14 * MEBI, cores: 0.006 },
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
