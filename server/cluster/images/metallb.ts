import { type ImageFamily, MEBI } from './image.ts';
import { single } from './single.ts';

const part = (name: string, program: string) =>
  single(`quay.io/metallb/${name}`, program, {
    tags: [
      'v0.15.2',
      'v0.15.0',
      'v0.14.9',
      'v0.14.8',
      'v0.14.5',
      'v0.14.3',
      'v0.13.12',
      'v0.13.10',
      'v0.13.7',
      'v0.12.1',
      'v0.9.6',
    ],
    sizeBytes: 30_000_000,
    path: `/${name}`,
    footprint: { memoryBytes: 22 * MEBI, cores: 0.002 },
  });

/** What gives load balancers of a cluster without a cloud their addresses. */
export const METALLB: readonly ImageFamily[] = [
  part('controller', 'metallb-controller'),
  part('speaker', 'metallb-speaker'),
];
