import type { HttpRequest, Main } from '../../host/index.ts';
import { appImages } from './app.ts';
import { busyboxBase, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { log, text } from './serve.ts';

/** Requests that the unhealthy one answers before it fails. */
const HEALTHY_REQUESTS = 5;

const kubia = (name: string, tags: readonly string[], isUnhealthy: boolean): ImageFamily[] =>
  appImages({
    homes: [`luksa/${name}`],
    tags,
    sizeBytes: 264_000_000,
    footprint: { memoryBytes: 30 * MEBI, cores: 0.001 },
    path: `/usr/local/bin/${name}`,
    base: (into) => debianBase(into, 'debian', '8 jessie'),
    config: (tag) => ({ entrypoint: [name], env: { KUBIA: tag } }),
    files: (into) => into.install('/usr/bin/curl', 'curl'),
    spec: {
      program: name,
      port: 8080,
      title: () => 'node app.js',
      started: () => 'Kubia server starting...\n',
      taken: () => 'Error: listen EADDRINUSE :::8080\n',
      six: 'both',
      http(context) {
        let requests = 0;
        const release = context.env.get('KUBIA') ?? 'latest';
        return (request: HttpRequest) => {
          requests++;
          log(context, `Received request from ::ffff:${request.peer?.address}\n`);
          const { hostname } = context;
          const fails = (isUnhealthy && requests > HEALTHY_REQUESTS) || (release === 'v3' && requests > 4);
          if (fails) {
            const why = isUnhealthy
              ? "I'm not well. Please restart me!"
              : `Some internal error has occurred! This is pod ${hostname}`;
            return text(500, `${why}\n`);
          }
          const version =
            release === 'latest' ? `You've hit ${hostname}` : `This is ${release} running in pod ${hostname}`;
          return text(200, `${version}\n`);
        };
      },
    },
  });

const SAYINGS = [
  'A day without sunshine is like night.',
  'Beware of low-flying butterflies.',
  'You will be surprised by a loud noise.',
  'Today is a good day to read the manual.',
];

/** Writes a saying into a file that a web server beside it shows. */
const fortune: Main = function* (context) {
  const seconds = Number(context.args[1] ?? context.env.get('INTERVAL') ?? 10);
  yield* context.out(`Configured to generate new fortune every ${seconds} seconds\n`);
  context.fs.mkdirAll('/var/htdocs');
  for (;;) {
    const when = new Date(context.now)
      .toUTCString()
      .replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT$/, '$1 $3 $2 $5 UTC $4');
    yield* context.out(`${when} Writing fortune to /var/htdocs/index.html\n`);
    context.fs.write('/var/htdocs/index.html', `${context.host.random.pick(SAYINGS)}\n`);
    yield* context.sleep(seconds * 1000);
  }
};

const FORTUNE: ImageFamily = {
  repository: 'luksa/fortune',
  tags: ['latest', 'env', 'args'],
  sizeBytes: 62_000_000,
  config: () => ({ entrypoint: ['/bin/fortuneloop.sh'] }),
  files(into) {
    debianBase(into, 'ubuntu', '16.04 xenial');
    into.install('/bin/fortuneloop.sh', 'fortune-loop');
  },
  programs: [{ name: 'fortune-loop', main: fortune }],
};

/** Works for two minutes. */
const batchJob: Main = function* (context) {
  const stamp = () =>
    new Date(context.now).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT$/, '$1 $3 $2 $5 UTC $4');
  yield* context.out(`${stamp()} Batch job starting\n`);
  yield* context.sleep(120_000);
  yield* context.out(`${stamp()} Finished succesfully\n`);
  return 0;
};

const BATCH_JOB: ImageFamily = {
  repository: 'luksa/batch-job',
  tags: ['latest'],
  sizeBytes: 1_100_000,
  config: () => ({ entrypoint: ['/main.sh'] }),
  files(into) {
    busyboxBase(into);
    into.install('/main.sh', 'luksa-batch-job');
  },
  programs: [{ name: 'luksa-batch-job', main: batchJob }],
};

/** What the book "Kubernetes in Action" runs. */
export const LUKSA: readonly ImageFamily[] = [
  ...kubia('kubia', ['latest', 'v1', 'v2', 'v3', 'v4'], false),
  ...kubia('kubia-unhealthy', ['latest'], true),
  FORTUNE,
  BATCH_JOB,
];
