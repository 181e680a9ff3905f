import type { HttpRequest, HttpResponse, Main } from '../../host/index.ts';
import { busyboxBase, debianBase } from './bases/unix.ts';
import { goTime } from './go-program.ts';
import { type ImageFamily, PATH } from './image.ts';
import { log, text, tryListen, untilSignal } from './serve.ts';

/** A small web application of a tutorial: what it answers, and what it says. */
function webApp(
  port: number,
  started: (now: number) => string,
  answer: (hostname: string, version: string, request: HttpRequest) => HttpResponse,
  logs: (now: number, request: HttpRequest) => string,
): Main {
  return function* (context) {
    const at = Number(context.env.get('PORT') ?? port);
    const version = context.env.get('APP_VERSION') ?? '1.0.0';
    const http = (request: HttpRequest) => {
      log(context, logs(context.now, request));
      return answer(context.hostname, version, request);
    };
    const problem = tryListen(context, { port: at, http });
    if (problem) {
      yield* context.err(`${goTime(context.now)} listen tcp :${at}: bind: ${problem.toLowerCase()}\n`);
      return 1;
    }
    yield* context.err(started(context.now));
    yield* untilSignal(context);
    return 0;
  };
}

const helloApp = webApp(
  8080,
  (now) => `${goTime(now)} Server listening on port 8080\n`,
  (hostname, version) => text(200, `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n`),
  (now, request) => `${goTime(now)} Serving request: ${request.path}\n`,
);

const bootcamp = webApp(
  8080,
  (now) => `Kubernetes Bootcamp App Started At: ${new Date(now).toISOString()} | Running On:  bootcamp \n\n`,
  (hostname, version) => text(200, `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${version}\n`),
  (now, request) =>
    `Running On: bootcamp | Total Requests: 1 | App Uptime: 1 seconds | Log Time: ${new Date(now).toISOString()} ${request.path}\n`,
);

const helloGo = webApp(
  80,
  () => '',
  () => text(200, '{"message":"Hello"}\n'),
  () => '',
);

/** Every usual place of an image: the old registries and the new one. */
function family(
  name: string,
  program: string,
  versions: Readonly<Record<string, string>>,
  main: Main,
  homes: readonly string[],
): ImageFamily[] {
  return homes.map((home, i) => ({
    repository: `${home}/${name}`,
    tags: Object.keys(versions),
    sizeBytes: 12_000_000,
    config: (tag) => ({
      cmd: [`./${program}`],
      env: { PATH, APP_VERSION: versions[tag] ?? '1.0.0' },
      workingDir: '/',
      ports: ['8080/tcp'],
    }),
    files(into) {
      if (program === 'kubernetes-bootcamp') {
        debianBase(into, 'debian', '12 bookworm');
        into.install('/usr/bin/curl', 'curl');
      } else busyboxBase(into);
      into.install(`/${program}`, program);
    },
    ...(i === 0 ? { programs: [{ name: program, main }] } : {}),
  }));
}

export const GOOGLE_SAMPLES: readonly ImageFamily[] = [
  ...family('hello-app', 'hello-app', { '1.0': '1.0.0', '2.0': '2.0.0', latest: '1.0.0' }, helloApp, [
    'gcr.io/google-samples',
    'us-docker.pkg.dev/google-samples/containers/gke',
  ]),
  ...family('hello-go-gke', 'hello-go-gke', { '1.0': '1.0' }, helloGo, [
    'gcr.io/google-samples',
    'us-docker.pkg.dev/google-samples/containers/gke',
  ]),
  ...family('kubernetes-bootcamp', 'kubernetes-bootcamp', { v1: '1', v2: '2' }, bootcamp, [
    'gcr.io/google-samples',
    'docker.io/jocatalin',
  ]),
];
