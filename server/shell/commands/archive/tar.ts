import { contentOf, decode, encode, isSystemError, type Stat } from '../../../host/index.ts';
import { greatest, type Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { matchesGlob } from '../core/glob.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { modeText } from '../files/modes.ts';
import { errorOf, joinPath } from '../files/tree-walk.ts';
import { directoryPart } from '../shell/basics.ts';
import { COMPRESSIONS, type Compression } from './tar-compression.ts';
import { packTar, type TarEntry, unpackTar } from './tar-format.ts';

const MODES = ['c', 'x', 't', 'r', 'u'];

export const tar = tool({
  name: 'tar',
  summary: 'an archiving utility',
  usage: '[OPTION...] [FILE]...',
  version: 'GNU tar 1.35',
  usageStatus: 64,
  options: `c|create x|extract|get t|list r|append u|update f|file= z|gzip|gunzip j|bzip2 J|xz zstd a|auto-compress
    v|verbose C|directory= p|preserve-permissions|same-permissions P|absolute-names strip-components= exclude= T|files-from=
    O|to-stdout k|keep-old-files overwrite m|touch no-same-owner same-owner h|dereference wildcards numeric-owner
    owner= group= mode= one-file-system transform= no-recursion`,
  // The first word may be a bundle of options without its dash.
  prepare: (args) => {
    const [first, ...rest] = args;
    if (first === undefined || first.startsWith('-')) return args;
    const letters = [...first];
    const out: string[] = [];
    for (const letter of letters)
      out.push(...('fCT'.includes(letter) ? [`-${letter}`, rest.shift() ?? ''] : [`-${letter}`]));
    return [...out, ...rest];
  },
  *run(call: Call) {
    const { options } = call;
    const modes = MODES.filter((mode) => options.has(mode));
    if (modes.length === 0)
      throw new Failure(
        "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options",
        2,
        true,
      );
    if (modes.length > 1)
      throw new Failure(
        "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option",
        2,
        true,
      );
    if (modes[0] === 'c') return yield* create(call, []);
    if (modes[0] === 'r' || modes[0] === 'u') return yield* append(call, modes[0] === 'u');
    return yield* read(call, modes[0] === 'x');
  },
});

/** What an archive that is written is compressed with. */
function compressionOf({ options }: Call, file: string): Compression | undefined {
  return COMPRESSIONS.find(
    ({ option, names }) => options.has(option) || (options.has('a') && names.test(file)),
  );
}

function fromDirectory(call: Call, path: string): string {
  const directory = call.options.get('C');
  return directory === undefined || path.startsWith('/') ? path : joinPath(directory, path);
}

function* enterDirectory({ options, context }: Call): Steps<void> {
  const directory = options.get('C');
  if (directory === undefined || context.fs.isDirectory(directory)) return;
  yield* context.err(`tar: ${directory}: Cannot open: No such file or directory\n`);
  throw new Failure('Error is not recoverable: exiting now', 2);
}

/** Adds to an archive that is not compressed; with `newer` only what has changed since. */
function* append(call: Call, newer: boolean): Steps<number> {
  const { options, context } = call;
  const file = options.get('f') ?? '-';
  if (compressionOf(call, file)) throw new Failure('Cannot update compressed archives', 2, true);
  if (!context.fs.exists(file)) return yield* create(call, []);
  const before = unpackTar(encode(yield* call.readFile(file)));
  if (!before) {
    yield* context.err('tar: This does not look like a tar archive\n');
    throw new Failure('Exiting with failure status due to previous errors', 2);
  }
  return yield* create(call, before, newer);
}

/** `before` stands in the archive already. */
function* create(call: Call, before: readonly TarEntry[], newer = false): Steps<number> {
  const { options, context } = call;
  const list = options.get('T');
  const names = [
    ...call.operands,
    ...(list === undefined ? [] : (yield* call.readFile(list)).split('\n').filter((name) => name !== '')),
  ];
  if (names.length === 0) throw new Failure('Cowardly refusing to create an empty archive', 2, true);
  yield* enterDirectory(call);
  const entries: TarEntry[] = [];
  let stripped = false;
  for (const name of names) {
    if (name.startsWith('/') && !options.has('P') && !stripped) {
      stripped = true;
      yield* context.err("tar: Removing leading `/' from member names\n");
    }
    yield* add(call, name, entries);
  }
  const known = new Map(before.map((entry) => [entry.name, entry.mtimeMs]));
  const fresh = entries.filter(({ name, mtimeMs }) => !newer || mtimeMs > (known.get(name) ?? -1));
  const packed = packTar([...before, ...fresh]);
  const file = options.get('f') ?? '-';
  const compression = compressionOf(call, file);
  const data = decode(compression ? yield* compression.pack(call, packed) : packed);
  if (file === '-') yield* call.print(data);
  else {
    try {
      context.fs.write(file, data);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* context.err(`tar: ${file}: Cannot open: ${error.message}\n`);
      throw new Failure('Error is not recoverable: exiting now', 2);
    }
  }
  if (call.status === 0) return 0;
  yield* call.flush();
  yield* context.err('tar: Exiting with failure status due to previous errors\n');
  return 2;
}

function* add(call: Call, name: string, entries: TarEntry[]): Steps<void> {
  const { options, context } = call;
  yield* call.spend(1);
  if (
    options
      .all('exclude')
      .some(
        (glob) => matchesGlob(glob, name.replace(/\/$/, '')) || matchesGlob(glob, name.replace(/.*\//, '')),
      )
  )
    return;
  const path = fromDirectory(call, name);
  let stat: Stat;
  try {
    stat = options.has('h') ? context.fs.stat(path) : context.fs.lstat(path);
    if (stat.type === 'file') context.fs.access(path, 'read');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`${name}: Cannot ${error.code === 'EACCES' ? 'open' : 'stat'}: ${error.message}`, 2);
    return;
  }
  if (stat.type !== 'file' && stat.type !== 'directory' && stat.type !== 'symlink') return;
  const users = Users.of(context);
  const shown = options.has('P') ? name : name.replace(/^\/+/, '') || './';
  const member = stat.type === 'directory' ? `${shown.replace(/\/+$/, '')}/` : shown;
  if (options.has('v'))
    yield* (options.get('f') ?? '-') === '-' ? context.err(`${member}\n`) : call.print(`${member}\n`);
  entries.push({
    name: member,
    type: stat.type,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    user: users.user(stat.uid)?.name ?? '',
    group: users.group(stat.gid)?.name ?? '',
    mtimeMs: stat.mtimeMs,
    data: stat.type === 'file' ? encode(contentOf(stat)) : new Uint8Array(0),
    target: stat.type === 'symlink' ? stat.data : '',
  });
  if (stat.type !== 'directory' || options.has('no-recursion')) return;
  for (const child of context.fs.list(path)) yield* add(call, joinPath(name, child), entries);
}

function* read(call: Call, extract: boolean): Steps<number> {
  const { options, context } = call;
  const file = options.get('f') ?? '-';
  let data: Uint8Array;
  try {
    data = encode(yield* call.readFile(file));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* context.err(`tar: ${file}: Cannot open: ${error.message}\n`);
    throw new Failure('Error is not recoverable: exiting now', 2);
  }
  const compression = COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => data[i] === byte));
  const asked = COMPRESSIONS.find(({ option }) => options.has(option));
  if (compression) data = (yield* compression.unpack(call, data)) ?? data;
  else if (asked) {
    yield* context.err(`${asked.refuses}\ntar: Child returned status ${asked.option === 'j' ? 2 : 1}\n`);
    throw new Failure('Error is not recoverable: exiting now', 2);
  }
  const entries = unpackTar(data);
  if (!entries) {
    yield* context.err('tar: This does not look like a tar archive\n');
    throw new Failure('Exiting with failure status due to previous errors', 2);
  }
  if (extract) yield* enterDirectory(call);
  const wanted = call.operands.map((name) => name.replace(/\/$/, ''));
  const found = new Set<string>();
  for (const entry of entries) {
    const name = entry.name.replace(/\/$/, '');
    const hit = wanted.find(
      (one) =>
        name === one || name.startsWith(`${one}/`) || (options.has('wildcards') && matchesGlob(one, name)),
    );
    if (wanted.length > 0 && hit === undefined) continue;
    if (hit !== undefined) found.add(hit);
    if (
      options
        .all('exclude')
        .some((glob) => matchesGlob(glob, name) || matchesGlob(glob, name.replace(/.*\//, '')))
    )
      continue;
    if (!extract) yield* call.print(options.has('v') ? longLine(call, entry, entries) : `${entry.name}\n`);
    else yield* extractOne(call, entry);
    yield* call.spend(1 + (entry.data.length >> 12));
  }
  for (const name of wanted) if (!found.has(name)) yield* call.warn(`${name}: Not found in archive`, 2);
  if (call.status === 0) return 0;
  yield* call.flush();
  yield* context.err('tar: Exiting with failure status due to previous errors\n');
  return 2;
}

const KIND = { file: 'file', link: 'file', directory: 'directory', symlink: 'symlink' } as const;

function longLine(call: Call, entry: TarEntry, all: readonly TarEntry[]): string {
  const owner = (one: TarEntry) => `${one.user || one.uid}/${one.group || one.gid}`;
  const width = greatest(
    all.map((one) => owner(one).length + 1 + String(one.data.length).length),
    19,
  );
  const size = String(entry.data.length).padStart(width - owner(entry).length - 1);
  const time = formatDate('%Y-%m-%d %H:%M', entry.mtimeMs, zoneOf(call.context));
  const link =
    entry.type === 'symlink'
      ? ` -> ${entry.target}`
      : entry.type === 'link'
        ? ` link to ${entry.target}`
        : '';
  return `${modeText(KIND[entry.type], entry.mode)} ${owner(entry)} ${size} ${time} ${entry.name}${link}\n`;
}

function* extractOne(call: Call, entry: TarEntry): Steps<void> {
  const { options, context } = call;
  const { fs, credentials, umask } = context;
  const strip = Number(options.get('strip-components') ?? 0);
  const parts = entry.name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(strip);
  if (parts.length === 0) return;
  if (parts.includes('..')) {
    yield* call.warn(`${entry.name}: Member name contains '..'`, 2);
    return;
  }
  if (options.has('O')) {
    if (entry.type === 'file') yield* call.print(decode(entry.data));
    return;
  }
  if (options.has('v')) yield* call.print(`${entry.name}\n`);
  const absolute = entry.name.startsWith('/') && options.has('P') ? '/' : '';
  const path = fromDirectory(call, absolute + parts.join('/'));
  const error = errorOf(() => {
    fs.mkdirAll(directoryPart(path));
    const old = fs.tryStat(path, false);
    if (entry.type === 'directory') {
      if (!old) fs.mkdir(path);
    } else {
      if (old && old.type !== 'directory') fs.unlink(path);
      if (entry.type === 'symlink') fs.symlink(entry.target, path);
      else if (entry.type === 'link') fs.link(fromDirectory(call, entry.target), path);
      else fs.write(path, decode(entry.data));
    }
    if (entry.type === 'symlink' || entry.type === 'link') return;
    const keepsAll = credentials.uid === 0 || options.has('p');
    fs.chmod(path, keepsAll ? entry.mode : entry.mode & ~umask);
    if (credentials.uid === 0 && !options.has('no-same-owner')) fs.chown(path, entry.uid, entry.gid);
    if (!options.has('m')) fs.utimes(path, entry.mtimeMs);
  });
  if (error !== undefined) yield* call.warn(`${entry.name}: Cannot open: ${error}`, 2);
}
