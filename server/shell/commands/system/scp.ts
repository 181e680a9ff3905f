import { type Context, Files, isSystemError, SystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { type Reached, reach } from './ssh-connection.ts';

/** Files of this machine, or of another as a user who has logged in there. */
interface Side {
  readonly files: Files;
  readonly path: string;
  readonly remote: Reached | undefined;
}

export const scp = tool({
  name: 'scp',
  summary: 'OpenSSH secure file copy',
  usage:
    '[-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config] [-i identity_file] [-J destination] [-l limit] [-o ssh_option] [-P port] [-S program] [-X sftp_option] source ... target',
  version: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  options: 'r p q v C 3 4 6 A B O R s T P= i= o= F= l= c= J= S= D= X=',
  *run(call) {
    const { options, operands } = call;
    if (operands.length < 2) {
      yield* call.context.err(
        'usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]\n           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]\n           [-P port] [-S program] [-X sftp_option] source ... target\n',
      );
      return 1;
    }
    if (options.has('J')) call.fail('-J is not simulated');
    const connections = new Map<string, Reached>();
    const target = yield* sideOf(call, operands.at(-1) as string, connections);
    if (operands.length > 2 && !target.files.isDirectory(target.path))
      call.fail(
        target.files.exists(target.path)
          ? `${target.path}: Not a directory`
          : `${target.path}: No such file or directory`,
      );
    for (const operand of operands.slice(0, -1)) {
      const source = yield* sideOf(call, operand, connections);
      for (const path of matches(source)) yield* copy(call, { ...source, path }, target);
    }
    return undefined;
  },
});

/** `host:path`, `user@host:path`, or a path of this machine. */
function* sideOf(call: Call, text: string, connections: Map<string, Reached>): Steps<Side> {
  const [, destination, path = ''] = /^([^/:][^/:]*):(.*)$/s.exec(text) ?? [];
  if (destination === undefined) return { files: call.context.fs, path: text, remote: undefined };
  let remote = connections.get(destination);
  if (!remote) {
    remote = yield* reach(
      call,
      destination,
      call.options.has('P') ? Number(call.options.get('P')) : undefined,
    );
    connections.set(destination, remote);
    if (!mayLogIn(call, remote)) {
      yield* call.context.err(
        `${remote.user}@${remote.name}: Permission denied (publickey).\nscp: Connection closed\n`,
      );
      call.fail('', 255);
    }
  }
  const { host } = remote.service;
  const user = host.users.user(remote.user);
  const home = user?.home ?? '/';
  return { files: filesOf(remote), path: path === '' ? home : path.replace(/^~(?=\/|$)/, home), remote };
}

/** A login that runs nothing: only whether the key is accepted. */
function mayLogIn(call: Call, { service, user, from, keys }: Reached): boolean {
  const session = service.login({
    user,
    keys,
    from: { address: from, port: call.context.network.ephemeralPort() },
    command: 'true',
  });
  return session !== undefined;
}

function filesOf({ service, user: name }: Reached): Files {
  const { host } = service;
  const user = host.users.user(name);
  return new Files({
    mounts: host.mounts,
    credentials: user ? host.users.credentials(user) : { uid: 65_534, gid: 65_534, groups: [] },
    cwd: user?.home ?? '/',
    umask: 0o022,
    openSpecial: (place) => {
      throw new SystemError('EACCES', place.path);
    },
  });
}

/** What a path with `*` in its last part means on that side. */
function matches({ files, path, remote }: Side): string[] {
  if (!remote || !path.includes('*')) return [path];
  const slash = path.lastIndexOf('/');
  const directory = slash < 0 ? '.' : path.slice(0, slash) || '/';
  const [head = '', ...rest] = path.slice(slash + 1).split('*');
  const tail = rest.at(-1) ?? '';
  const found = files
    .list(directory)
    .filter(
      (name) => name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length,
    )
    .sort();
  return found.length === 0
    ? [path]
    : found.map((name) => (slash < 0 ? name : `${path.slice(0, slash)}/${name}`));
}

function* copy(call: Call, source: Side, target: Side): Steps<void> {
  const { path, files, remote } = source;
  const stat = files.tryStat(path);
  if (!stat) {
    yield* call.warn(
      remote ? `${path}: No such file or directory` : `stat local "${path}": No such file or directory`,
    );
    return;
  }
  const name = path.replace(/\/+$/, '').slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1);
  const into = target.files.isDirectory(target.path)
    ? `${target.path.replace(/\/$/, '')}/${name}`
    : target.path;
  if (stat.type !== 'directory') {
    yield* copyFile(call, source, { ...target, path: into });
    return;
  }
  if (!call.options.has('r')) {
    yield* call.warn(
      remote ? `download ${path}: not a regular file` : `local "${path}" is not a regular file`,
    );
    return;
  }
  yield* copyTree(call, source, { ...target, path: into });
}

function* copyTree(call: Call, source: Side, target: Side): Steps<void> {
  try {
    target.files.mkdirAll(target.path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`remote mkdir "${target.path}": ${error.message}`);
    return;
  }
  for (const name of source.files.list(source.path).sort()) {
    const [from, to] = [`${source.path}/${name}`, `${target.path}/${name}`];
    const inner = [
      { ...source, path: from },
      { ...target, path: to },
    ] as const;
    if (source.files.isDirectory(from)) yield* copyTree(call, ...inner);
    else yield* copyFile(call, ...inner);
  }
}

function* copyFile(call: Call, source: Side, target: Side): Steps<void> {
  try {
    const text = source.files.read(source.path);
    yield* call.spend(1 + (text.length >> 10));
    const there = target.files.exists(target.path);
    target.files.write(target.path, text);
    const { mode, size } = source.files.stat(source.path);
    if (!there || call.options.has('p')) target.files.chmod(target.path, mode & 0o777);
    yield* progress(call, source.path, size);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const [what, path] = source.files.can(source.path, 'read')
      ? ['dest open', target.path]
      : ['open', source.path];
    yield* call.warn(
      `${what === 'open' && !source.remote ? 'open local' : what} "${path}": ${error.message}`,
    );
    if (what === 'dest open')
      yield* call.context.err(`scp: failed to upload file ${source.path} to ${target.path}\n`);
  }
}

/** The line of a finished copy, where there is a terminal to show it on. */
function* progress(call: Call, path: string, size: number): Steps<void> {
  if (call.options.has('q') || !call.context.isTerminal(1)) return;
  const columns = call.context.fds.get(1)?.terminal?.size.columns ?? 80;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const shown = size < 10_000 ? `${size}` : `${Math.floor(size / 1024)}KB`;
  const tail = ` 100% ${shown.padStart(4)}   ${(size / 1024 / 0.02).toFixed(1).padStart(7)}KB/s   00:00    `;
  yield* call.print(`${name.slice(0, columns - tail.length).padEnd(columns - tail.length)}${tail}\n`);
}

export function homeOf(context: Context): string {
  return context.env.get('HOME') ?? context.host.users.user(context.credentials.uid)?.home ?? '/';
}
