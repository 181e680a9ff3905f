import type { Main } from '../../host/index.ts';
import { alpineBase, distrolessBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { untilSignal } from './serve.ts';

const TAGS = ['1.6.2', '1.6.1', '1.6.0', '1.5.1', '1.5.0', '1.4.0', '1.3.0', '1.2.0', '1.1.0', '1.0.0'];

/** The data plane; its ports are opened by the control plane, which stands in the same pod. */
const dataPlane: Main = function* (context) {
  yield* untilSignal(context);
  return 0;
};

export const NGINX_GATEWAY: readonly ImageFamily[] = ['ghcr.io/nginx', 'ghcr.io/nginxinc'].flatMap(
  (home, i) => [
    {
      repository: `${home}/nginx-gateway-fabric`,
      tags: TAGS,
      sizeBytes: 25_000_000,
      footprint: { memoryBytes: 30 * MEBI, cores: 0.002 },
      config: () => ({ entrypoint: ['/usr/bin/gateway'], env: { PATH }, user: '101:1001' }),
      files(into) {
        distrolessBase(into);
        into.install('/usr/bin/gateway', 'nginx-gateway');
      },
    } satisfies ImageFamily,
    {
      repository: `${home}/nginx-gateway-fabric/nginx`,
      tags: TAGS,
      sizeBytes: 18_000_000,
      footprint: { memoryBytes: 12 * MEBI, cores: 0.001 },
      config: () => ({ entrypoint: ['/agent/nginx'], env: { PATH }, user: '101:1001' }),
      files(into) {
        alpineBase(into, '3.20.3');
        into.install('/agent/nginx', 'nginx-data-plane');
      },
      ...(i === 0 ? { programs: [{ name: 'nginx-data-plane', main: dataPlane }] } : {}),
    } satisfies ImageFamily,
  ],
);
