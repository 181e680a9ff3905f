import { createHash } from 'node:crypto';
import type { ConnectFailure, Context, SshService, SshSession, Terminal } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

/** Exit status of ssh's own failures. */
const FAILED = 255;

const FAILURES: Record<ConnectFailure, { text: string; afterMs: number }> = {
  refused: { text: 'Connection refused', afterMs: 0 },
  timeout: { text: 'Connection timed out', afterMs: 130_000 },
  unreachable: { text: 'Network is unreachable', afterMs: 0 },
  'no-route': { text: 'No route to host', afterMs: 3000 },
};

export const ssh = tool({
  name: 'ssh',
  summary: 'OpenSSH remote login client',
  usage:
    '[-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name] [-o option] [-p port] destination [command [argument ...]]',
  version: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  usageStatus: FAILED,
  inOrder: true,
  options: 'i= l= o= p= t T n q v A a x X 4 6 C N F= E= V',
  *run(call) {
    if (call.options.has('V')) {
      yield* call.context.err('OpenSSH_9.6p1 Ubuntu-3ubuntu13.5, OpenSSL 3.0.13 30 Jan 2024\n');
      return 0;
    }
    const [destination, ...words] = call.operands;
    if (destination === undefined) {
      yield* call.context.err(
        'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name]\n           [-o option] [-p port] destination [command [argument ...]]\n',
      );
      return FAILED;
    }
    return yield* connect(call, destination, words);
  },
});

/** The login name that `~/.ssh/config` gives for a host. Models readconf.c, for `Host` and `User`. */
function configuredUser({ context }: Call, name: string): string | undefined {
  const path = `${context.env.get('HOME') ?? ''}/.ssh/config`;
  if (!context.fs.isFile(path) || !context.fs.can(path, 'read')) return undefined;
  let applies = true;
  for (const line of context.fs.read(path).split('\n')) {
    const [, key = '', value = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    if (key.toLowerCase() === 'host')
      applies = value.split(/\s+/).some((pattern) => matchesHost(pattern, name));
    else if (applies && key.toLowerCase() === 'user') return value;
  }
  return undefined;
}

function matchesHost(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source.slice(0, 200)}$`).test(name);
}

function* connect(call: Call, destination: string, words: readonly string[]): Steps<number> {
  const at = destination.lastIndexOf('@');
  const name = destination.slice(at + 1).replace(/^ssh:\/\//, '');
  const { context } = call;
  const own = context.host.users.user(context.credentials.uid)?.name ?? 'root';
  const user =
    at >= 0 ? destination.slice(0, at) : (call.options.get('l') ?? configuredUser(call, name) ?? own);
  const port = Number(call.options.get('p') ?? 22);
  const address = lookUp(context, name);
  if (address === undefined)
    throw new Failure(`Could not resolve hostname ${name}: Name or service not known`, FAILED);
  const found = context.network.connect(address, port);
  if (!found.ok) {
    const { text, afterMs } = FAILURES[found.failure];
    if (afterMs > 0) yield* context.sleep(afterMs);
    throw new Failure(`connect to host ${name} port ${port}: ${text}`, FAILED);
  }
  const service = found.listener.service as SshService | undefined;
  if (!service?.login) {
    return yield* end(
      call,
      `kex_exchange_identification: Connection closed by remote host\nConnection closed by ${address} port ${port}`,
    );
  }
  yield* context.sleep(60);
  yield* checkHostKey(call, name, address, service);
  const terminal =
    context.isTerminal(0) && !call.options.has('T') && (words.length === 0 || call.options.has('t'))
      ? context.terminal
      : undefined;
  const session = service.login({
    user,
    keys: publicKeys(call),
    from: { address: found.from, port: context.network.ephemeralPort() },
    ...(words.length > 0 ? { command: words.join(' ') } : {}),
    ...(terminal
      ? { terminal: { ...terminal.size, term: context.env.get('TERM') ?? 'xterm-256color' } }
      : { streams: { stdin: context.fd(0), stdout: context.fd(1), stderr: context.fd(2) } }),
  });
  if (!session) {
    yield* context.err(`${user}@${name}: Permission denied (publickey).\n`);
    return FAILED;
  }
  return yield* converse(call, session, terminal, name);
}

/** Carries keys and output between this terminal and the remote one until the remote shell ends. */
function* converse(
  call: Call,
  session: SshSession,
  terminal: Terminal | undefined,
  name: string,
): Steps<number> {
  const { context } = call;
  const { process, master } = session;
  context.process.onExit.push(() => (master ? master.hangup() : process.signal('HUP')));
  if (!master || !terminal) return (yield* context.wait(process)).code;
  const before = terminal.setModes({
    icanon: false,
    echo: false,
    isig: false,
    icrnl: false,
    opost: false,
    ixon: false,
  });
  const restore = () => terminal.setModes(before);
  context.process.onExit.push(restore);
  try {
    for (;;) {
      const typed = context.fd(0).read(4096);
      if (typed) master.input(typed);
      master.resize(terminal.size);
      const shown = master.take();
      if (shown) yield* context.out(shown);
      if (shown === '' || (!process.alive && shown === undefined)) break;
      if (typed === undefined && shown === undefined)
        yield* waitOn([terminal.readable, master.output, process.ended]);
    }
  } finally {
    restore();
  }
  yield* context.err(`Connection to ${name} closed.\n`);
  return process.status?.code ?? FAILED;
}

/** Ends with a message that does not carry ssh's name. */
function* end(call: Call, message: string): Steps<never> {
  yield* call.context.err(`${message}\n`);
  throw new Failure('', FAILED);
}

/** A literal address, or a name in `/etc/hosts`. */
function lookUp(context: Context, name: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(name)) return name;
  if (!context.fs.isFile('/etc/hosts')) return undefined;
  for (const line of context.fs.read('/etc/hosts').split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name)) return address;
  }
  return undefined;
}

function publicKeys(call: Call): string[] {
  const { fs, env } = call.context;
  const directory = `${env.get('HOME') ?? '/root'}/.ssh`;
  const identities = call.options.has('i')
    ? call.options.all('i')
    : ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((file) => `${directory}/${file}`);
  return identities.flatMap((path) =>
    fs.isFile(path) && fs.isFile(`${path}.pub`) ? [fs.read(`${path}.pub`)] : [],
  );
}

function* checkHostKey(call: Call, name: string, address: string, service: SshService): Steps<void> {
  const { fs, env } = call.context;
  const own = `${env.get('HOME') ?? '/root'}/.ssh/known_hosts`;
  const lines = [own, '/etc/ssh/ssh_known_hosts'].flatMap((path) =>
    fs.isFile(path) ? fs.read(path).split('\n') : [],
  );
  const known = lines.map((line) => line.split(' ')).filter(([names]) => names?.split(',').includes(name));
  if (known.some(([, ...key]) => key.join(' ').startsWith(keyOnly(service.hostKey)))) return;
  if (known.length > 0) {
    yield* end(
      call,
      `Host key for ${name} has changed and you have requested strict checking.\nHost key verification failed.`,
    );
  }
  const strict = call.options
    .all('o')
    .map((option) => /^StrictHostKeyChecking[= ](\S+)$/.exec(option)?.[1])
    .find(Boolean);
  if (strict !== 'no' && strict !== 'accept-new') yield* confirm(call, name, address, service.hostKey);
  fs.mkdirAll(own.slice(0, own.lastIndexOf('/')), 0o700);
  fs.append(own, `${name} ${keyOnly(service.hostKey)}\n`, 0o600);
  yield* call.context.err(`Warning: Permanently added '${name}' (ED25519) to the list of known hosts.\n`);
}

function keyOnly(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}

function* confirm(call: Call, name: string, address: string, hostKey: string): Steps<void> {
  const { context } = call;
  const fingerprint = `SHA256:${createHash('sha256')
    .update(keyOnly(hostKey).split(' ')[1] ?? '', 'base64')
    .digest('base64')
    .replace(/=+$/, '')}`;
  if (!context.terminal) return yield* end(call, 'Host key verification failed.');
  const file = context.terminal.open().retain();
  let question = `The authenticity of host '${name} (${address})' can't be established.\nED25519 key fingerprint is ${fingerprint}.\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `;
  try {
    for (;;) {
      file.write(question);
      let line = file.read(4096);
      while (line === undefined) {
        yield* waitOn([context.terminal.readable]);
        line = file.read(4096);
      }
      const answer = line.trim();
      if (answer === 'yes' || answer === fingerprint) return;
      if (answer === 'no') yield* end(call, 'Host key verification failed.');
      question = "Please type 'yes', 'no' or the fingerprint: ";
    }
  } finally {
    file.release();
  }
}
