import type { Main } from '../../host/index.ts';
import { distrolessBase } from './bases/unix.ts';
import { flagValue, goTime } from './go-program.ts';
import { type ImageFamily, PATH } from './image.ts';
import { log, text, tryListen, untilSignal } from './serve.ts';

const httpEcho: Main = function* (context) {
  const message = flagValue(context.args, 'text') ?? context.env.get('ECHO_TEXT') ?? '';
  const address = flagValue(context.args, 'listen') ?? ':5678';
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  if (message === '') {
    yield* context.err('Missing -text option!\n');
    return 127;
  }
  const problem = tryListen(context, {
    port,
    http: (request) => {
      log(
        context,
        `${goTime(context.now)} ${request.headers['host'] ?? ''} ${request.peer?.address}:${request.peer?.port} "${request.method} ${request.path} HTTP/1.1" 200 ${message.length + 1} "${request.headers['user-agent'] ?? ''}" 10µs\n`,
      );
      return text(200, `${message}\n`, { 'x-app-name': 'http-echo', 'x-app-version': '1.0.0' });
    },
  });
  if (problem) {
    yield* context.err(
      `${goTime(context.now)} [ERR] server exited with: listen tcp ${address}: bind: ${problem.toLowerCase()}\n`,
    );
    return 127;
  }
  yield* context.err(`${goTime(context.now)} [INFO] server is listening on ${address}\n`);
  yield* untilSignal(context);
  return 0;
};

export const HTTP_ECHO: ImageFamily = {
  repository: 'hashicorp/http-echo',
  tags: ['latest', '1.0', '1.0.0', '0.2.3', '0.2.1'],
  sizeBytes: 4_240_000,
  config: () => ({ entrypoint: ['/http-echo'], env: { PATH }, user: '65532', ports: ['5678/tcp'] }),
  files(into) {
    distrolessBase(into);
    into.install('/http-echo', 'http-echo');
  },
  programs: [{ name: 'http-echo', main: httpEcho }],
};
