import { isSystemError, type Stat } from '../../../host/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { modeText } from './modes.ts';
import { statFileSystems, WHOLE } from './stat-file-system.ts';

const KINDS: Record<Stat['type'], string> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  socket: 'socket',
  char: 'character special file',
  block: 'block special file',
};

export const stat = tool({
  name: 'stat',
  summary: 'display file or file system status',
  usage: '[OPTION]... FILE...',
  options: 'L|dereference f|file-system c|format= printf= t|terse cached=',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    const given = call.options.get(call.options.last('c', 'printf') ?? 'c');
    const raw = call.options.last('c', 'printf') === 'printf';
    const isTerse = call.options.has('t') && given === undefined;
    if (call.options.has('f')) {
      const asked = isTerse ? '%n %i %l %t %s %S %b %f %a %c %d' : (given ?? WHOLE);
      const isLine = isTerse || (given !== undefined && !raw);
      return yield* statFileSystems(call, raw ? unescapeFormat(asked) : asked, isLine ? '\n' : '');
    }
    const format = isTerse ? '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o' : given;
    for (const path of call.operands) {
      try {
        const { fs } = call.context;
        const found = call.options.has('L') ? fs.stat(path) : fs.lstat(path);
        const text =
          format === undefined
            ? whole(call, path, found)
            : expand(call, raw ? unescapeFormat(format) : format, path, found);
        yield* call.print(format !== undefined && !raw ? `${text}\n` : text);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        yield* call.warn(`cannot statx ${quoteFile(path)}: ${error.message}`);
      }
    }
    return undefined;
  },
});

function unescapeFormat(format: string): string {
  const known: Record<string, string> = { n: '\n', t: '\t', '\\': '\\', '"': '"' };
  return format.replace(/\\(.)/gs, (all, char: string) => known[char] ?? all);
}

function whole(call: Call, path: string, found: Stat): string {
  const link = found.type === 'symlink' ? ` -> ${quoteFile(found.data).slice(1, -1)}` : '';
  const format = `  File: %N
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: 253,1\tInode: %-11i Links: %h
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
 Birth: %w
`;
  return expand(call, format.replace('%N', `${path}${link}`.replaceAll('%', '%%')), path, found);
}

/** Replaces `%X` directives, with flags and widths. */
function expand(call: Call, format: string, path: string, found: Stat): string {
  return format.replace(
    /%([-0#+ ]*)(\d*)(?:\.(\d+))?([HL]?[a-zA-Z%])/g,
    (_all, flags: string, width: string, _precision, what: string) => {
      const text = field(call, what, path, found);
      const wide = Number(width);
      if (flags.includes('-')) return text.padEnd(wide);
      return text.padStart(wide, flags.includes('0') && /^\d/.test(text) ? '0' : ' ');
    },
  );
}

function field(call: Call, what: string, path: string, found: Stat): string {
  const users = Users.of(call.context);
  const time = (ms: number) => formatDate('%Y-%m-%d %H:%M:%S.%N %z', ms, zoneOf(call.context));
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  const size =
    found.type === 'directory' ? 4096 : found.type === 'symlink' ? found.data.length : found.shownSize;
  switch (what) {
    case '%':
      return '%';
    case 'a':
      return found.mode.toString(8);
    case 'A':
      return modeText(found.type, found.mode);
    case 'b':
      return String(found.type === 'directory' || found.type === 'file' ? Math.ceil(size / 4096) * 8 : 0);
    case 'B':
      return '512';
    case 'd':
      return '64769';
    case 'D':
      return 'fd01';
    case 'f':
      return (
        {
          file: 0o100000,
          directory: 0o040000,
          symlink: 0o120000,
          fifo: 0o010000,
          socket: 0o140000,
          char: 0o020000,
          block: 0o060000,
        }[found.type] | found.mode
      ).toString(16);
    case 'F':
      return found.type === 'file' && size === 0 ? 'regular empty file' : KINDS[found.type];
    case 'g':
      return String(found.gid);
    case 'G':
      return users.group(found.gid)?.name ?? 'UNKNOWN';
    case 'h':
      return String(found.links);
    case 'i':
      return String(found.ino);
    case 'm':
      return (
        call.context.mounts
          .list()
          .map((mount) => mount.path)
          .filter((at) => at === '/' || found.path === at || found.path.startsWith(`${at}/`))
          .sort((a, b) => b.length - a.length)[0] ?? '/'
      );
    case 'n':
      return path;
    case 'N':
      return found.type === 'symlink' ? `${quoteFile(path)} -> ${quoteFile(found.data)}` : quoteFile(path);
    case 'o':
      return '4096';
    case 's':
      return String(size);
    case 't':
    case 'T':
      return '0';
    case 'u':
      return String(found.uid);
    case 'U':
      return users.user(found.uid)?.name ?? 'UNKNOWN';
    case 'w':
      return '-';
    case 'W':
      return '0';
    case 'x':
    case 'y':
      return time(found.mtimeMs);
    case 'z':
      return time(found.ctimeMs);
    case 'X':
    case 'Y':
      return seconds(found.mtimeMs);
    case 'Z':
      return seconds(found.ctimeMs);
    default:
      return '?';
  }
}
