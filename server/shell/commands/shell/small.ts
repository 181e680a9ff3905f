import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

const UTIL_LINUX = 'util-linux 2.39.3';

/** So many hexadecimal digits, drawn. */
function hex(call: Call, digits: number): string {
  const { random } = call.context.host;
  return Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
}

export const uuidgen = tool({
  name: 'uuidgen',
  summary: 'create a new UUID value',
  usage: '[options]',
  version: UTIL_LINUX,
  options: 'r|random t|time',
  *run(call: Call) {
    const raw = hex(call, 32);
    const kind = call.options.has('t') ? '1' : '4';
    const variant = '89ab'[Number.parseInt(raw[16] as string, 16) % 4];
    yield* call.print(
      `${raw.slice(0, 8)}-${raw.slice(8, 12)}-${kind}${raw.slice(13, 16)}-${variant}${raw.slice(17, 20)}-${raw.slice(20)}\n`,
    );
    return 0;
  },
});

export const mcookie = tool({
  name: 'mcookie',
  summary: 'generate magic cookies for xauth',
  usage: '[options]',
  version: UTIL_LINUX,
  options: 'f|file= m|max-size= v|verbose',
  *run(call: Call) {
    yield* call.print(`${hex(call, 32)}\n`);
    return 0;
  },
});

export const hostid = tool({
  name: 'hostid',
  summary: 'print the numeric identifier for the current host',
  usage: '[OPTION]',
  *run(call: Call) {
    if (call.operands[0] !== undefined) call.misuse(`extra operand ${quote(call.operands[0])}`);
    // glibc makes it of the first address of the host, its halves swapped.
    const address =
      call.context.host.network.interfaces.find(({ name }) => name !== 'lo')?.addresses[0] ?? '127.0.1.1';
    const [a = 0, b = 0, c = 0, d = 0] = String(address).replace(/\/.*/, '').split('.').map(Number);
    yield* call.print(`${[b, a, d, c].map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`);
    return 0;
  },
});

export const mountpoint = tool({
  name: 'mountpoint',
  summary: 'see if a directory or file is a mountpoint',
  usage: ['[-qd] /path/to/directory', '-x /dev/device'],
  version: UTIL_LINUX,
  options: 'q|quiet nofollow d|fs-devno x|devno',
  *run(call: Call) {
    const { context, options } = call;
    const [path] = call.operands;
    if (path === undefined) call.misuse('bad usage');
    if (!context.fs.exists(path)) {
      if (!options.has('q')) yield* call.warn(`${path}: No such file or directory`);
      return 1;
    }
    const full = context.fs.realpath(path);
    const isMount = context.fs
      .read('/proc/self/mounts')
      .split('\n')
      .some((line) => line.split(' ')[1] === full);
    if (!options.has('q')) yield* call.print(`${path} is ${isMount ? '' : 'not '}a mountpoint\n`);
    return isMount ? 0 : 32;
  },
});

const LIMITS: Readonly<Record<string, string>> = {
  ARG_MAX: '2097152',
  CHILD_MAX: '15000',
  CLK_TCK: '100',
  HOST_NAME_MAX: '64',
  IOV_MAX: '1024',
  LOGIN_NAME_MAX: '256',
  LONG_BIT: '64',
  NAME_MAX: '255',
  OPEN_MAX: '1024',
  PAGESIZE: '4096',
  PAGE_SIZE: '4096',
  PATH: '/bin:/usr/bin',
  PATH_MAX: '4096',
  PIPE_BUF: '4096',
  GNU_LIBC_VERSION: 'glibc 2.39',
  INT_MAX: '2147483647',
  UINT_MAX: '4294967295',
};

export const getconf = tool({
  name: 'getconf',
  summary: 'query system configuration variables',
  usage: ['[-v specification] variable_name [pathname]', '-a [pathname]'],
  version: 'GLIBC 2.39',
  options: 'a v=',
  *run(call: Call) {
    const { options, operands, context } = call;
    const all: Record<string, string> = {
      ...LIMITS,
      _NPROCESSORS_CONF: String(context.host.cores),
      _NPROCESSORS_ONLN: String(context.host.cores),
    };
    if (options.has('a')) {
      for (const name of Object.keys(all).sort()) yield* call.print(`${name.padEnd(35)}${all[name]}\n`);
      return 0;
    }
    const [name, path] = operands;
    if (name === undefined || (path !== undefined && !/_MAX$|_BUF$/.test(name))) {
      yield* context.err(
        'Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n',
      );
      return 2;
    }
    const value = all[name];
    if (value === undefined) {
      yield* context.err(`getconf: Unrecognized variable \`${name}'\n`);
      return 2;
    }
    yield* call.print(`${value}\n`);
    return 0;
  },
});

const CATEGORIES = [
  'CTYPE',
  'NUMERIC',
  'TIME',
  'COLLATE',
  'MONETARY',
  'MESSAGES',
  'PAPER',
  'NAME',
  'ADDRESS',
  'TELEPHONE',
  'MEASUREMENT',
  'IDENTIFICATION',
].map((name) => `LC_${name}`);

export const locale = tool({
  name: 'locale',
  summary: 'get locale-specific information',
  usage: ['[-a | -m]', '[-ck] name...'],
  version: 'GLIBC 2.39',
  options: 'a|all-locales m|charmaps c k v',
  *run(call: Call) {
    const { options, operands, context } = call;
    const of = (name: string) => context.env.get(name) ?? '';
    if (options.has('a')) {
      yield* call.print('C\nC.utf8\nPOSIX\n');
      return 0;
    }
    if (options.has('m')) {
      yield* call.print('ANSI_X3.4-1968\nISO-8859-1\nISO-8859-15\nUTF-8\n');
      return 0;
    }
    if (operands[0] !== undefined) {
      const isUtf8 = /utf-?8/i.test(of('LC_ALL') || of('LC_CTYPE') || of('LANG'));
      if (operands[0] !== 'charmap') call.fail(`unknown name "${operands[0]}"`);
      yield* call.print(isUtf8 ? 'UTF-8\n' : 'ANSI_X3.4-1968\n');
      return 0;
    }
    yield* call.print(`LANG=${of('LANG')}\nLANGUAGE=${of('LANGUAGE')}\n`);
    for (const name of CATEGORIES) {
      const own = of('LC_ALL') === '' && context.env.has(name);
      yield* call.print(
        own ? `${name}=${of(name)}\n` : `${name}="${of('LC_ALL') || of('LANG') || 'POSIX'}"\n`,
      );
    }
    yield* call.print(`LC_ALL=${of('LC_ALL')}\n`);
    return 0;
  },
});

export const runLevel = tool({
  name: 'runlevel',
  summary: 'print previous and current SysV runlevel',
  usage: '[OPTIONS...]',
  version: 'systemd 255',
  paths: ['/usr/sbin/runlevel'],
  *run(call: Call) {
    yield* call.print('N 5\n');
    return 0;
  },
});

/** Scripts of a directory, in the order of their names. */
export const runParts = tool({
  name: 'run-parts',
  summary: 'run scripts or programs in a directory',
  usage: '[options] [--] DIRECTORY',
  version: 'debianutils 5.17',
  options: 'test list v|verbose report reverse exit-on-error a|arg= u|umask= regex=',
  *run(call: Call): Steps<number> {
    const { options, context } = call;
    const [folder] = call.operands;
    if (folder === undefined) call.misuse('missing operand');
    if (!context.fs.isDirectory(folder))
      call.fail(`failed to open directory ${folder}: No such file or directory`);
    const wanted = namePattern(call, options.get('regex') ?? '^[A-Za-z0-9_-]+$');
    const names = context.fs
      .list(folder)
      .filter((name) => wanted.test(name) && !context.fs.isDirectory(`${folder}/${name}`))
      .sort();
    if (options.has('reverse')) names.reverse();
    let status = 0;
    for (const path of names.map((name) => `${folder.replace(/\/$/, '')}/${name}`)) {
      const stat = context.fs.stat(path);
      const runs = stat.type === 'file' && (stat.mode & 0o111) !== 0;
      if (options.has('list') || (options.has('test') && runs)) yield* call.print(`${path}\n`);
      if (!runs || options.has('list', 'test')) continue;
      if (options.has('v')) yield* context.err(`run-parts: executing ${path}\n`);
      yield* call.flush();
      const code = yield* context.run(path, [path, ...options.all('a')]);
      if (code === 0) continue;
      status = code;
      yield* call.warn(`${path} exited with return code ${code}`, 0);
      if (options.has('exit-on-error')) return code;
    }
    return status;
  },
});

function namePattern(call: Call, regex: string): Regex {
  try {
    return new Regex(regex, { extended: true });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return call.fail('failed to compile regular expression');
  }
}

/** Small tools that a script asks about the machine. */
export const SMALL_COMMANDS: readonly Command[] = [
  getconf,
  hostid,
  locale,
  mcookie,
  mountpoint,
  runLevel,
  runParts,
  uuidgen,
];
