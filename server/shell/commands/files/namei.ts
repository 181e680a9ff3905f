import { isSystemError, type Stat } from '../../../host/index.ts';
import { greatest, type Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { modeText } from './modes.ts';
import { joinPath } from './tree-walk.ts';

/** Links that are followed before namei gives up. */
const MAX_LINKS = 256;

/** Models util-linux namei: every part of a path, and where its links lead. */
export const namei = tool({
  name: 'namei',
  summary: 'follow a pathname until a terminal point is found',
  usage: '[options] <pathname>...',
  version: 'util-linux 2.39.3',
  options: 'x|mountpoints m|modes o|owners l|long n|nosymlinks v|vertical Z|context',
  *run(call) {
    if (call.operands.length === 0) call.fail('pathname argument is missing');
    if (call.options.has('Z')) call.fail('-Z is not simulated: there is no SELinux');
    for (const path of call.operands) {
      yield* call.print(`f: ${path}\n`);
      if (!(yield* walk(call, { path, from: call.context.cwd, depth: 0, links: 0 }))) call.status = 1;
    }
    return undefined;
  },
});

interface Way {
  readonly path: string;
  /** The directory that a relative path is read from. */
  readonly from: string;
  readonly depth: number;
  readonly links: number;
}

function* walk(call: Call, { path, from, depth, links }: Way): Steps<boolean> {
  const { fs } = call.context;
  const parts = [...(path.startsWith('/') ? ['/'] : []), ...path.split('/').filter((part) => part !== '')];
  let place = from;
  for (const part of parts) {
    const parent = place;
    place = part === '/' ? '/' : joinPath(place, part);
    let stat: Stat;
    try {
      stat = fs.lstat(place);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const blank = ' '.repeat(prefix(call, undefined).length);
      yield* call.print(`${blank}${'  '.repeat(depth)}${part} - ${error.message}\n`);
      return false;
    }
    const isLink = stat.type === 'symlink';
    const target = isLink ? fs.readlink(place) : '';
    const arrow = isLink ? ` -> ${target}` : '';
    yield* call.print(row(call, stat, `${part}${arrow}`, depth));
    if (!isLink || call.options.has('n')) continue;
    if (links >= MAX_LINKS) call.fail(`exceeded limit of symlinks`);
    if (!(yield* walk(call, { path: target, from: parent, depth: depth + 1, links: links + 1 })))
      return false;
    place = fs.realpath(place);
  }
  return true;
}

const vertical = ({ options }: Call): boolean => options.has('v', 'l');

function row(call: Call, stat: Stat, text: string, depth: number): string {
  const indent = '  '.repeat(depth);
  if (vertical(call)) return `${prefix(call, stat)}${indent}${text}\n`;
  return `${call.options.has('v') ? '' : ' '}${indent}${prefix(call, stat)}${text}\n`;
}

/** The mode and the owners, as wide for a part that is not there. */
function prefix(call: Call, stat: Stat | undefined): string {
  const { options, context } = call;
  const users = Users.of(context);
  const widest = (names: readonly string[]) =>
    greatest(
      names.map((name) => name.length),
      4,
    );
  const cells: string[] = [];
  if (options.has('m', 'l')) cells.push(stat ? modeText(stat.type, stat.mode) : ' '.repeat(10));
  else cells.push(stat ? modeText(stat.type, stat.mode).slice(0, 1) : ' ');
  if (options.has('o', 'l')) {
    const user = stat ? (users.user(stat.uid)?.name ?? String(stat.uid)) : '';
    const group = stat ? (users.groups().find(({ gid }) => gid === stat.gid)?.name ?? String(stat.gid)) : '';
    cells.push(user.padEnd(widest([user])), group.padEnd(widest([group])));
  }
  return `${cells.join(' ')} `;
}
