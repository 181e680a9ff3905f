import type { HttpRequest, Main } from '../../host/index.ts';
import { appImages } from './app.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { listen, log, text, untilSignal } from './serve.ts';

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
  echoFamily('registry.k8s.io/e2e-test-images/echoserver', ['2.5', '2.4', '2.3']),
  echoFamily('gcr.io/google_containers/echoserver', ['1.10', '1.8', '1.4']),
  ...appImages({
    homes: ['jmalloc/echo-server', 'kicbase/echo-server'],
    tags: ['latest', '1.0', '0.3.7', '0.3.6', 'v0.3.7'],
    sizeBytes: 2_140_000,
    footprint: { memoryBytes: 4 * MEBI, cores: 0 },
    path: '/bin/echo-server',
    config: () => ({ entrypoint: ['/bin/echo-server'], user: '65532' }),
    spec: {
      program: 'echo-server-go',
      port: 8080,
      listensOn: (context) => Number(context.env.get('PORT') ?? 8080),
      started: (context) => `Echo server listening on port ${context.env.get('PORT') ?? 8080}.\n`,
      taken: () => 'listen tcp :8080: bind: address already in use\n',
      http: (context) => (request) => {
        log(context, `${request.peer?.address}:${request.peer?.port} | ${request.method} ${request.path}\n`);
        return text(200, `Request served by ${context.hostname}\n\n${shown(request)}`);
      },
    },
  }),
];

/** The request as it came. */
function shown(request: HttpRequest): string {
  const { host = '', ...others } = request.headers;
  const title = (name: string) => name.replace(/(^|-)\w/g, (letter) => letter.toUpperCase());
  const lines = Object.entries(others).map(([name, value]) => `${title(name)}: ${value}\n`);
  return `${request.method} ${request.path} HTTP/1.1\n\nHost: ${host}\n${lines.join('')}\n${request.body ?? ''}`;
}
