import { isSystemError } from '../../../../host/index.ts';
import type { Steps } from '../../../../sim/index.ts';
import { formatDate, zoneOf } from '../../../dates.ts';
import { quoteFile } from '../../core/quote.ts';
import { Failure } from '../../core/tool.ts';
import { Users } from '../../core/users.ts';
import { directoryPart, lastPart } from '../../shell/basics.ts';
import { expandEscapes } from '../../shell/printf.ts';
import { modeText } from '../modes.ts';
import { type Found, type Predicate, Quit } from './found.ts';
import type { FindParser } from './parse.ts';

/** The action that a word names, with its arguments taken; undefined when it is none. */
export function actions(parser: FindParser, name: string): Predicate | undefined {
  const { call } = parser;
  const acts = (run: Predicate): Predicate => {
    parser.hasAction = true;
    return run;
  };
  switch (name) {
    case '-print':
    case '-print0':
      return acts(function* ({ path }) {
        yield* call.print(path + (name === '-print' ? '\n' : '\0'));
        return true;
      });
    case '-printf': {
      const format = parser.argument(name);
      return acts(function* (found) {
        yield* call.print(formatted(parser, format, found));
        return true;
      });
    }
    case '-fprint': {
      const path = parser.argument(name);
      call.context.fs.write(path, '');
      return acts(function* (found) {
        call.context.fs.append(path, `${found.path}\n`);
        return true;
      });
    }
    case '-ls':
      return acts(function* (found) {
        yield* call.print(longLine(parser, found));
        return true;
      });
    case '-delete':
      parser.options.depthFirst = true;
      return acts((found) => remove(parser, found));
    case '-prune':
      return function* (_found, walk) {
        walk.prune = true;
        return true;
      };
    case '-quit':
      return acts(function* () {
        throw new Quit();
      });
    case '-exec':
    case '-execdir':
    case '-ok':
    case '-okdir':
      return acts(execute(parser, name));
    default:
      return undefined;
  }
}

function* remove(parser: FindParser, { path, stat }: Found): Steps<boolean> {
  const { fs } = parser.call.context;
  if (path === '.') return true;
  try {
    if (stat.type === 'directory') fs.rmdir(path);
    else fs.unlink(path);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* parser.call.warn(
      `cannot delete ${quoteFile(path).replace(/^'|'$/g, (_, at: number) => (at === 0 ? '‘' : '’'))}: ${error.message}`,
    );
    return false;
  }
}

function execute(parser: FindParser, name: string): Predicate {
  const { call } = parser;
  const { words, plus } = parser.command(name);
  const inDirectory = name.endsWith('dir');
  const run = function* (args: readonly string[], cwd: string | undefined): Steps<number> {
    yield* call.flush();
    try {
      return yield* call.context.run(args[0] as string, args, cwd === undefined ? {} : { cwd });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* call.warn(`‘${args[0]}’: ${error.message}`);
      return 127;
    }
  };
  if (plus) {
    const paths: string[] = [];
    const finish = function* () {
      if (paths.length === 0) return;
      if ((yield* run([...words, ...paths.splice(0)], undefined)) !== 0) call.status = 1;
    };
    parser.endings.push(finish);
    return function* ({ path }) {
      paths.push(path);
      if (paths.length >= 2000) yield* finish();
      return true;
    };
  }
  return function* ({ path }) {
    const shown = inDirectory ? `./${lastPart(path)}` : path;
    const args = words.map((word) => word.replaceAll('{}', shown));
    if (name.startsWith('-ok')) {
      yield* call.flush();
      yield* call.context.err(`< ${words[0]} ... ${path} > ? `);
      if (!/^[yY]/.test((yield* call.stdin.line()) ?? '')) return false;
    }
    const cwd = inDirectory ? call.context.fs.realpath(directoryPart(path)) : undefined;
    return (yield* run(args, cwd)) === 0;
  };
}

function formatted(parser: FindParser, format: string, found: Found): string {
  return expandEscapes(format.replace(/%%/g, '\0'), false)
    .text.replace(
      /%([-0+ #]*)(\d*)(?:\.(\d+))?([ACTB])?([a-zA-Z@+])/g,
      (
        _all,
        flags: string,
        width: string,
        cut: string | undefined,
        time: string | undefined,
        what: string,
      ) => {
        let text = time ? timeField(parser, time, what, found) : field(parser, what, found);
        if (cut !== undefined) text = text.slice(0, Number(cut));
        return flags.includes('-')
          ? text.padEnd(Number(width))
          : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
      },
    )
    .replaceAll('\0', '%');
}

function timeField(parser: FindParser, time: string, what: string, found: Found): string {
  const ms = time === 'C' ? found.stat.ctimeMs : found.stat.mtimeMs;
  const where = zoneOf(parser.call.context);
  const fraction = `${String(ms % 1000).padStart(3, '0')}0000000`;
  if (what === '@') return `${Math.floor(ms / 1000)}.${fraction}`;
  if (what === '+') return formatDate(`%Y-%m-%d+%H:%M:%S.${fraction}`, ms, where);
  if (what === 'S') return `${formatDate('%S', ms, where)}.${fraction}`;
  if (what === 'T') return `${formatDate('%H:%M:%S', ms, where)}.${fraction}`;
  return formatDate(`%${what}`, ms, where);
}

const LETTERS = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  char: 'c',
  block: 'b',
} as const;

function field(parser: FindParser, what: string, { path, stat, depth, start }: Found): string {
  const users = Users.of(parser.call.context);
  const size = stat.type === 'directory' ? 4096 : stat.type === 'symlink' ? stat.data.length : stat.shownSize;
  switch (what) {
    case 'p':
      return path;
    case 'f':
      return path.endsWith('/') && path === start ? lastPart(path) + '/' : lastPart(path);
    case 'h':
      return directoryOf(path, start);
    case 'P':
      return path === start ? '' : path.slice(start.length).replace(/^\//, '');
    case 'H':
      return start;
    case 'd':
      return String(depth);
    case 's':
      return String(size);
    case 'k':
      return String(Math.ceil(size / 4096) * 4);
    case 'b':
      return String(Math.ceil(size / 4096) * 8);
    case 'm':
      return stat.mode.toString(8);
    case 'M':
      return modeText(stat.type, stat.mode);
    case 'u':
      return users.user(stat.uid)?.name ?? String(stat.uid);
    case 'g':
      return users.group(stat.gid)?.name ?? String(stat.gid);
    case 'U':
      return String(stat.uid);
    case 'G':
      return String(stat.gid);
    case 'i':
      return String(stat.ino);
    case 'n':
      return String(stat.links);
    case 'l':
      return stat.type === 'symlink' ? stat.data : '';
    case 'y':
      return LETTERS[stat.type];
    case 'Y': {
      const target = parser.call.context.fs.tryStat(path);
      return target ? LETTERS[target.type] : 'N';
    }
    case 't':
    case 'c':
    case 'a': {
      const ms = what === 'c' ? stat.ctimeMs : stat.mtimeMs;
      return formatDate('%a %b %e %H:%M:%S.%N0 %Y', ms, zoneOf(parser.call.context));
    }
    default:
      throw new Failure(`unrecognized format directive '%${what}'`);
  }
}

function longLine(parser: FindParser, { path, stat }: Found): string {
  const users = Users.of(parser.call.context);
  const size = stat.type === 'directory' ? 4096 : stat.type === 'symlink' ? stat.data.length : stat.shownSize;
  const time = formatDate('%b %e %H:%M', stat.mtimeMs, zoneOf(parser.call.context));
  const cells = [
    String(stat.ino).padStart(9),
    String(stat.type === 'symlink' ? 0 : Math.ceil(size / 4096) * 4).padStart(6),
    modeText(stat.type, stat.mode),
    String(stat.links).padStart(3),
    (users.user(stat.uid)?.name ?? String(stat.uid)).padEnd(8),
    (users.group(stat.gid)?.name ?? String(stat.gid)).padEnd(8),
    String(size).padStart(8),
    time,
    path + (stat.type === 'symlink' ? ` -> ${stat.data}` : ''),
  ];
  return `${cells.join(' ')}\n`;
}

/** What stands before the last slash; that at the end of an operand does not count. */
function directoryOf(path: string, start: string): string {
  const bare = path === start ? path.replace(/\/+$/, '') : path;
  return bare.includes('/') ? bare.slice(0, bare.lastIndexOf('/')) : '.';
}
