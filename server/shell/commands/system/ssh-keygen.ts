import { isSystemError, sshFingerprint, sshKey } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { askLine } from './ask.ts';
import { homeOf } from './scp.ts';
import { publicKeys, reach } from './ssh-connection.ts';

export const sshKeygen = tool({
  name: 'ssh-keygen',
  summary: 'OpenSSH authentication key utility',
  usage:
    '[-q] [-a rounds] [-b bits] [-C comment] [-f output_keyfile] [-m format] [-N new_passphrase] [-t type]',
  version: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  options: 'q t= b= f= N= C= P= y l v E= R= F= H a= m= p c e i A D= I= s= L Q k',
  refusal: (message) =>
    `${message.replace(/^invalid option -- '(.)'/, 'unknown option -- $1')}\nusage: ssh-keygen [-q] [-a rounds] [-b bits] [-C comment] [-f output_keyfile]\n`,
  *run(call) {
    const { options } = call;
    if (options.has('R')) return yield* forget(call, options.get('R') as string);
    if (options.has('F')) return yield* findHost(call, options.get('F') as string);
    if (options.has('l') || options.has('y')) return yield* showKey(call);
    for (const refused of ['p', 'c', 'e', 'i', 'A', 'D', 'I', 's', 'L', 'Q', 'k', 'H'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated`, 255);
    return yield* generate(call);
  },
});

function* generate(call: Call): Steps<number> {
  const { options, context } = call;
  const { fs, host } = context;
  const type = options.get('t') ?? 'ed25519';
  if (!['ed25519', 'rsa', 'ecdsa'].includes(type)) call.fail(`unknown key type ${type}`, 255);
  if ((options.get('N') ?? '') !== '') call.fail('passphrases are not simulated', 255);
  const usual = `${homeOf(context)}/.ssh/id_${type}`;
  if (!options.has('q')) yield* call.print(`Generating public/private ${type} key pair.\n`);
  yield* call.flush();
  const path =
    options.get('f') ??
    ((yield* askLine(context, `Enter file in which to save the key (${usual}): `)) || usual);
  if (fs.exists(path)) {
    const answer = yield* askLine(context, `${path} already exists.\nOverwrite (y/n)? `);
    if (!/^y/i.test(answer ?? '')) return 1;
  }
  if (!options.has('N')) {
    yield* askLine(context, 'Enter passphrase (empty for no passphrase): ');
    yield* askLine(context, 'Enter same passphrase again: ');
  }
  const user = host.users.user(context.credentials.uid)?.name ?? 'root';
  const comment = options.get('C') ?? `${user}@${context.hostname}`;
  // Whatever type was asked for, the key itself is an ed25519 one: nobody computes with it.
  const key = sshKey(host.random.fork(`${path} at ${context.now}`), comment);
  try {
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '.', 0o700);
    fs.write(path, key.privateKey, 0o600);
    fs.chmod(path, 0o600);
    fs.write(`${path}.pub`, `${key.publicKey}\n`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    call.fail(`Saving key "${path}" failed: ${error.message.toLowerCase()}`, 1);
  }
  if (options.has('q')) return 0;
  yield* call.print(
    `Your identification has been saved in ${path}\nYour public key has been saved in ${path}.pub\nThe key fingerprint is:\n${sshFingerprint(key.publicKey)} ${comment}\n`,
  );
  return 0;
}

function* showKey(call: Call): Steps<number> {
  const { options, context } = call;
  const path = options.get('f') ?? `${homeOf(context)}/.ssh/id_ed25519`;
  const pub = context.fs.isFile(`${path}.pub`) ? `${path}.pub` : path;
  if (!context.fs.isFile(pub)) call.fail(`${path}: No such file or directory`, 255);
  const text = context.fs.read(pub).trim();
  if (!text.startsWith('ssh-')) call.fail(`${path} is not a public key file.`, 255);
  const comment = text.split(/\s+/).slice(2).join(' ');
  yield* call.print(
    options.has('y') ? `${text}\n` : `256 ${sshFingerprint(text)} ${comment || 'no comment'} (ED25519)\n`,
  );
  return 0;
}

/** Lines of `known_hosts` that name a host. */
function knownLines(call: Call, name: string): { path: string; lines: string[]; found: number[] } {
  const path = call.options.get('f') ?? `${homeOf(call.context)}/.ssh/known_hosts`;
  const lines = call.context.fs.isFile(path) ? call.context.fs.read(path).split('\n') : [];
  const found = lines.flatMap((line, i) => (line.split(' ')[0]?.split(',').includes(name) ? [i] : []));
  return { path, lines, found };
}

function* forget(call: Call, name: string): Steps<number> {
  const { path, lines, found } = knownLines(call, name);
  if (found.length === 0) {
    yield* call.context.err(`Host ${name} not found in ${path}\n`);
    return 0;
  }
  for (const index of found) yield* call.print(`# Host ${name} found: line ${index + 1}\n`);
  call.context.fs.write(`${path}.old`, lines.join('\n'));
  call.context.fs.write(path, lines.filter((_line, i) => !found.includes(i)).join('\n'));
  yield* call.print(`${path} updated.\nOriginal contents retained as ${path}.old\n`);
  return 0;
}

function* findHost(call: Call, name: string): Steps<number> {
  const { lines, found } = knownLines(call, name);
  for (const index of found) yield* call.print(`# Host ${name} found: line ${index + 1}\n${lines[index]}\n`);
  return found.length > 0 ? 0 : 1;
}

export const sshCopyId = tool({
  name: 'ssh-copy-id',
  summary: 'install your public key in a remote machine’s authorized_keys',
  usage:
    '[-h|-?|-f|-n|-s|-x] [-i [identity_file]] [-t target_path] [-F ssh_config] [[-o ssh_option] ...] [-p port] [user@]hostname',
  version: 'OpenSSH 9.6',
  options: 'i? f n s x p= o= F= t=',
  prepare: (args) =>
    args.flatMap((arg, i) =>
      arg === '-i' && args[i + 1] && !args[i + 1]?.startsWith('-') && i + 2 < args.length
        ? [`-i${args[i + 1]}`]
        : args[i - 1] === '-i' && i + 1 < args.length
          ? []
          : [arg],
    ),
  *run(call) {
    const [destination] = call.operands;
    const { context, options } = call;
    if (destination === undefined) {
      yield* context.err(
        'Usage: /usr/bin/ssh-copy-id [-h|-?|-f|-n|-s|-x] [-i [identity_file]] [-t target_path] [-F ssh_config] [[-o ssh_option] ...] [-p port] [user@]hostname\n',
      );
      return 1;
    }
    const identity = (options.get('i') ?? `${homeOf(context)}/.ssh/id_ed25519`).replace(/\.pub$/, '');
    if (!context.fs.isFile(`${identity}.pub`)) {
      yield* context.err(
        `\n/usr/bin/ssh-copy-id: ERROR: failed to open ID file '${identity}.pub': No such file\n`,
      );
      return 1;
    }
    const key = context.fs.read(`${identity}.pub`).trim();
    yield* context.err(`/usr/bin/ssh-copy-id: INFO: Source of key(s) to be installed: "${identity}.pub"\n`);
    const { service, user, name, from } = yield* reach(
      call,
      destination,
      options.has('p') ? Number(options.get('p')) : undefined,
    );
    yield* context.err(
      '/usr/bin/ssh-copy-id: INFO: attempting to log in with the new key(s), to filter out any that are already installed\n',
    );
    const login = (keys: readonly string[], command: string) =>
      service.login({ user, keys, command, from: { address: from, port: context.network.ephemeralPort() } });
    if (login([key], 'true') && !options.has('f')) {
      yield* context.err(
        '\n/usr/bin/ssh-copy-id: WARNING: All keys were skipped because they already exist on the remote system.\n\t\t(if you think this is a mistake, you may want to use -f option)\n\n',
      );
      return 0;
    }
    yield* context.err(
      '/usr/bin/ssh-copy-id: INFO: 1 key(s) remain to be installed -- if you are prompted now it is to install the new keys\n',
    );
    const session = login(
      publicKeys(call, new Map(), []),
      `umask 077; mkdir -p .ssh; echo '${key.replaceAll("'", '')}' >> .ssh/authorized_keys`,
    );
    if (!session) {
      yield* context.err(`${user}@${name}: Permission denied (publickey).\n`);
      return 1;
    }
    yield* context.wait(session.process);
    yield* call.print(
      `\nNumber of key(s) added: 1\n\nNow try logging into the machine, with:   "ssh '${destination}'"\nand check to make sure that only the key(s) you wanted were added.\n\n`,
    );
    return 0;
  },
});
