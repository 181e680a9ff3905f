import { type Host, isSystemError, type Main, type OpenFile, type User } from '../host/index.ts';
import type { Process } from '../sim/index.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin';

export interface ShellStart {
  host: Host;
  user: User;
  cwd: string;
  args: readonly string[];
  fds: ReadonlyMap<number, OpenFile>;
  /** Runs instead of /bin/bash. */
  main?: Main;
}

/** Starts bash on a host without a terminal, as a user's own. */
export function startShell({ host, user, cwd, args, fds, main }: ShellStart): Process {
  const env = new Map([
    ['HOME', user.home],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', user.name],
    ['PATH', PATH],
    ['SHELL', user.shell],
    ['USER', user.name],
  ]);
  const credentials = host.users.credentials(user);
  const options = { args, env, cwd, fds, credentials, process: { newSession: true } };
  return main ? host.init.fork(main, options) : host.init.spawn('/bin/bash', options);
}

/** The user of that name. Throws when the host has none. */
export function userOf(host: Host, name: string): User {
  const user = host.users.user(name);
  if (!user) throw new Error(`${host.hostname} has no user "${name}"`);
  return user;
}

/** Makes a directory that belongs to the user, unless there is one. */
export function provideDirectory(host: Host, path: string, user: User): void {
  const { fs } = host.init;
  try {
    if (fs.isDirectory(path)) return;
    fs.mkdirAll(path, 0o755);
    fs.chown(path, user.uid, user.gid);
  } catch (error) {
    // A broken disk (full, read-only) is the candidate's doing: the shell then starts in /.
    if (!isSystemError(error)) throw error;
  }
}
