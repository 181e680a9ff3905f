import type { Main } from '../../host/index.ts';
import { mirrors } from './app.ts';
import { distrolessBase } from './bases/unix.ts';
import { flagValue, goTime } from './go-program.ts';
import { type ImageFamily, PATH } from './image.ts';
import { text, tryListen, untilSignal } from './serve.ts';

/** Answers with what it was asked. */
const whoami: Main = function* (context) {
  const port = flagValue(context.args, 'port') ?? context.env.get('WHOAMI_PORT_NUMBER') ?? '80';
  const problem = tryListen(context, {
    port: Number(port),
    http: (request) => {
      const addresses = context.network.addresses().map((address) => `IP: ${address}\n`);
      const headers = Object.entries(request.headers).map(
        ([k, v]) => `${k.replace(/(^|-)\w/g, (c) => c.toUpperCase())}: ${v}\n`,
      );
      return text(
        200,
        `Hostname: ${context.hostname}\n${addresses.join('')}RemoteAddr: ${request.peer?.address}:${request.peer?.port}\n${request.method} ${request.path} HTTP/1.1\nHost: ${request.headers['host'] ?? ''}\n${headers.filter((h) => !h.startsWith('Host:')).join('')}\n`,
      );
    },
  });
  if (problem) {
    yield* context.err(`${goTime(context.now)} listen tcp :${port}: bind: ${problem.toLowerCase()}\n`);
    return 1;
  }
  yield* context.err(`${goTime(context.now)} Starting up on port ${port}\n`);
  yield* untilSignal(context);
  return 0;
};

const WHOAMI: ImageFamily = {
  repository: 'traefik/whoami',
  tags: ['latest', 'v1.11', 'v1.11.0', 'v1.10', 'v1.10.1', 'v1.9', 'v1.8'],
  sizeBytes: 2_870_000,
  config: () => ({ entrypoint: ['/whoami'], env: { PATH }, ports: ['80/tcp'] }),
  files(into) {
    distrolessBase(into);
    into.install('/whoami', 'whoami-server');
  },
  programs: [{ name: 'whoami-server', main: whoami }],
};

export const WHOAMIS: readonly ImageFamily[] = [WHOAMI, ...mirrors(WHOAMI, ['containous/whoami'])];
