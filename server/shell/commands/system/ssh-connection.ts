import { type ConnectFailure, type Context, type SshService, sshFingerprint } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Failure } from '../core/tool.ts';
import { type SshConfig, setting, sshConfig } from './ssh-config.ts';

/** Exit status of ssh's own failures. */
export const FAILED = 255;

const FAILURES: Record<ConnectFailure, { text: string; afterMs: number }> = {
  refused: { text: 'Connection refused', afterMs: 0 },
  timeout: { text: 'Connection timed out', afterMs: 130_000 },
  unreachable: { text: 'Network is unreachable', afterMs: 0 },
  'no-route': { text: 'No route to host', afterMs: 3000 },
};

/** A server that was found and whose key is known. */
export interface Reached {
  readonly service: SshService;
  readonly user: string;
  readonly name: string;
  /** Our own address, as the server sees it. */
  readonly from: string;
  readonly address: string;
  readonly port: number;
  /** The public keys that are offered. */
  readonly keys: readonly string[];
}

/** Finds the server that `user@host` names and checks its key. Ends the tool in ssh's words where it cannot. */
export function* reach(
  call: Call,
  destination: string,
  asked: number | undefined,
  login?: string,
): Steps<Reached> {
  const at = destination.lastIndexOf('@');
  const name = destination.slice(at + 1).replace(/^ssh:\/\//, '');
  const { context } = call;
  const own = context.host.users.user(context.credentials.uid)?.name ?? 'root';
  const config = sshConfig(call, name);
  const user = at >= 0 ? destination.slice(0, at) : (login ?? setting(config, 'User') ?? own);
  const port = asked ?? Number(setting(config, 'Port') ?? 22);
  const target = (setting(config, 'HostName') ?? name).replaceAll('%h', name);
  const address = lookUp(context, target);
  if (address === undefined)
    return yield* end(call, `ssh: Could not resolve hostname ${target}: Name or service not known`);
  const found = context.network.connect(address, port);
  if (!found.ok) {
    const { text, afterMs } = FAILURES[found.failure];
    if (afterMs > 0) yield* context.sleep(afterMs);
    return yield* end(call, `ssh: connect to host ${target} port ${port}: ${text}`);
  }
  const service = found.listener.service as SshService | undefined;
  if (!service?.login) {
    return yield* end(
      call,
      `kex_exchange_identification: Connection closed by remote host\nConnection closed by ${address} port ${port}`,
    );
  }
  yield* context.sleep(60);
  yield* checkHostKey(call, config, { name: port === 22 ? target : `[${target}]:${port}`, address, service });
  return { service, user, name: target, from: found.from, address, port, keys: publicKeys(call, config) };
}

/** Ends with a message that does not carry ssh's name. */
function* end(call: Call, message: string): Steps<never> {
  yield* call.context.err(`${message}\n`);
  throw new Failure('', FAILED);
}

/** A literal address, or a name in `/etc/hosts`. */
export function lookUp(context: Context, name: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(name)) return name;
  if (!context.fs.isFile('/etc/hosts')) return undefined;
  for (const line of context.fs.read('/etc/hosts').split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name)) return address;
  }
  return undefined;
}

/** The public keys that `-i` and `IdentityFile` name, or those of the user. */
export function publicKeys(call: Call, config: SshConfig, given = call.options.all('i')): string[] {
  const { fs, env } = call.context;
  const home = env.get('HOME') ?? '/root';
  const named = [
    ...given,
    ...(config.get('identityfile') ?? []).map((path) => path.replace(/^~(?=\/)/, home)),
  ];
  const identities =
    named.length > 0 ? named : ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((file) => `${home}/.ssh/${file}`);
  return identities.flatMap((path) =>
    fs.isFile(path) && fs.isFile(`${path}.pub`) ? [fs.read(`${path}.pub`)] : [],
  );
}

interface Peer {
  readonly name: string;
  readonly address: string;
  readonly service: SshService;
}

function* checkHostKey(call: Call, config: SshConfig, peer: Peer): Steps<void> {
  const { fs, env } = call.context;
  const { name, service } = peer;
  const home = env.get('HOME') ?? '/root';
  const own = (setting(config, 'UserKnownHostsFile') ?? `${home}/.ssh/known_hosts`).split(' ')[0] as string;
  const strict = setting(config, 'StrictHostKeyChecking') ?? 'ask';
  const quiet = call.options.has('q') || /^(quiet|fatal|error)$/i.test(setting(config, 'LogLevel') ?? '');
  const known = [own, '/etc/ssh/ssh_known_hosts']
    .flatMap((path) =>
      fs.isFile(path) && path !== '/dev/null'
        ? fs
            .read(path)
            .split('\n')
            .map((line, i) => ({ path, line: i + 1, words: line.split(' ') }))
        : [],
    )
    .filter(({ words }) => words[0]?.split(',').includes(name));
  if (known.some(({ words: [, ...key] }) => key.join(' ').startsWith(keyOnly(service.hostKey)))) return;
  if (known[0]) {
    yield* call.context.err(changed(name, own, known[0], service.hostKey));
    if (strict === 'no') return;
    yield* end(
      call,
      `Host key for ${name} has changed and you have requested strict checking.\nHost key verification failed.`,
    );
  }
  if (strict === 'yes')
    yield* end(
      call,
      `No ED25519 host key is known for ${name} and you have requested strict checking.\nHost key verification failed.`,
    );
  if (strict !== 'no' && strict !== 'accept-new') {
    if (setting(config, 'BatchMode') === 'yes') yield* end(call, 'Host key verification failed.');
    yield* confirm(call, name, peer.address, service.hostKey);
  }
  if (own !== '/dev/null') {
    fs.mkdirAll(own.slice(0, own.lastIndexOf('/')), 0o700);
    fs.append(own, `${name} ${keyOnly(service.hostKey)}\n`, 0o600);
  }
  if (!quiet)
    yield* call.context.err(`Warning: Permanently added '${name}' (ED25519) to the list of known hosts.\n`);
}

/** Models sshconnect.c warn_changed_key. */
function changed(
  name: string,
  own: string,
  { path, line }: { path: string; line: number },
  key: string,
): string {
  const rule = '@'.repeat(59);
  return `${rule}
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
${rule}
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
${sshFingerprint(key)}.
Please contact your system administrator.
Add correct host key in ${own} to get rid of this message.
Offending ED25519 key in ${path}:${line}
  remove with:
  ssh-keygen -f "${path}" -R "${name}"
`;
}

function keyOnly(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}

function* confirm(call: Call, name: string, address: string, hostKey: string): Steps<void> {
  const { context } = call;
  const fingerprint = sshFingerprint(hostKey);
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
