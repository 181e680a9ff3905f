import {
  capable,
  RegularFile,
  SWAP_MARK,
  SWAP_PAGE,
  type SwapArea,
  setSwapAreas,
  swapAreas,
  swapLines,
} from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { fstab } from './mount.ts';

/** The kernel gives areas without a priority of their own one after the other. */
const FIRST_PRIORITY = -2;
const UNITS = ['B', 'K', 'M', 'G', 'T'];

/** `2G`, `1024M`: with one digit after the point where it is not a whole number. */
function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${Number(value.toFixed(1))}${UNITS[unit]}`;
}

const absolute = ({ context }: Call, path: string) =>
  path.startsWith('/') ? path : `${context.cwd.replace(/\/$/, '')}/${path}`;

/** Swap areas of `/etc/fstab`. */
const listed = (call: Call) =>
  fstab(call)
    .filter(([, , type, options = '']) => type === 'swap' && !options.includes('noauto'))
    .map(([source = '']) => source);

export const mkswap = tool({
  name: 'mkswap',
  summary: 'set up a Linux swap area',
  usage: '[options] device [size]',
  version: 'util-linux 2.39.3',
  paths: ['/usr/sbin/mkswap'],
  options: 'c|check f|force q|quiet L|label= U|uuid= v|swapversion= p|pagesize=',
  *run(call) {
    const { options, operands, context } = call;
    const [path] = operands;
    if (path === undefined) return call.fail('Nowhere to set up swap on?');
    const { fs } = context;
    if (!fs.isFile(path)) call.fail(`cannot open ${path}: No such file or directory`);
    const { size, mode } = fs.stat(path);
    const least = 10 * SWAP_PAGE;
    if (size < least) call.fail(`error: swap area needs to be at least ${least / 1024} KiB`);
    if ((mode & 0o077) !== 0)
      yield* call.warn(`${path}: insecure permissions ${octal(mode)}, fix with: chmod 0600 ${path}`, 0);
    const file = fs.open(path, { write: true, truncate: true }).retain();
    file.write(`${SWAP_MARK}\n`);
    if (file instanceof RegularFile) file.truncate(size);
    file.release();
    if (options.has('q')) return 0;
    const bytes = size - SWAP_PAGE;
    const label = options.get('L');
    const uuid = options.get('U') ?? context.host.random.uuid();
    yield* call.print(
      `Setting up swapspace version 1, size = ${Number((bytes / 1024 ** 2).toFixed(1))} MiB (${bytes} bytes)\n${label ? `LABEL=${label}` : 'no label'}, UUID=${uuid}\n`,
    );
    return 0;
  },
});

const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0');

/** Why the kernel does not take it, or the area. */
function areaOf(call: Call, path: string, priority: number | undefined): SwapArea | string {
  const { fs, host } = call.context;
  if (!fs.exists(path)) return `cannot open ${path}: No such file or directory`;
  const areas = swapAreas(host);
  if (areas.some((area) => area.path === path)) return `${path}: swapon failed: Device or resource busy`;
  const file = fs.open(path, { read: true }).retain();
  const head = file instanceof RegularFile ? file.read(SWAP_MARK.length) : '';
  file.release();
  if (head !== SWAP_MARK) return `${path}: read swap header failed`;
  return { path, bytes: fs.stat(path).size - SWAP_PAGE, priority: priority ?? FIRST_PRIORITY - areas.length };
}

const COLUMNS: Readonly<Record<string, (area: SwapArea, inBytes: boolean) => string>> = {
  NAME: ({ path }) => path,
  TYPE: () => 'file',
  SIZE: ({ bytes }, inBytes) => (inBytes ? String(bytes) : sizeText(bytes)),
  USED: (_area, inBytes) => (inBytes ? '0' : '0B'),
  PRIO: ({ priority }) => String(priority),
};

export const swapon = tool({
  name: 'swapon',
  summary: 'enable devices and files for paging and swapping',
  usage: '[options] [<spec>]',
  version: 'util-linux 2.39.3',
  paths: ['/usr/sbin/swapon'],
  options: 'a|all show? s|summary v|verbose noheadings bytes raw p|priority= e|ifexists f|fixpgsz',
  *run(call) {
    const { options, operands, context } = call;
    const { host } = context;
    if (options.has('s')) {
      if (swapAreas(host).length > 0) yield* call.print(swapLines(host));
      return 0;
    }
    if (options.has('show') || (operands.length === 0 && !options.has('a'))) return yield* show(call);
    if (!capable(context.credentials, 'SYS_ADMIN')) call.fail('Not superuser.');
    const all = options.has('a');
    const active = new Set(swapAreas(host).map(({ path }) => path));
    const wanted = all ? listed(call).filter((path) => !active.has(path)) : operands;
    const priority = options.get('p');
    for (const name of wanted) {
      const path = absolute(call, name);
      if (options.has('e') && !context.fs.exists(path)) continue;
      const mode = context.fs.tryStat(path)?.mode ?? 0;
      if ((mode & 0o077) !== 0)
        yield* call.warn(`${path}: insecure permissions ${octal(mode)}, 0600 suggested.`, call.status);
      const area = areaOf(call, path, priority === undefined ? undefined : Number(priority));
      if (typeof area === 'string') yield* call.warn(area, 255);
      else setSwapAreas(host, [...swapAreas(host), area]);
    }
    return undefined;
  },
});

function* show(call: Call) {
  const { options, context } = call;
  const areas = swapAreas(context.host);
  if (areas.length === 0) return 0;
  const names = (options.get('show') || Object.keys(COLUMNS).join(',')).toUpperCase().split(',');
  const columns = names.map((name) => COLUMNS[name] ?? call.fail(`unknown column: ${name.toLowerCase()}`));
  const rows = areas.map((area) => columns.map((column) => column(area, options.has('bytes'))));
  const lines = options.has('noheadings') ? rows : [names, ...rows];
  const widths = names.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  const isLeft = (i: number) => names[i] === 'NAME' || names[i] === 'TYPE';
  for (const line of lines) {
    const cells = line.map((cell, i) =>
      isLeft(i) ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
    );
    yield* call.print(`${cells.join(' ').trimEnd()}\n`);
  }
  return 0;
}

export const swapoff = tool({
  name: 'swapoff',
  summary: 'disable devices and files for paging and swapping',
  usage: '[options] [<spec>]',
  version: 'util-linux 2.39.3',
  paths: ['/usr/sbin/swapoff'],
  options: 'a|all v|verbose',
  *run(call) {
    const { options, operands, context } = call;
    if (!capable(context.credentials, 'SYS_ADMIN')) call.fail('Not superuser.');
    if (!options.has('a') && operands.length === 0) call.misuse('bad usage');
    const { host, fs } = context;
    const wanted = options.has('a') ? swapAreas(host).map(({ path }) => path) : operands;
    for (const name of wanted) {
      const path = absolute(call, name);
      const left = swapAreas(host).filter((area) => area.path !== path);
      if (options.has('v')) yield* call.print(`swapoff ${path}\n`);
      if (left.length < swapAreas(host).length) setSwapAreas(host, left);
      else {
        const why = fs.exists(path) ? 'Invalid argument' : 'No such file or directory';
        yield* call.warn(`${name}: swapoff failed: ${why}`, 4);
      }
    }
    return undefined;
  },
});
