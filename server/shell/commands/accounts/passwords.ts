import { resolveName } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { AccountFiles, SHADOW } from './database.ts';

/** Passwords open nothing here: keys and sudoers do. Locking and looking are real, setting one is refused. */
export const passwd = tool({
  name: 'passwd',
  summary: 'change user password',
  usage: '[options] [LOGIN]',
  version: 'shadow 4.13',
  usageStatus: 6,
  options:
    'a|all d|delete e|expire k l|lock u|unlock S|status n|mindays= x|maxdays= w|warndays= i|inactive= q|quiet',
  *run(call) {
    const { options, operands, context } = call;
    const own = Users.of(context).user(context.credentials.uid)?.name ?? 'root';
    const [name = own] = operands;
    if (!Users.of(context).user(name)) call.fail(`user '${name}' does not exist`, 1);
    if (context.credentials.uid !== 0 && name !== own)
      call.fail(`You may not view or modify password information for ${name}.`, 1);
    const files = new AccountFiles(context.fs);
    if (options.has('S')) {
      const hash = files.lines(SHADOW).find(([first]) => first === name)?.[1] ?? '';
      const state = hash.startsWith('!') || hash === '*' ? 'L' : hash === '' ? 'NP' : 'P';
      yield* call.print(`${name} ${state} 2026-11-21 0 99999 7 -1\n`);
      return 0;
    }
    if (context.credentials.uid !== 0)
      call.fail('Authentication token manipulation error\npasswd: password unchanged', 10);
    const change = (edit: (hash: string) => string) =>
      files.edit(SHADOW, name, ([first = '', hash = '', ...rest]) => [first, edit(hash), ...rest]);
    if (options.has('l')) change((hash) => (hash.startsWith('!') ? hash : `!${hash}`));
    else if (options.has('u')) change((hash) => hash.replace(/^!/, '') || '*');
    else if (options.has('d')) change(() => '');
    else call.fail('Authentication token manipulation error\npasswd: password unchanged', 10);
    yield* call.print(options.has('d') ? 'passwd: password changed.\n' : 'passwd: password changed.\n');
    return 0;
  },
});

const DATABASES: Readonly<Record<string, string>> = {
  passwd: '/etc/passwd',
  group: '/etc/group',
  shadow: '/etc/shadow',
  hosts: '/etc/hosts',
};

/** What the hosts file says of a name or an address, then what name servers say. */
function hostRows({ context }: Call, rows: readonly string[][], key: string): string[][] {
  const written = rows.filter((row) => row.includes(key)).slice(0, 1);
  if (written.length > 0 || /^[\d.]+$/.test(key)) return written;
  const found = resolveName(context, key);
  return found.ok ? found.addresses.map((address) => [address, found.name.replace(/\.$/, '')]) : [];
}

function hostLine([address = '', ...names]: readonly string[]): string {
  return `${address.padEnd(15)} ${names.join(' ')}\n`;
}

/** `ahosts`: a line for each type of socket, the name with the first. */
function streamLines([address = '', name = '']: readonly string[]): string {
  return ['STREAM', 'DGRAM ', 'RAW   ']
    .map((type, i) => `${address.padEnd(15)} ${type} ${i === 0 ? name : ''}\n`)
    .join('');
}

export const getent = tool({
  name: 'getent',
  summary: 'get entries from Name Service Switch libraries',
  usage: '[-i] [-s config] database [key ...]',
  version: 'Ubuntu GLIBC 2.39-0ubuntu8.3',
  options: 'i|no-idn s|service= A|no-addrconfig',
  *run(call) {
    const [database = '', ...keys] = call.operands;
    const name = database === 'ahosts' || database === 'ahostsv4' ? 'hosts' : database;
    const file = DATABASES[name];
    if (file === undefined) {
      yield* call.context.err(
        `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
      );
      return 1;
    }
    const { fs } = call.context;
    if (!fs.isFile(file) || !fs.can(file, 'read')) return 2;
    const lines = fs
      .read(file)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    if (name === 'hosts') {
      const rows = lines.map((line) => line.trim().split(/\s+/));
      const chosen = keys.length === 0 ? rows : keys.flatMap((key) => hostRows(call, rows, key));
      for (const row of chosen) yield* call.print(database === 'hosts' ? hostLine(row) : streamLines(row));
      return chosen.length === 0 ? 2 : 0;
    }
    const found =
      keys.length === 0
        ? lines
        : keys.flatMap((key) =>
            lines.filter((line) => line.split(':')[0] === key || line.split(':')[2] === key),
          );
    for (const line of found) yield* call.print(`${line}\n`);
    return found.length < keys.length ? 2 : 0;
  },
});
