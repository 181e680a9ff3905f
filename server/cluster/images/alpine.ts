import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

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
