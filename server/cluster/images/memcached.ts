import { MEBI } from './image.ts';
import { serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

export const MEMCACHED = serverImage({
  repository: 'memcached',
  tags: variants(releases({ '1.6': 39, '1.5': 22 }), '1.6.39', ['alpine', 'bookworm']).keys(),
  sizeBytes: 30_000_000,
  footprint: { memoryBytes: 3 * MEBI, cores: 0 },
  user: '11211',
  spec: {
    program: 'memcached',
    port: 11_211,
    started: () => '',
    taken: () => 'failed to listen on TCP port 11211: Address already in use\n',
  },
});
