import { type Process, waitOn } from '../sim/index.ts';
import type { Context } from './context.ts';
import type { OpenFile } from './files/open-file.ts';
import type { Host } from './host.ts';
import type { Main } from './program.ts';
import type { Master, WindowSize } from './pty.ts';
import { sshdConfigErrors } from './sshd-config.ts';
import type { User } from './users.ts';

/** What an ssh client asks for. */
export interface SshRequest {
  readonly user: string;
  /** Public keys the client can prove it holds: lines as in `id_ed25519.pub`. */
  readonly keys: readonly string[];
  /** A terminal of this size is wanted, with this TERM. */
  readonly terminal?: WindowSize & { readonly term: string };
  /** Runs through the login shell with `-c`; undefined: an interactive shell. */
  readonly command?: string;
  /** Address the client comes from, for SSH_CONNECTION and the journal. */
  readonly from: { readonly address: string; readonly port: number };
  /** Descriptors of the command where there is no terminal. */
  readonly streams?: { readonly stdin: OpenFile; readonly stdout: OpenFile; readonly stderr: OpenFile };
}

/** An accepted login. */
export interface SshSession {
  readonly process: Process;
  /** The master side of the terminal, where one was asked for. */
  readonly master: Master | undefined;
}

/** What listens on port 22: the `service` of sshd's listener. */
export interface SshService {
  readonly host: Host;
  /** The host's public key, as `known_hosts` keeps it: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** Undefined: permission denied. */
  login(request: SshRequest): SshSession | undefined;
}

/** sshd: accepts clients whose key stands in the user's `authorized_keys`. */
export const sshd: Main = function* (context) {
  const { host } = context;
  const refusal = startRefusal(context);
  if (refusal) {
    for (const line of refusal) yield* context.err(`${line}\n`);
    return 255;
  }
  if (context.args.includes('-t')) return 0;
  const hostKey = readFirst(context, '/etc/ssh/ssh_host_ed25519_key.pub');
  const service: SshService = { host, hostKey, login: (request) => login(context, request) };
  const listener = { protocol: 'TCP', port: 22, pid: context.process.pid, service } as const;
  context.process.onExit.push(context.network.listen({ ...listener, address: '0.0.0.0' }));
  context.process.onExit.push(context.network.listen({ ...listener, address: '::', v6only: true }));
  context.process.argv = ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'];
  context.process.handlers.set('CHLD', 'ignore');
  yield* context.err('Server listening on 0.0.0.0 port 22.\n');
  for (;;) yield {};
};

/** Why sshd does not start. */
function startRefusal(context: Context): string[] | undefined {
  const { args, network } = context;
  if (!args[0]?.startsWith('/')) return ['sshd re-exec requires execution with an absolute path'];
  const unknown = args.slice(1).find((arg) => arg !== '-D' && arg !== '-t');
  if (unknown !== undefined) return [`sshd: ${unknown} is not supported here, but for -D and -t`];
  const errors = sshdConfigErrors(context);
  if (errors.length > 0) return errors;
  if (args.includes('-t') || !network.listenerAt('0.0.0.0', 22, 'TCP')) return undefined;
  return [
    'Bind to port 22 on 0.0.0.0 failed: Address already in use.',
    'Bind to port 22 on :: failed: Address already in use.',
    'Cannot bind any address.',
  ];
}

function login(context: Context, request: SshRequest): SshSession | undefined {
  const { host } = context;
  const user = host.users.user(request.user);
  if (!user || !mayLogIn(context, user, request.keys)) return undefined;
  host.journal.append({
    identifier: 'sshd',
    pid: context.process.pid,
    unit: 'ssh.service',
    message: `Accepted publickey for ${user.name} from ${request.from.address} port ${request.from.port} ssh2`,
  });
  const { address, port } = request.from;
  const env = new Map([['SSH_CONNECTION', `${address} ${port} ${host.network.primaryAddress() ?? ''} 22`]]);
  env.set('SSH_CLIENT', `${address} ${port} 22`);
  const { terminal, command, streams } = request;
  return withSession(context, user, (parent) =>
    host.login({
      user,
      env,
      parent,
      ...(terminal ? { terminal } : {}),
      ...(command === undefined ? {} : { command }),
      ...(streams ? { streams } : {}),
    }),
  );
}

/**
 * The processes between the listener and a shell: one with the rights of root where the user is somebody else, and one
 * that acts as the user. They end with the shell, and it with them.
 */
function withSession(context: Context, user: User, start: (parent: Process) => SshSession): SshSession {
  const { host } = context;
  const process = { newSession: true, cgroup: host.sliceOf(user) };
  let shell: Process | undefined;
  const main: Main = function* () {
    while (shell?.alive) yield* waitOn([shell.ended]);
    return 0;
  };
  const privileged =
    user.uid === 0
      ? context
      : contextOf(host, context.fork(main, { args: [`sshd: ${user.name} [priv]`], process }));
  const own = privileged.fork(main, {
    args: [`sshd: ${user.name}@notty`],
    credentials: host.users.credentials(user),
    process,
  });
  const session = start(own);
  shell = session.process;
  if (session.master) own.argv = [`sshd: ${user.name}@${session.master.terminal.name}`];
  for (const each of [privileged.process, own])
    if (each !== context.process) each.onExit.push(() => session.process.signal('HUP'));
  return session;
}

function contextOf(host: Host, process: Process): Context {
  return host.contextOf(process) as Context;
}

function mayLogIn(context: Context, user: User, keys: readonly string[]): boolean {
  const path = `${user.home}/.ssh/authorized_keys`;
  if (!context.fs.isFile(path)) return false;
  const known = context.fs.read(path).split('\n').map(keyOf);
  return keys.some((key) => keyOf(key) !== '' && known.includes(keyOf(key)));
}

/** Type and key of a public key line, without the comment. */
function keyOf(line: string): string {
  const [type, key] = line.trim().split(/\s+/);
  return key === undefined ? '' : `${type} ${key}`;
}

function readFirst(context: Context, path: string): string {
  return context.fs.isFile(path) ? context.fs.read(path).trim() : '';
}
