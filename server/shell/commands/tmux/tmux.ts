import { type Context, FunctionFile, isSystemError } from '../../../host/index.ts';
import { type Process, type Steps, waitOn } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { OptionError, parseOptions } from '../../options.ts';
import { TmuxClient } from './client.ts';
import type { Origin } from './command.ts';
import { runLine, runScript, startsServer } from './commands.ts';
import { TmuxError, TmuxServer, type Viewer } from './server.ts';
import { noServer, socketPath } from './session-commands.ts';

const USAGE =
  'usage: tmux [-2CDlNuVv] [-c shell-command] [-f file] [-L socket-name]\n            [-S socket-path] [-T features] [command [flags]]\n';

/** Sessions outlive the terminal that made them: a server process holds them, clients look at them. */
export const tmux: Command = { name: 'tmux', summary: 'terminal multiplexer', main };

function* main(context: Context): Steps<number> {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(context.args.slice(1), '2 C D l N u V v c= f= L= S= T=', true);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    yield* context.err(`tmux: ${error.message.replace(/^invalid option/, 'unknown option')}\n${USAGE}`);
    return 1;
  }
  if (options.has('V')) {
    yield* context.out('tmux 3.4\n');
    return 0;
  }
  if (options.has('C', 'S', 'c')) {
    yield* context.err('tmux: -C, -S and -c are not simulated\n');
    return 1;
  }
  const words = options.operands.length > 0 ? options.operands : ['new-session'];
  try {
    return yield* run(context, words, options.get('L') ?? 'default', options.get('f'));
  } catch (error) {
    if (!(error instanceof TmuxError)) throw error;
    yield* context.err(`${error.message}\n`);
    return 1;
  }
}

function* run(
  context: Context,
  words: readonly string[],
  socket: string,
  file: string | undefined,
): Steps<number> {
  const { unix } = context.host.network.network;
  const path = socketPath(context, socket);
  const key = `${context.host.hostname}:${path}`;
  let server = unix.get(key)?.service as TmuxServer | undefined;
  const attaches = /^(new|attach|a$|at$)/.test(words[0] ?? '') && !words.includes('-d');
  if (attaches && context.env.has('TMUX') && (context.env.get('TMUX') ?? '') !== '')
    throw new TmuxError('sessions should be nested with care, unset $TMUX to force');
  if (!server) {
    if (!startsServer(words)) throw new TmuxError(attaches ? 'no sessions' : noServer(context, socket));
    if (attaches && !context.isTerminal(0)) throw new TmuxError('open terminal failed: not a terminal');
    provideSocket(context, path);
    server = yield* startServer(context, key, file);
  }
  const found = server;
  const viewer = context.isTerminal(0)
    ? new TmuxClient(context, found, (one) => originOf(context, found, one))
    : undefined;
  const later = { text: '', processes: [] as Process[] };
  const text = runLine({ ...originOf(context, found, viewer), later }, words);
  if (text !== '') yield* context.out(text);
  for (const process of later.processes) while (process.alive) yield* waitOn([process.ended]);
  if (later.text !== '') yield* context.out(later.text);
  if (viewer?.session) yield* viewer.run();
  return 0;
}

function originOf(context: Context, server: TmuxServer, viewer: Viewer | undefined): Origin {
  const own = /,(\d+)$/.exec(context.env.get('TMUX') ?? '')?.[1];
  return {
    server,
    viewer,
    session:
      viewer?.session ??
      (own === undefined ? undefined : server.sessions.find(({ id }) => id === Number(own))),
    env: context.env,
    cwd: context.cwd,
    size: context.fds.get(0)?.terminal?.size ?? { columns: 80, rows: 24 },
    read: (path) => readFile(context, path),
  };
}

function readFile(context: Context, path: string): string | undefined {
  const full = path.replace(/^~(?=\/|$)/, context.env.get('HOME') ?? '/');
  try {
    return context.fs.read(full);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function provideSocket({ fs }: Context, path: string): void {
  const directory = path.slice(0, path.lastIndexOf('/'));
  try {
    if (!fs.exists(directory)) fs.mkdir(directory, 0o700);
    if (fs.exists(path)) return;
    fs.makeNode(path, 'socket', 0o660);
    fs.chmod(path, 0o660);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TmuxError(`couldn't create directory ${directory} (${error.message})`);
  }
}

/** Starts the process that holds the sessions, and lets it read the configuration. */
function* startServer(context: Context, key: string, file: string | undefined): Steps<TmuxServer> {
  const nothing = new FunctionFile('/dev/null', {});
  let server: TmuxServer | undefined;
  const env = new Map([...context.env].filter(([name]) => name !== 'TMUX'));
  context.fork(
    function* (own) {
      server = new TmuxServer(own);
      yield* serve(own, server, key);
      return 0;
    },
    {
      args: ['tmux', 'new-session'],
      env,
      fds: new Map([0, 1, 2].map((fd) => [fd, nothing])),
      process: { newSession: true },
    },
  );
  while (!server) yield* waitOn([], context.now + 1);
  const origin = originOf(context, server, undefined);
  const home = context.env.get('HOME') ?? '';
  const usual = ['/etc/tmux.conf', `${home}/.tmux.conf`, `${home}/.config/tmux/tmux.conf`];
  for (const path of file === undefined ? usual : [file]) {
    const text = readFile(context, path);
    if (text === undefined && file !== undefined) throw new TmuxError(`${file}: No such file or directory`);
    const errors = text === undefined ? '' : runScript(origin, text, path);
    if (errors !== '') yield* context.err(errors);
  }
  return server;
}

function* serve(context: Context, server: TmuxServer, key: string): Steps<void> {
  const { unix } = context.host.network.network;
  const service = {
    protocol: 'TCP',
    address: key,
    port: 0,
    pid: context.process.pid,
    service: server,
  } as const;
  unix.set(key, service);
  context.process.handlers.set('HUP', 'ignore');
  context.process.onExit.push(() => {
    if (unix.get(key) === service) unix.delete(key);
    for (const session of [...server.sessions]) server.killSession(session);
  });
  // The first session is made by the client that started us.
  while (server.sessions.length === 0) yield* waitOn([server.changed]);
  while (server.sessions.length > 0) yield* waitOn([server.ended]);
}
