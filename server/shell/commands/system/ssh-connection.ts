import { type ConnectFailure, type Context, type SshService, sshFingerprint } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Failure } from '../core/tool.ts';

/** Exit status of ssh's own failures. */
export const FAILED = 255;

const FAILURES: Record<ConnectFailure, { text: string; afterMs: number }> = {
  refused: { text: 'Connection refused', afterMs: 0 },
  timeout: { text: 'Connection timed out', afterMs: 130_000 },
  unreachable: { text: 'Network is unreachable', afterMs: 0 },
  'no-route': { text: 'No route to host', afterMs: 3000 },
};

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

/** A server that was found and whose key is known. */
export interface Reached {
  readonly service: SshService;
  readonly user: string;
  readonly name: string;
  /** Our own address, as the server sees it. */
  readonly from: string;
}

/** Finds the server that `user@host` names and checks its key. Ends the tool in ssh's words where it cannot. */
export function* reach(call: Call, destination: string, port: number, login?: string): Steps<Reached> {
  const at = destination.lastIndexOf('@');
  const name = destination.slice(at + 1).replace(/^ssh:\/\//, '');
  const { context } = call;
  const own = context.host.users.user(context.credentials.uid)?.name ?? 'root';
  const user = at >= 0 ? destination.slice(0, at) : (login ?? configuredUser(call, name) ?? own);
  const address = lookUp(context, name);
  if (address === undefined)
    return yield* end(call, `ssh: Could not resolve hostname ${name}: Name or service not known`);
  const found = context.network.connect(address, port);
  if (!found.ok) {
    const { text, afterMs } = FAILURES[found.failure];
    if (afterMs > 0) yield* context.sleep(afterMs);
    return yield* end(call, `ssh: connect to host ${name} port ${port}: ${text}`);
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
  return { service, user, name, from: found.from };
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

/** The public keys that `-i` names, or those of the user. */
export function publicKeys(call: Call, given = call.options.all('i')): string[] {
  const { fs, env } = call.context;
  const directory = `${env.get('HOME') ?? '/root'}/.ssh`;
  const identities =
    given.length > 0 ? given : ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((file) => `${directory}/${file}`);
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
