import { isSystemError, type User } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { filesAsRoot, Users } from '../core/users.ts';
import { askSecret } from './ask.ts';

export const su = tool({
  name: 'su',
  summary: 'run a command with substitute user and group ID',
  usage: '[options] [-] [<user> [<argument>...]]',
  version: 'util-linux 2.39.3',
  options: 'l|login c|command= s|shell= m|p|preserve-environment f|fast P|pty',
  prepare: (args) => args.map((arg) => (arg === '-' ? '-l' : arg)),
  inOrder: true,
  *run(call) {
    const [name = 'root', ...args] = call.operands.filter((operand) => operand !== '-');
    const { credentials } = call.context;
    const user = Users.of(call.context).user(name);
    if (!user)
      call.fail(`user ${name} does not exist or the user entry does not contain all the required fields`);
    if (credentials.uid !== 0) {
      yield* askSecret(call.context, 'Password: ');
      call.fail('Authentication failure');
    }
    return yield* become(call, user as User, args);
  },
});

/** `runuser`: su for root, who is asked nothing; with -u it runs a program without a shell. */
export const runuser = tool({
  name: 'runuser',
  summary: 'run a command with substitute user and group ID',
  usage: ['[options] -u <user> [[--] <command>]', '[options] [-] [<user> [<argument>...]]'],
  version: 'util-linux 2.39.3',
  paths: ['/usr/sbin/runuser'],
  options: 'u|user= l|login c|command= s|shell= m|p|preserve-environment f|fast P|pty g|group= G|supp-group=',
  prepare: (args) => args.map((arg) => (arg === '-' ? '-l' : arg)),
  inOrder: true,
  *run(call) {
    const { context, options } = call;
    if (context.credentials.uid !== 0) call.fail('may not be used by non-root users');
    const [name = 'root', ...args] = options.has('u')
      ? [options.get('u') ?? '', ...call.operands]
      : call.operands;
    const user = Users.of(context).user(name);
    if (!user)
      return call.fail(
        `user ${name} does not exist or the user entry does not contain all the required fields`,
      );
    if (!options.has('u')) return yield* become(call, user, args);
    const [file] = args;
    if (file === undefined) return call.fail('no command was specified');
    try {
      return yield* context.run(file, args, { credentials: Users.of(context).credentials(user) });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return call.fail(`failed to execute ${file}: ${error.message}`, error.code === 'ENOENT' ? 127 : 126);
    }
  },
});

function* become(call: Call, user: User, args: readonly string[]): Steps<number> {
  const { context, options } = call;
  const login = options.has('l') || call.operands.includes('-');
  const shell = options.get('s') ?? user.shell;
  if (shell.endsWith('nologin')) {
    yield* context.out('This account is currently not available.\n');
    return 1;
  }
  const command = options.get('c');
  const name = shell.slice(shell.lastIndexOf('/') + 1);
  const child = context.spawn(shell, {
    args: [login ? `-${name}` : name, ...(command === undefined ? [] : ['-c', command]), ...args],
    env: environment(call, user, shell, login),
    cwd: login && filesAsRoot(context).isDirectory(user.home) ? user.home : context.cwd,
    credentials: Users.of(context).credentials(user),
  });
  context.process.handlers.set('INT', 'ignore');
  return (yield* context.wait(child)).code;
}

function environment(call: Call, user: User, shell: string, login: boolean): Map<string, string> {
  const { env } = call.context;
  const own: [string, string][] = [
    ['HOME', user.home],
    ['SHELL', shell],
    ['USER', user.name],
    ['LOGNAME', user.name],
  ];
  if (!login) {
    if (call.options.has('m')) return new Map(env);
    return new Map([...env, ...(user.uid === 0 ? own.slice(0, 2) : own)]);
  }
  const path =
    user.uid === 0
      ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin'
      : '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games:/snap/bin';
  const kept = ['TERM', 'LANG'].flatMap((name) =>
    env.has(name) ? [[name, env.get(name) as string] as const] : [],
  );
  return new Map([...kept, ...own, ['PATH', path]]);
}
