import { type ImageFamily, MEBI } from './image.ts';
import { single } from './single.ts';

/** Enforces network policies beside a CNI that only connects. */
export const NETWORK_POLICIES: ImageFamily = single(
  'registry.k8s.io/networking/kube-network-policies',
  'network-policy-agent',
  {
    tags: ['v1.0.0', 'v0.9.2', 'v0.8.1', 'v0.8.0', 'v0.7.0', 'v0.6.0', 'v0.5.0', 'v0.4.0'],
    sizeBytes: 21_400_000,
    path: '/bin/netpol',
    footprint: { memoryBytes: 21 * MEBI, cores: 0.002 },
  },
);
