import {
  type Context,
  type Credentials,
  type Host,
  type OpenFile,
  ROOT,
  type WindowSize,
} from '../host/index.ts';
import type { Master } from '../host/pty.ts';
import { Terminals } from '../host/pty.ts';
import { Users } from '../host/users.ts';
import type { Process, Steps } from '../sim/index.ts';
import { filesAsRoot } from './install.ts';
import type { World } from './world.ts';

/** Who runs something, where, and with which variables. */
export interface Login {
  readonly user: string;
  readonly home: string;
  readonly credentials: Credentials;
  readonly env: ReadonlyMap<string, string>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a login as `name` starts with. Throws when the host has no such user. */
export function loginAs(host: Host, name: string): Login {
  const files = filesAsRoot(host.mounts);
  const users = new Users((path) => (files.isFile(path) ? files.read(path) : undefined));
  const user = users.user(name);
  if (!user) throw new Error(`${host.hostname} has no user "${name}"`);
  const env = new Map([
    ['HOME', user.home],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', name],
    ['PATH', PATH],
    ['SHELL', user.shell],
    ['USER', name],
  ]);
  return { user: name, home: user.home, credentials: user.uid === 0 ? ROOT : users.credentials(user), env };
}

export interface RunOptions {
  host: Host;
  login: Login;
  cwd: string;
  file: string;
  args: readonly string[];
  fds: ReadonlyMap<number, OpenFile>;
  /** Called in the new process before the program starts. */
  prepare?: (context: Context) => void;
  /** Of the host: the child of its init. */
  parent?: Process;
}

/** Starts a program on a host as if somebody had logged in. */
export function start(options: RunOptions): Process {
  const { host, login } = options;
  const init = options.parent ?? host.processes.get(1);
  return host.spawn({
    ...(init?.alive ? { parent: init } : {}),
    process: { newSession: true },
    main: (context) => execute(context, options),
    state: {
      host,
      args: options.args,
      env: login.env,
      cwd: options.cwd,
      umask: login.credentials.uid === 0 ? 0o022 : 0o002,
      credentials: login.credentials,
      fds: options.fds,
      mounts: host.mounts,
      network: host.network,
      hostname: undefined,
    },
  });
}

function* execute(context: Context, options: RunOptions): Steps<number> {
  options.prepare?.(context);
  return yield* context.exec(options.file, options.args);
}

/** A terminal somebody sits at. */
export interface Session {
  readonly master: Master;
  readonly process: Process;
  readonly host: string;
}

const terminals = new WeakMap<Host, Terminals>();

/** Opens a terminal with a login shell. */
export function openTerminal(
  world: World,
  hostName: string,
  size: WindowSize,
  options: { user?: string; cwd?: string } = {},
): Session {
  const host = world.host(hostName);
  const login = loginAs(host, options.user ?? world.topology.candidate.user);
  const pty = terminalsOf(host).create(size);
  const file = pty.open();
  const env = new Map([...login.env, ['TERM', 'xterm-256color']]);
  const process = start({
    host,
    login: { ...login, env },
    cwd: options.cwd ?? login.home,
    file: '/bin/bash',
    args: ['-bash'],
    fds: new Map([0, 1, 2].map((fd) => [fd, file])),
    prepare: ({ process }) => {
      process.terminal = pty;
      pty.session = process.session;
      pty.foreground = process.group;
    },
  });
  return { master: pty, process, host: hostName };
}

function terminalsOf(host: Host): Terminals {
  let found = terminals.get(host);
  if (!found) {
    found = new Terminals(host.processes);
    terminals.set(host, found);
  }
  return found;
}
