import { isSystemError, type User } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { filesAsRoot, Users } from '../core/users.ts';
import { askSecret } from './ask.ts';
import { type Grant, grantFor } from './sudoers.ts';

const SECURE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin';

const VERSION = `Sudo version 1.9.15p5
Sudoers policy plugin version 1.9.15p5
Sudoers file grammar version 50
Sudoers I/O plugin version 1.9.15p5
Sudoers audit plugin version 1.9.15p5
`;

export const sudo = tool({
  name: 'sudo',
  summary: 'execute a command as another user',
  usage: [
    '-h | -K | -k | -V',
    '-l [-U user] [-u user] [command]',
    '[-EHnS] [-u user] [-g group] [VAR=value] [-i | -s] [command [arg ...]]',
  ],
  version: 'Sudo version 1.9.15p5',
  inOrder: true,
  options:
    'i|login s|shell u|user= g|group= E|preserve-env? H|set-home n|non-interactive S|stdin l|list v|validate k|reset-timestamp K|remove-timestamp b|background V|version p|prompt= D|chdir= U|other-user=',
  *run(call) {
    const { context, options } = call;
    refuseUnderNoNewPrivileges(call);
    const users = Users.of(context);
    const name = options.get('u') ?? 'root';
    const target = users.user(/^#\d+$/.test(name) ? Number(name.slice(1)) : name);
    if (!target) call.fail(`unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit`);
    const caller = users.user(context.credentials.uid);
    const grant = grantFor(context, caller?.name ?? String(context.credentials.uid));
    if (options.has('V')) {
      yield* call.print(VERSION);
      return 0;
    }
    if (options.has('k') || options.has('K')) return 0;
    if (!grant) return yield* refuse(call, caller?.name ?? '');
    yield* authenticate(call, grant, caller?.name ?? '');
    if (options.has('l')) return yield* list(call, caller?.name ?? '', grant);
    if (options.has('v')) return 0;
    return yield* run(call, target as User, caller);
  },
});

/** Models sudo's src/sudo.c sudo_check_suid. */
function refuseUnderNoNewPrivileges({ context }: Call): void {
  const { uid, confinement } = context.credentials;
  if (uid === 0 || !confinement?.noNewPrivileges) return;
  throw new Failure(
    'The "no new privileges" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.',
  );
}

function* refuse(call: Call, name: string): Steps<number> {
  yield* askFor(call, name);
  yield* call.context.err(
    `${name} is not in the sudoers file.\nThis incident has been reported to the administrator.\n`,
  );
  return 1;
}

function* authenticate(call: Call, grant: Grant, name: string): Steps<void> {
  if (grant.noPassword || call.context.credentials.uid === 0) return;
  // Nobody has a password here, so no answer is right.
  for (let i = 0; i < 3; i++) {
    yield* askFor(call, name);
    if (i < 2) yield* call.context.err('Sorry, try again.\n');
  }
  throw new Failure('3 incorrect password attempts');
}

function* askFor(call: Call, name: string): Steps<void> {
  if (call.context.credentials.uid === 0) return;
  if (call.options.has('n')) throw new Failure('a password is required');
  const answer = yield* askSecret(call.context, call.options.get('p') ?? `[sudo] password for ${name}: `);
  if (answer === undefined) {
    throw new Failure(
      'a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required',
    );
  }
}

function* list(call: Call, name: string, grant: Grant): Steps<number> {
  yield* call.print(
    `Matching Defaults entries for ${name} on ${call.context.hostname}:\n    env_reset, secure_path=${SECURE_PATH.replaceAll(':', '\\:')}\n\n` +
      `User ${name} may run the following commands on ${call.context.hostname}:\n    (${grant.runAs}) ${grant.noPassword ? 'NOPASSWD: ' : ''}ALL\n`,
  );
  return 0;
}

function* run(call: Call, target: User, caller: User | undefined): Steps<number> {
  const { context, options } = call;
  const assignments = call.operands.findIndex((operand) => !/^[A-Za-z_]\w*=/.test(operand));
  const count = assignments < 0 ? call.operands.length : assignments;
  const command = call.operands.slice(count);
  const shell = options.has('i') || options.has('s');
  if (command.length === 0 && !shell) {
    yield* context.err(
      'usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\nusage: sudo [-ABbEHkNnPS] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n',
    );
    return 1;
  }
  const env = environment(call, target, caller, call.operands.slice(0, count), command);
  const argv = shell ? shellArguments(call, target, command) : { file: command[0] as string, args: command };
  try {
    const child = context.spawn(argv.file, {
      args: argv.args,
      env,
      cwd:
        options.get('D') ??
        (options.has('i') && filesAsRoot(context).isDirectory(target.home) ? target.home : context.cwd),
      credentials: Users.of(context).credentials(target),
    });
    context.process.handlers.set('INT', 'ignore');
    context.process.handlers.set('QUIT', 'ignore');
    return (yield* context.wait(child)).code;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT') throw new Failure(`${argv.file}: command not found`);
    throw new Failure(`unable to execute ${argv.file}: ${error.message}`);
  }
}

function shellArguments(
  call: Call,
  target: User,
  command: readonly string[],
): { file: string; args: string[] } {
  const login = call.options.has('i');
  const file = login ? target.shell : (call.context.env.get('SHELL') ?? target.shell);
  const name = file.slice(file.lastIndexOf('/') + 1);
  const words = command.map((word) => word.replace(/[^A-Za-z0-9_\-$]/g, '\\$&'));
  return { file, args: [login ? `-${name}` : name, ...(words.length > 0 ? ['-c', words.join(' ')] : [])] };
}

function environment(
  call: Call,
  target: User,
  caller: User | undefined,
  assignments: readonly string[],
  command: readonly string[],
): Map<string, string> {
  const { env, credentials } = call.context;
  const kept = call.options.has('E')
    ? [...env]
    : [...env].filter(([name]) => /^(TERM|LANG|LC_.*|DISPLAY|COLORS|LS_COLORS|PS1|PS2)$/.test(name));
  const named =
    call.options
      .get('E')
      ?.split(',')
      .map((name) => [name, env.get(name) ?? ''] as [string, string]) ?? [];
  const own: [string, string][] = [
    ['PATH', SECURE_PATH],
    ['HOME', target.home],
    ['SHELL', target.shell],
    ['LOGNAME', target.name],
    ['USER', target.name],
    ['MAIL', `/var/mail/${target.name}`],
    ['SUDO_COMMAND', command.join(' ') || target.shell],
    ['SUDO_USER', caller?.name ?? ''],
    ['SUDO_UID', String(credentials.uid)],
    ['SUDO_GID', String(credentials.gid)],
  ];
  const given = assignments.map((word): [string, string] => [
    word.slice(0, word.indexOf('=')),
    word.slice(word.indexOf('=') + 1),
  ]);
  return new Map([...kept, ...named, ...own, ...given]);
}
