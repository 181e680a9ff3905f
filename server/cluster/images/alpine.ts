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
    '3.13',
    '3.12',
    '3.11',
    '3.10',
    '3.9',
    '3.8',
    'edge',
  ],
  sizeBytes: 3_653_068,
  config: () => ({ cmd: ['/bin/sh'], env: { PATH } }),
  files: (into) =>
    alpineBase(into, /^3\.\d+/.test(into.tag) ? `${into.tag}.0`.split('.').slice(0, 3).join('.') : '3.22.1'),
};

/** Alpine with bash. */
export const BASH: ImageFamily = {
  repository: 'bash',
  tags: ['latest', '5', '5.3', '5.2', '5.1', '5.0', '4.4', '4', 'alpine3.22', '5.2-alpine3.22'],
  sizeBytes: 6_400_000,
  config: () => ({ entrypoint: ['docker-entrypoint.sh'], cmd: ['bash'], env: { PATH } }),
  files(into) {
    alpineBase(into, '3.22.1');
    into.install('/usr/local/bin/bash', 'bash');
    into.write(
      '/usr/local/bin/docker-entrypoint.sh',
      '#!/bin/sh\nset -e\ncase "$1" in -*) set -- bash "$@" ;; esac\nexec "$@"\n',
      0o755,
    );
  },
};
