import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

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
    'xenial',
    '14.04',
    '25.10',
    '25.04',
    '23.10',
    '23.04',
    'rolling',
  ],
  sizeBytes: 29_720_000,
  config: () => ({ cmd: ['/bin/bash'], env: { PATH } }),
  files: (into) => debianBase(into, 'ubuntu', '24.04 noble'),
};
