import type { Main } from '../../host/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { listen, text, untilSignal } from './serve.ts';

/** Shows the request that it got, as the echoserver image does. */
const echoserver: Main = function* (context) {
  listen(context, {
    port: 8080,
    http: (request) =>
      text(
        200,
        `\n\nHostname: ${context.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${request.peer?.address}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=${request.path.split('?')[1] ?? ''}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${request.headers['host'] ?? ''}:8080${request.path}\n\nRequest Headers:\n${Object.entries(
          request.headers,
        )
          .map(([k, v]) => `\t${k}=${v}\n`)
          .join('')}\nRequest Body:\n\t-no body in request-\n\n`,
      ),
  });
  yield* untilSignal(context);
  return 0;
};

const echoFamily = (repository: string, tags: readonly string[]): ImageFamily => ({
  repository,
  tags,
  sizeBytes: 43_000_000,
  config: () => ({ cmd: ['/usr/local/bin/run.sh'], env: { PATH }, ports: ['8080/tcp'] }),
  files(into) {
    debianBase(into, 'debian', '11 bullseye');
    into.install('/usr/local/bin/run.sh', 'echoserver');
  },
});

export const ECHOSERVERS: readonly ImageFamily[] = [
  {
    ...echoFamily('registry.k8s.io/echoserver', ['1.10', '1.9', '1.8', '1.4']),
    programs: [{ name: 'echoserver', main: echoserver }],
  },
  echoFamily('k8s.gcr.io/echoserver', ['1.10', '1.9', '1.8', '1.4']),
  echoFamily('kicbase/echo-server', ['latest', '1.0']),
];
