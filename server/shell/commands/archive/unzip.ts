import { decode, encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatDate, zone } from '../../dates.ts';
import { matchesGlob } from '../core/glob.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { modeText } from '../files/modes.ts';
import { joinPath } from '../files/tree-walk.ts';
import { directoryPart } from '../shell/basics.ts';
import { contentOf, readZip, savedPercent, type ZipEntry } from './zip-format.ts';

/** Statuses of unzip's manual. */
const NOT_FOUND = 9;
const NO_MATCH = 11;
const BAD_USAGE = 10;
const WARNING = 1;

/** Archives know no zones: the hours are those that were written. */
const LOCAL = zone('UTC');

const USAGE = 'Usage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]';

/** An archive, and which of its members are meant. */
interface Asked {
  readonly path: string;
  readonly all: readonly ZipEntry[];
  readonly entries: readonly ZipEntry[];
}

export const unzip = tool({
  name: 'unzip',
  summary: 'list, test and extract compressed files in a ZIP archive',
  usage: '[-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]',
  version: 'unzip 6.00',
  usageStatus: BAD_USAGE,
  options: 'l v t p c o n q j d= x= u f a L C X Z 1 z',
  refusal: () => `UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n\n${USAGE}\n`,
  prepare: gatherExcluded,
  *run(call: Call) {
    const { options } = call;
    if (call.operands.length === 0) {
      yield* call.print(`UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n\n${USAGE}\n`);
      return 0;
    }
    const asked = yield* find(call);
    if (options.has('Z')) yield* information(call, asked);
    else if (options.has('l', 'v')) yield* list(call, asked);
    else if (options.has('t')) yield* test(call, asked);
    else if (options.has('p', 'c')) yield* show(call, asked);
    else yield* extract(call, asked);
    return yield* unmatched(call, asked);
  },
});

export const zipinfo = tool({
  name: 'zipinfo',
  summary: 'list detailed information about a ZIP archive',
  usage: '[-12smlvhMtTz] file[.zip] [list...]',
  version: 'unzip 6.00',
  options: '1',
  *run(call: Call) {
    if (call.operands.length === 0) throw new Refusal('Usage: zipinfo file[.zip] [list...]\n', BAD_USAGE);
    const asked = yield* find(call);
    yield* information(call, asked);
    return yield* unmatched(call, asked);
  },
});

/** What follows `-x` are names that are left out. */
function gatherExcluded(args: readonly string[]): string[] {
  const at = args.indexOf('-x');
  if (at < 0) return [...args];
  const end = args.findIndex((arg, i) => i > at && arg.startsWith('-'));
  const last = end < 0 ? args.length : end;
  const names = args.slice(at + 1, last).flatMap((name) => ['-x', name]);
  return [...args.slice(0, at), ...names, ...args.slice(last)];
}

function* find(call: Call): Steps<Asked> {
  const { options, context } = call;
  const [given = '', ...names] = call.operands;
  const path = [given, `${given}.zip`, `${given}.ZIP`].find((name) => context.fs.isFile(name));
  if (path === undefined)
    throw new Refusal(`unzip:  cannot find or open ${given}, ${given}.zip or ${given}.ZIP.\n`, NOT_FOUND);
  const all = readZip(encode(context.fs.read(path)));
  if (!all) {
    yield* call.print(`Archive:  ${path}\n`);
    yield* call.flush();
    throw new Refusal(
      `  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n  latter case the central directory and zipfile comment will be found on\n  the last disk(s) of this archive.\nunzip:  cannot find zipfile directory in one of ${given} or\n        ${given}.zip, and cannot find ${given}.ZIP, period.\n`,
      NOT_FOUND,
    );
  }
  const matches = (globs: readonly string[], name: string) => globs.some((glob) => matchesGlob(glob, name));
  const entries = all.filter(
    ({ name }) => (names.length === 0 || matches(names, name)) && !matches(options.all('x'), name),
  );
  return { path, all, entries };
}

function* unmatched(call: Call, { all }: Asked): Steps<number> {
  let status = call.status;
  for (const name of call.operands.slice(1)) {
    if (all.some((entry) => matchesGlob(name, entry.name))) continue;
    yield* call.flush();
    yield* call.context.err(`caution: filename not matched:  ${name}\n`);
    status = NO_MATCH;
  }
  return status;
}

const dayAndTime = (entry: ZipEntry) => formatDate('%Y-%m-%d %H:%M', entry.mtimeMs, LOCAL);

function* list(call: Call, { path, entries }: Asked): Steps<void> {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed.length, 0);
  const files = `${entries.length} file${entries.length === 1 ? '' : 's'}`;
  if (!call.options.has('q')) yield* call.print(`Archive:  ${path}\n`);
  if (!call.options.has('v')) {
    yield* call.print('  Length      Date    Time    Name\n---------  ---------- -----   ----\n');
    for (const entry of entries)
      yield* call.print(`${String(entry.size).padStart(9)}  ${dayAndTime(entry)}   ${entry.name}\n`);
    yield* call.print(
      `---------                     -------\n${String(size).padStart(9)}                     ${files}\n`,
    );
    return;
  }
  yield* call.print(
    ' Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n--------  ------  ------- ---- ---------- ----- --------  ----\n',
  );
  for (const entry of entries)
    yield* call.print(
      `${String(entry.size).padStart(8)}  ${entry.method === 8 ? 'Defl:N' : 'Stored'} ${String(entry.packed.length).padStart(8)} ${percent(entry.size, entry.packed.length)} ${dayAndTime(entry)} ${entry.crc.toString(16).padStart(8, '0')}  ${entry.name}\n`,
    );
  yield* call.print(
    `--------          -------  ---                            -------\n${String(size).padStart(8)}         ${String(packed).padStart(8)} ${percent(size, packed)}                            ${files}\n`,
  );
}

function percent(size: number, packed: number): string {
  return `${String(savedPercent(size, packed)).padStart(3)}%`;
}

function* information(call: Call, { path, all, entries }: Asked): Steps<void> {
  if (call.options.has('1')) {
    for (const { name } of entries) yield* call.print(`${name}\n`);
    return;
  }
  const bytes = encode(call.context.fs.read(path)).length;
  yield* call.print(`Archive:  ${path}\nZip file size: ${bytes} bytes, number of entries: ${all.length}\n`);
  for (const entry of entries) {
    const kind = entry.name.endsWith('/') ? 'directory' : 'file';
    const data = contentOf(entry);
    const isText = data !== undefined && data.length > 0 && data.every((byte) => byte >= 7);
    const time = formatDate('%y-%b-%d %H:%M', entry.mtimeMs, LOCAL);
    yield* call.print(
      `${modeText(kind, entry.mode & 0o7777)}  3.0 unx ${String(entry.size).padStart(8)} ${isText ? 't' : 'b'}x ${entry.method === 8 ? 'defN' : 'stor'} ${time} ${entry.name}\n`,
    );
  }
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed.length, 0);
  const saved = size === 0 ? 0 : ((size - packed) * 100) / size;
  yield* call.print(
    `${entries.length} file${entries.length === 1 ? '' : 's'}, ${size} bytes uncompressed, ${packed} bytes compressed:  ${saved.toFixed(1)}%\n`,
  );
}

function* test(call: Call, { path, entries }: Asked): Steps<void> {
  if (!call.options.has('q')) yield* call.print(`Archive:  ${path}\n`);
  for (const entry of entries) {
    const isGood = contentOf(entry) !== undefined;
    if (!isGood) call.status = WARNING;
    yield* call.print(`    testing: ${entry.name.padEnd(22)}  ${isGood ? ' OK' : ' bad CRC'}\n`);
  }
  yield* call.print(
    call.status === 0
      ? `No errors detected in compressed data of ${path}.\n`
      : `At least one error was detected in ${path}.\n`,
  );
}

function* show(call: Call, { path, entries }: Asked): Steps<void> {
  const isNamed = call.options.has('c');
  if (isNamed) yield* call.print(`Archive:  ${path}\n`);
  for (const entry of entries) {
    if (entry.name.endsWith('/')) continue;
    if (isNamed) yield* call.print(`  inflating: ${entry.name.padEnd(22)}  \n`);
    yield* call.print(decode(contentOf(entry) ?? new Uint8Array(0)));
    if (isNamed) yield* call.print('\n');
  }
}

function* extract(call: Call, { path, entries }: Asked): Steps<void> {
  const { options } = call;
  if (!options.has('q')) yield* call.print(`Archive:  ${path}\n`);
  const replace = { all: options.has('o'), none: options.has('n') };
  for (const entry of entries) {
    yield* call.spend(1 + (entry.size >> 8));
    yield* extractOne(call, entry, replace);
  }
}

function* extractOne(call: Call, entry: ZipEntry, replace: { all: boolean; none: boolean }): Steps<void> {
  const { options, context } = call;
  const { fs, umask } = context;
  const parts = entry.name.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const name = options.has('j') ? (parts.at(-1) ?? '') : parts.join('/');
  const folder = options.get('d');
  const target = folder === undefined ? name : joinPath(folder, name);
  const say = (what: string, shown: string) =>
    options.has('q') ? call.spend() : call.print(`${what.padStart(11)}: ${shown.padEnd(22)}  \n`);
  if (entry.name.endsWith('/')) {
    if (options.has('j') || fs.isDirectory(target)) return;
    fs.mkdirAll(target);
    if (!options.has('q')) yield* call.print(`   creating: ${target}/\n`);
    return;
  }
  if (fs.exists(target)) {
    const old = fs.stat(target);
    if (options.has('f', 'u') && old.mtimeMs >= entry.mtimeMs) return;
    if (!replace.all && !options.has('f', 'u') && !(yield* mayReplace(call, target, replace))) return;
    fs.unlink(target);
  } else if (options.has('f')) return;
  fs.mkdirAll(directoryPart(target));
  const data = decode(contentOf(entry) ?? new Uint8Array(0));
  if ((entry.mode & 0o170000) === 0o120000) fs.symlink(data, target);
  else {
    fs.write(target, data);
    fs.chmod(target, entry.mode & 0o777 & ~umask);
    fs.utimes(target, entry.mtimeMs);
  }
  yield* say(entry.method === 8 ? 'inflating' : 'extracting', target);
}

/** Asks for one file; `A` and `N` answer for the rest too. */
function* mayReplace(call: Call, target: string, replace: { all: boolean; none: boolean }): Steps<boolean> {
  if (replace.none) return false;
  for (;;) {
    yield* call.flush();
    yield* call.context.err(`replace ${target}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `);
    const answer = (yield* call.stdin.line())?.trim();
    if (answer === undefined) {
      yield* call.context.err(' NULL\n(EOF or read error, treating as "[N]one" ...)\n');
      call.status = WARNING;
    }
    if (answer === undefined || answer === 'N') replace.none = true;
    if (answer === 'A') replace.all = true;
    if (answer === undefined || /^[nN]/.test(answer)) return false;
    if (/^[yYA]/.test(answer)) return true;
    yield* call.context.err(`error:  invalid response [${answer}]\n`);
  }
}
