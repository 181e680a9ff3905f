import { decode, encode, contentOf as inodeContent, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { matchesGlob } from '../core/glob.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { joinPath } from '../files/tree-walk.ts';
import { packZip, readZip, savedPercent, type ZipEntry, zipEntry } from './zip-format.ts';

/** Statuses of zip's manual. */
const NOTHING_TO_DO = 12;
const BAD_USAGE = 16;
const BAD_ARCHIVE = 3;

/** Complaints go to standard output, as all that zip says. */
function* stop(call: Call, message: string, status: number): Steps<never> {
  yield* call.print(`\nzip error: ${message}\n`);
  yield* call.flush();
  throw new Refusal('', status);
}

function* warnOf(call: Call, name: string): Steps<void> {
  if (!call.options.has('q')) yield* call.print(`\tzip warning: name not matched: ${name}\n`);
}

export const zip = tool({
  name: 'zip',
  summary: 'package and compress (archive) files',
  usage: '[-options] [-b path] [-t mmddyyyy] [-n suffixes] [zipfile list] [-xi list]',
  version: 'zip 3.0',
  usageStatus: BAD_USAGE,
  options:
    'r|recurse-paths q|quiet v|verbose j|junk-paths d|delete u|update f|freshen m|move y|symlinks D|no-dir-entries x|exclude= i|include= 0 1 2 3 4 5 6 7 8 9 e|encrypt P|password= @|names-stdin X|strip-extra',
  refusal: (message) =>
    `\nzip error: Invalid command arguments (${message.replace(/^invalid option -- '(.*)'$/, "short option '$1' not supported")})\n`,
  prepare: gatherPatterns,
  *run(call: Call) {
    const { options, context } = call;
    if (options.has('e', 'P'))
      return yield* stop(call, 'Invalid command arguments (encryption is not supported)', BAD_USAGE);
    const [given, ...operands] = call.operands;
    if (given === undefined) return yield* stop(call, 'Nothing to do! (-)', NOTHING_TO_DO);
    const path = /\.[^/]*$/.test(given) ? given : `${given}.zip`;
    const before = context.fs.isFile(path) ? readZip(encode(context.fs.read(path))) : [];
    if (!before) return yield* stop(call, `Zip file structure invalid (${path})`, BAD_ARCHIVE);
    const entries = new Map(before.map((entry) => [entry.name, entry]));
    const names = options.has('@')
      ? (yield* call.stdin.rest()).split('\n').filter((name) => name !== '')
      : operands;
    if (options.has('d')) yield* remove(call, path, entries, names);
    else yield* add(call, path, entries, names);
    context.fs.write(path, decode(packZip([...entries.values()])));
    return undefined;
  },
});

/** The patterns of `-x` and `-i` go on until the next option. */
function gatherPatterns(args: readonly string[]): string[] {
  const out: string[] = [];
  let option: string | undefined;
  for (const arg of args) {
    if (arg.startsWith('-') && arg !== '-') {
      option = /^-(x|i|-exclude|-include)$/.test(arg) ? arg : undefined;
      if (option === undefined) out.push(arg);
    } else if (arg === '@' && option !== undefined) option = undefined;
    else if (option !== undefined) out.push(option, arg);
    else out.push(arg);
  }
  const last = args.at(-1) ?? '';
  return option !== undefined && last === option ? [...out, last] : out;
}

function* remove(
  call: Call,
  path: string,
  entries: Map<string, ZipEntry>,
  names: readonly string[],
): Steps<void> {
  const gone = [...entries.keys()].filter((name) => names.some((glob) => matchesGlob(glob, name)));
  for (const glob of names) if (!gone.some((name) => matchesGlob(glob, name))) yield* warnOf(call, glob);
  if (gone.length === 0) return yield* stop(call, `Nothing to do! (${path})`, NOTHING_TO_DO);
  for (const name of gone) {
    if (!call.options.has('q')) yield* call.print(`deleting: ${name}\n`);
    entries.delete(name);
  }
}

function* add(
  call: Call,
  path: string,
  entries: Map<string, ZipEntry>,
  names: readonly string[],
): Steps<void> {
  const { options, context } = call;
  const found: { name: string; file: string; stat: Stat }[] = [];
  for (const name of names) {
    if (context.fs.tryStat(name, false)) yield* collect(call, name, found);
    else yield* warnOf(call, name);
  }
  const archive = context.fs.tryStat(path);
  const all = found.filter(({ stat }) => archive === undefined || stat.ino !== archive.ino);
  const fresh = all.filter(({ name, stat }) => {
    const old = entries.get(name);
    if (options.has('f') && !old) return false;
    return !(options.has('u', 'f') && old && stat.mtimeMs < old.mtimeMs + 2000);
  });
  if (all.length === 0) return yield* stop(call, `Nothing to do! (${path})`, NOTHING_TO_DO);
  if (fresh.length === 0) throw new Refusal('', NOTHING_TO_DO);
  const level = Number(options.last('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') ?? 6);
  for (const { name, file, stat } of fresh) {
    const isLink = stat.type === 'symlink';
    const type = isLink ? 'symlink' : stat.type === 'directory' ? 'directory' : 'file';
    const data = isLink ? stat.data : type === 'file' ? inodeContent(stat) : '';
    const entry = zipEntry({ name, type, mode: stat.mode, mtimeMs: stat.mtimeMs, data: encode(data) }, level);
    yield* call.spend(1 + (entry.size >> 8));
    if (!options.has('q')) yield* call.print(addedLine(call, entry, entries.has(name)));
    entries.set(name, entry);
    if (options.has('m') && type !== 'directory') context.fs.unlink(file);
  }
  if (options.has('v')) yield* call.print(totals([...entries.values()]));
}

function addedLine({ options }: Call, entry: ZipEntry, isKnown: boolean): string {
  const saved = savedPercent(entry.size, entry.packed.length);
  const sizes = options.has('v') ? `\t(in=${entry.size}) (out=${entry.packed.length})` : '';
  const how = entry.method === 8 ? `(deflated ${saved}%)` : '(stored 0%)';
  return `${isKnown ? 'updating: ' : '  adding: '}${entry.name}${sizes} ${how}\n`;
}

function totals(entries: readonly ZipEntry[]): string {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed.length, 0);
  return `total bytes=${size}, compressed=${packed} -> ${savedPercent(size, packed)}% savings\n`;
}

/** A file, and with `-r` all below a directory, by the names that they get. */
function* collect(
  call: Call,
  file: string,
  found: { name: string; file: string; stat: Stat }[],
): Steps<void> {
  const { options, context } = call;
  yield* call.spend(1);
  const stat = options.has('y') ? context.fs.lstat(file) : context.fs.stat(file);
  const isDirectory = stat.type === 'directory';
  const plain = file.replace(/^\/+|^(\.\/)+|\/+$/g, '');
  const name = options.has('j') ? plain.replace(/.*\//, '') : `${plain}${isDirectory ? '/' : ''}`;
  const isWanted =
    !options.all('x').some((glob) => matchesGlob(glob, name)) &&
    (!options.has('i') || options.all('i').some((glob) => matchesGlob(glob, name)));
  const isShown = isDirectory
    ? !options.has('j', 'D') && plain !== '' && plain !== '.'
    : stat.type !== 'fifo';
  if (isWanted && isShown) found.push({ name, file, stat });
  if (!isDirectory || !options.has('r')) return;
  for (const child of context.fs.list(file)) yield* collect(call, joinPath(file, child), found);
}
