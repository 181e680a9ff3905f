import { type Context, type Main, resolveName } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { appImages } from './app.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { html, log, untilSignal } from './serve.ts';

const homes = (name: string) =>
  ['dockersamples', 'kodekloud'].map((home) => `${home}/examplevotingapp_${name}`);
const TAGS = ['latest', 'v1', 'v2', 'before', 'after', 'good', 'indent'];

const page = (port: number, name: string, title: string, body: string): ImageFamily[] =>
  appImages({
    homes: homes(name),
    tags: TAGS,
    sizeBytes: 54_000_000,
    footprint: { memoryBytes: 30 * MEBI, cores: 0.001 },
    path: `/usr/local/bin/voting-${name}`,
    base: (into) => debianBase(into, 'debian', '12 bookworm'),
    config: () => ({ cmd: [`voting-${name}`], workingDir: '/app' }),
    spec: {
      program: `voting-${name}`,
      port,
      started: () =>
        name === 'vote'
          ? '[INFO] Starting gunicorn 23.0.0\n[INFO] Listening at: http://0.0.0.0:80 (1)\n'
          : 'App running on port 80\n',
      taken: () => `Error: listen EADDRINUSE: address already in use :::${port}\n`,
      http: (context) => (request) => {
        log(context, `${request.peer?.address} "${request.method} ${request.path}" 200\n`);
        return html(
          200,
          `<!DOCTYPE html>\n<html>\n  <head>\n    <title>${title}</title>\n  </head>\n  <body>\n${body}    <div id="hostname">\n      Processed by container ID ${context.hostname}\n    </div>\n  </body>\n</html>\n`,
        );
      },
    },
  });

/** Reaches a name's port, trying again every second. */
function* connected(context: Context, name: string, port: number): Steps<void> {
  for (;;) {
    const found = resolveName(context, name);
    yield* context.sleep(1);
    const reached = found.ok && context.network.connect(found.addresses[0] as string, port).ok;
    if (reached) return;
    yield* context.err(`Waiting for ${name}\n`);
    yield* context.sleep(1000);
  }
}

/** Carries votes from redis to the database. */
const worker: Main = function* (context) {
  yield* connected(context, 'db', 5432);
  yield* context.err('Connected to db\n');
  yield* connected(context, 'redis', 6379);
  yield* context.err('Found redis at redis\nConnecting to redis\n');
  yield* untilSignal(context);
  return 143;
};

const WORKERS = homes('worker').map(
  (repository, i): ImageFamily => ({
    repository,
    tags: TAGS,
    sizeBytes: 73_000_000,
    footprint: { memoryBytes: 22 * MEBI, cores: 0.001 },
    config: () => ({ entrypoint: ['voting-worker'], env: { PATH }, workingDir: '/app' }),
    files(into) {
      debianBase(into, 'debian', '12 bookworm');
      into.install('/usr/local/bin/voting-worker', 'voting-worker');
    },
    programs: i === 0 ? [{ name: 'voting-worker', main: worker }] : [],
  }),
);

/** Docker's example: a page to vote, one with the result, a worker between their stores. */
export const VOTING_APP: readonly ImageFamily[] = [
  ...page(80, 'vote', 'Cats vs Dogs!', '    <h3>Cats vs Dogs!</h3>\n'),
  ...page(80, 'result', 'Cats vs Dogs -- Result', '    <h3>Result</h3>\n'),
  ...WORKERS,
];
