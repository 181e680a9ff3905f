import type { HttpResponse, HttpStream, Main } from '../../host/index.ts';
import { WaitQueue } from '../../sim/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { log, tryListen, work } from './serve.ts';

/** CPU that a page of a million square roots takes. */
const PAGE_MS = 60;
const HEADERS = {
  server: 'Apache/2.4.10 (Debian)',
  'x-powered-by': 'PHP/5.6.14',
  'content-type': 'text/html; charset=UTF-8',
};

/** A page that is there once it was computed. */
class Page implements HttpStream {
  readonly ready = new WaitQueue();
  #body: string | undefined;
  #taken = false;

  finish(body: string): void {
    this.#body = body;
    this.ready.notify();
  }

  next(): string | undefined {
    if (this.#taken || this.#body === undefined) return undefined;
    this.#taken = true;
    return this.#body;
  }

  get ended(): boolean {
    return this.#taken;
  }

  close(): void {
    this.#taken = true;
  }
}

/** Apache with a page that costs CPU: the guide on autoscaling asks it in a loop. */
const phpApache: Main = function* (context) {
  const waiting: Page[] = [];
  const arrived = new WaitQueue();
  const http = (request: { peer?: { address: string } }): HttpResponse => {
    const page = new Page();
    waiting.push(page);
    arrived.notify();
    log(context, `${request.peer?.address ?? '-'} - - "GET / HTTP/1.1" 200 3\n`);
    return { status: 200, headers: HEADERS, stream: page };
  };
  const problem = tryListen(context, { port: 80, http });
  if (problem) {
    yield* context.err(`(98)${problem}: AH00072: make_sock: could not bind to address 0.0.0.0:80\n`);
    return 1;
  }
  const address = context.network.primaryAddress() ?? '127.0.0.1';
  yield* context.err(
    `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`,
  );
  let stopped = false;
  for (const signal of ['TERM', 'INT', 'WINCH'] as const) {
    context.process.handlers.set(signal, () => {
      stopped = true;
      arrived.notify();
    });
  }
  while (!stopped) {
    const page = waiting.shift();
    if (!page) {
      yield { on: [arrived] };
      continue;
    }
    yield* work(context, PAGE_MS);
    page.finish('OK!');
  }
  return 0;
};

export const HPA_EXAMPLES: readonly ImageFamily[] = ['registry.k8s.io', 'k8s.gcr.io'].map((home, i) => ({
  repository: `${home}/hpa-example`,
  tags: ['latest'],
  sizeBytes: 180_000_000,
  footprint: { memoryBytes: 10 * MEBI, cores: 0.001 },
  config: () => ({
    cmd: ['apache2-foreground'],
    env: { PATH },
    workingDir: '/var/www/html',
    ports: ['80/tcp'],
  }),
  files(into) {
    debianBase(into, 'debian', '11 bullseye');
    into.install('/usr/local/bin/apache2-foreground', 'php-apache');
    into.write(
      '/var/www/html/index.php',
      '<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo "OK!";\n?>\n',
    );
  },
  ...(i === 0 ? { programs: [{ name: 'php-apache', main: phpApache }] } : {}),
}));
