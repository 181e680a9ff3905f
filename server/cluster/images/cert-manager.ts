import { type ImageFamily, MEBI, PATH } from './image.ts';
import { single } from './single.ts';

const TAGS = [
  ...[
    'v1.19.1',
    'v1.19.0',
    'v1.18.3',
    'v1.18.2',
    'v1.18.1',
    'v1.18.0',
    'v1.17.4',
    'v1.17.2',
    'v1.17.1',
    'v1.17.0',
  ],
  ...['v1.16.5', 'v1.16.3', 'v1.16.2', 'v1.16.1', 'v1.16.0', 'v1.15.5', 'v1.15.3', 'v1.15.1', 'v1.15.0'],
  ...['v1.14.7', 'v1.14.5', 'v1.14.4', 'v1.14.0', 'v1.13.6', 'v1.13.3', 'v1.13.0', 'v1.12.0', 'v1.11.0'],
];

function part(name: string, memory: number): ImageFamily {
  const path = `/app/cmd/${name}/${name}`;
  const program = name === 'controller' ? 'cert-manager' : `cert-manager-${name}`;
  return {
    ...single(`quay.io/jetstack/cert-manager-${name}`, program, {
      tags: TAGS,
      sizeBytes: 20_000_000,
      path,
      footprint: { memoryBytes: memory * MEBI, cores: 0.002 },
    }),
    config: () => ({ entrypoint: [path], env: { PATH }, user: '1000' }),
  };
}

export const CERT_MANAGER: readonly ImageFamily[] = [
  part('controller', 26),
  part('webhook', 14),
  part('cainjector', 22),
];
