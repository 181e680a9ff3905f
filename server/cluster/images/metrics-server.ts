import { type ImageFamily, MEBI } from './image.ts';
import { single } from './single.ts';

export const METRICS_SERVER: ImageFamily = single(
  'registry.k8s.io/metrics-server/metrics-server',
  'metrics-server',
  {
    tags: ['v0.8.0', 'v0.7.2', 'v0.7.1', 'v0.7.0', 'v0.6.4', 'v0.6.3', 'v0.6.2', 'v0.6.1'],
    sizeBytes: 20_000_000,
    path: '/metrics-server',
    footprint: { memoryBytes: 19 * MEBI, cores: 0.003 },
  },
);
