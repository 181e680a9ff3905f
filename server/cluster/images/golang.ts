import {
  binary,
  type Context,
  type HttpRequest,
  isSystemError,
  type Main,
  programVersion,
} from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { alpineBase, debianBase, shellOf } from './bases/unix.ts';
import { goTime } from './go-program.ts';
import { type ImageFamily, PATH } from './image.ts';
import { compileGo, GoError, type GoProgram, type GoStatement } from './programs/go-source.ts';
import { log, pathOf, text, tryListen, untilSignal } from './serve.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({
    ...{ '1.25': 3, '1.24': 9, '1.23': 12, '1.22': 12, '1.21': 13, '1.20': 14, '1.19': 13 },
    ...{ '1.18': 10, '1.17': 13, '1.16': 15, '1.15': 15, '1.14': 15 },
  }),
  '1.25.3',
  ['alpine', 'bookworm', 'bullseye', 'alpine3.22', 'alpine3.20', 'alpine3.18', 'alpine3.11'],
);
const COMPILE_MS = 1200;

/** go: its version, and the building and running of small programs; others are refused where they stop being small. */
const go: Main = function* (context) {
  const [command = '', ...args] = context.args.slice(1);
  switch (command) {
    case 'version':
      yield* context.out(`go version go${context.env.get('GOLANG_VERSION') ?? '1.25.3'} linux/amd64\n`);
      return 0;
    case 'build':
    case 'run':
      return yield* build(context, command, args);
    case '':
    case 'help':
      yield* context.err(
        'Go is a tool for managing Go source code.\n\nUsage:\n\n\tgo <command> [arguments]\n',
      );
      return 2;
    default:
      yield* context.err(`go: ${command} is not simulated here, but for build, run and version\n`);
      return 1;
  }
};

function* build(context: Context, command: 'build' | 'run', args: readonly string[]): Steps<number> {
  const at = args.indexOf('-o');
  const files = args.filter((arg, i) => arg.endsWith('.go') && (at < 0 || i !== at + 1));
  const file = files[0] ?? './main.go';
  try {
    const program = compileGo(context.fs.read(file), file);
    yield* context.sleep(COMPILE_MS);
    if (command === 'run') return yield* new Running(context, program).main();
    const target = at < 0 ? file.replace(/^.*\/|\.go$/g, '') : (args[at + 1] ?? 'main');
    context.fs.write(target, binary('go-built', JSON.stringify(program)), 0o755);
    context.fs.chmod(target, 0o755);
    return 0;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) yield* context.err(`no required module provides package ${file}\n`);
    else if (error instanceof GoError) yield* context.err(`# command-line-arguments\n${error.message}\n`);
    else throw error;
    return 1;
  }
}

/** A built program: what it does lies in its file. */
const built: Main = function* (context) {
  const program = JSON.parse(programVersion(context)) as GoProgram;
  return yield* new Running(context, program).main();
};

class Running {
  readonly #context: Context;
  readonly #program: GoProgram;

  constructor(context: Context, program: GoProgram) {
    this.#context = context;
    this.#program = program;
  }

  *main(): Steps<number> {
    return (yield* this.#run(this.#program.main)) ?? 0;
  }

  /** The code that the program ends with, unless it goes on behind these statements. */
  *#run(body: readonly GoStatement[]): Steps<number | undefined> {
    const context = this.#context;
    for (const statement of body) {
      if (statement.do === 'sleep') yield* context.sleep(statement.ms);
      else if (statement.do === 'serve') return yield* this.#serve(statement.port);
      else if (statement.do === 'loop') {
        for (;;) {
          if (context.process.spend(100)) yield* context.sleep(1);
          const code = yield* this.#run(statement.body);
          if (code !== undefined) return code;
        }
      } else {
        if (statement.to === 'log') yield* context.err(this.#stamped(statement.text));
        else if (statement.to === 'output') yield* context.out(statement.text);
        if (statement.exits) return 1;
      }
    }
    return undefined;
  }

  *#serve(port: number): Steps<number> {
    const context = this.#context;
    const problem = tryListen(context, { port, http: (request) => this.#answer(request) });
    if (problem) {
      yield* context.err(this.#stamped(`listen tcp :${port}: bind: ${problem.toLowerCase()}\n`));
      return 1;
    }
    const signal = yield* untilSignal(context, ['TERM', 'INT']);
    return signal === 'INT' ? 130 : 143;
  }

  /** By the longest pattern that fits, as Go's ServeMux does. */
  #answer(request: HttpRequest) {
    const path = pathOf(request);
    const found = this.#program.handlers
      .filter((one) => one.path === path || (one.path.endsWith('/') && path.startsWith(one.path)))
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (!found) return text(404, '404 page not found\n');
    let body = '';
    for (const statement of found.body) {
      if (statement.do !== 'print') continue;
      if (statement.to === 'reply') body += statement.text;
      else if (statement.to === 'log') log(this.#context, this.#stamped(statement.text), 2);
      else log(this.#context, statement.text);
    }
    return text(200, body);
  }

  #stamped(line: string): string {
    return `${goTime(this.#context.now)} ${line}`;
  }
}

export const GOLANG: ImageFamily = {
  repository: 'golang',
  tags: [...VERSIONS.keys()],
  sizeBytes: 310_000_000,
  config: (tag) => ({
    cmd: shellOf(tag),
    env: {
      PATH: `/go/bin:/usr/local/go/bin:${PATH}`,
      GOLANG_VERSION: VERSIONS.get(tag) ?? '1.25.3',
      GOPATH: '/go',
    },
    workingDir: '/go',
  }),
  files(into) {
    if (into.tag.includes('alpine')) alpineBase(into, '3.22.1');
    else debianBase(into, 'debian', '12 bookworm');
    into.install('/usr/local/go/bin/go', 'go-image');
    for (const path of ['/go/bin', '/go/src']) into.fs.mkdirAll(path);
  },
  programs: [
    { name: 'go-image', main: go },
    { name: 'go-built', main: built },
  ],
};
