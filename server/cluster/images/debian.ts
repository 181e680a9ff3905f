import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

export const DEBIAN: ImageFamily = {
  repository: 'debian',
  tags: [
    'latest',
    'sid',
    'testing',
    '13',
    '13-slim',
    'trixie',
    'trixie-slim',
    '12.5',
    '12.11',
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

/** What kube-controller-manager empties volumes with. */
export const DEBIAN_BASE: ImageFamily = {
  ...DEBIAN,
  repository: 'registry.k8s.io/build-image/debian-base',
  tags: ['bookworm-v1.0.4'],
};
