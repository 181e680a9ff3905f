import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { Regex } from '../../regex/regex.ts';
import { isApplet } from '../core/applet.ts';
import { matchesGlob } from '../core/glob.ts';
import { mapped } from '../core/mapped.ts';
import { type Call, tool } from '../core/tool.ts';
import { joinPath } from '../files/tree-walk.ts';
import { lastPart } from '../shell/basics.ts';
import { type Formats, formatted, type Group, ifdefGroups, type Line } from './diff-formats.ts';
import { diffLines, type Hunk } from './diff-lines.ts';
import { edScript, rcsScript } from './diff-script.ts';
import { type SideBySide, sideBySide } from './diff-side.ts';

interface Side {
  readonly name: string;
  readonly path: string;
  readonly lines: readonly string[];
  /** Whether the last line ends with a newline. */
  readonly complete: boolean;
  readonly mtimeMs: number;
}

export const diff = tool({
  name: 'diff',
  summary: 'compare files line by line',
  usage: '[OPTION]... FILES',
  version: 'GNU diffutils 3.10',
  usageStatus: 2,
  options: `normal q|brief s|report-identical-files c C|context= u U|unified= e|ed n|rcs y|side-by-side W|width= left-column
    suppress-common-lines p|show-c-function F|show-function-line= label= t|expand-tabs T|initial-tab r|recursive
    no-dereference N|new-file unidirectional-new-file ignore-file-name-case x|exclude= X= S= from-file= to-file=
    i|ignore-case E|ignore-tab-expansion Z|ignore-trailing-space b|ignore-space-change w|ignore-all-space
    D|ifdef= old-group-format= new-group-format= unchanged-group-format= changed-group-format= line-format= old-line-format=
    new-line-format= unchanged-line-format= B|ignore-blank-lines I|ignore-matching-lines= a|text strip-trailing-cr d|minimal speed-large-files color? palette=`,
  prepare: (args) =>
    args.map((arg) => {
      if (arg === '--context' || arg === '--unified') return arg === '--context' ? '-c' : '-u';
      return arg.replace(/^-([uc])(?=\d+$)/, (_, style: string) => `-${style.toUpperCase()}`);
    }),
  *run(call: Call) {
    checkStyle(call);
    const [one, two, extra] = call.operands;
    if (one === undefined) call.misuse(`missing operand after '${call.name}'`);
    if (two === undefined) call.misuse(`missing operand after '${one}'`);
    if (extra !== undefined) call.misuse(`extra operand '${extra}'`);
    return yield* comparePaths(call, one, two);
  },
});

function* comparePaths(call: Call, one: string, two: string): Steps<number> {
  const [a, b] = [statOf(call, one), statOf(call, two)];
  for (const [path, stat] of [
    [one, a],
    [two, b],
  ] as const) {
    if (stat || (call.options.has('N') && (a ?? b))) continue;
    yield* call.warn(`${path}: No such file or directory`, 2);
  }
  if (call.status === 2) return 2;
  if (a?.type === 'directory' && b?.type === 'directory') return yield* compareDirectories(call, one, two);
  // A file is compared with the one of its name in a directory.
  if (a?.type === 'directory') return yield* comparePaths(call, joinPath(one, lastPart(two)), two);
  if (b?.type === 'directory') return yield* comparePaths(call, one, joinPath(two, lastPart(one)));
  return yield* compareFiles(call, one, two);
}

function statOf(call: Call, path: string): Stat | { type: 'file' } | undefined {
  return path === '-' ? { type: 'file' } : call.context.fs.tryStat(path);
}

function* compareDirectories(call: Call, one: string, two: string): Steps<number> {
  const { fs } = call.context;
  const shown = (name: string) => !call.options.all('x').some((glob) => matchesGlob(glob, name));
  const [left, right] = [new Set(fs.list(one).filter(shown)), new Set(fs.list(two).filter(shown))];
  let status = 0;
  for (const name of [...new Set([...left, ...right])].sort()) {
    const [a, b] = [joinPath(one, name), joinPath(two, name)];
    const directories = [fs.isDirectory(a), fs.isDirectory(b)];
    const both = left.has(name) && right.has(name);
    let result = 1;
    if (!both && !call.options.has('N'))
      yield* call.print(`Only in ${left.has(name) ? one : two}: ${name}\n`);
    else if (directories[0] && directories[1]) {
      result = 0;
      if (call.options.has('r')) result = yield* compareDirectories(call, a, b);
      else yield* call.print(`Common subdirectories: ${a} and ${b}\n`);
    } else if (both && directories[0] !== directories[1]) {
      const kind = (isDirectory: boolean | undefined) => (isDirectory ? 'directory' : 'regular file');
      yield* call.print(
        `File ${a} is a ${kind(directories[0])} while file ${b} is a ${kind(directories[1])}\n`,
      );
    } else result = yield* compareFiles(call, a, b, flagsText(call));
    status = Math.max(status, result);
  }
  return status;
}

/** The options as `diff -r` repeats them before each file. */
function flagsText(call: Call): string {
  return call.context.args
    .slice(1)
    .filter((arg) => arg.startsWith('-') && arg !== '-')
    .map((arg) => ` ${arg}`)
    .join('');
}

function* compareFiles(call: Call, one: string, two: string, repeated?: string): Steps<number> {
  const { options } = call;
  const labels = options.all('label');
  const a = yield* sideOf(call, one, labels[0]);
  const b = yield* sideOf(call, two, labels[1]);
  if (!a || !b) return 2;
  const isBinary = [a, b].some(({ lines }) => lines.some((line) => line.includes('\0'))) && !options.has('a');
  const same =
    a.complete === b.complete &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, i) => line === b.lines[i]);
  if (isBinary && !same) {
    yield* call.print(
      options.has('q') ? `Files ${one} and ${two} differ\n` : `Binary files ${one} and ${two} differ\n`,
    );
    return 1;
  }
  const hunks = same ? [] : yield* differences(call, a, b);
  yield* call.spend(a.lines.length + b.lines.length);
  const beside = options.has('y') && !options.has('q');
  const formats = formatsOf(call);
  if (formats && !options.has('q') && (hunks.length > 0 || showsAll(formats)))
    yield* call.print(formatted(a, b, hunks, formats));
  if (hunks.length === 0) {
    if (beside) yield* call.print(sideBySide(a, b, [], layoutOf(call)));
    if (options.has('s')) yield* call.print(`Files ${one} and ${two} are identical\n`);
    return 0;
  }
  if (options.has('q')) {
    yield* call.print(`Files ${one} and ${two} differ\n`);
    return 1;
  }
  if (repeated !== undefined) yield* call.print(`diff${repeated} ${one} ${two}\n`);
  if (formats) return 1;
  const script = options.last('e', 'n');
  if (script !== undefined) {
    yield* call.print(script === 'e' ? edScript(b.lines, hunks) : rcsScript(b.lines, hunks, b.complete));
    return 1;
  }
  yield* call.print(beside ? sideBySide(a, b, hunks, layoutOf(call)) : render(call, a, b, hunks));
  return 1;
}

/** The formats that `-D` and its like give, with what the others follow from. Models diff.c main. */
function formatsOf({ options }: Call): Formats | undefined {
  const given = (name: string): string | undefined => options.get(name);
  const line = (kind: Line) => given(`${kind}-line-format`) ?? given('line-format');
  const name = given('D');
  const ifdef: Partial<Record<Group, string>> = name === undefined ? {} : ifdefGroups(name);
  const group = (kind: Group) => given(`${kind}-group-format`) ?? ifdef[kind];
  const kinds = ['unchanged', 'old', 'new'] as const;
  if (![...kinds.map(line), ...kinds.map(group), group('changed')].some((one) => one !== undefined))
    return undefined;
  const old = group('old') ?? group('changed') ?? '%<';
  const fresh = group('new') ?? group('changed') ?? '%>';
  return {
    groups: {
      unchanged: group('unchanged') ?? '%=',
      old,
      new: fresh,
      changed: group('changed') ?? old + fresh,
    },
    lines: { unchanged: line('unchanged') ?? '%l\n', old: line('old') ?? '%l\n', new: line('new') ?? '%l\n' },
  };
}

/** Whether files that are alike are shown too. */
function showsAll({ groups, lines }: Formats): boolean {
  return groups.unchanged !== '' && !(groups.unchanged === '%=' && lines.unchanged === '');
}

function layoutOf({ options }: Call): SideBySide {
  return {
    width: Number(options.get('W') ?? 130),
    expandTabs: options.has('t'),
    common: options.has('suppress-common-lines') ? 'none' : options.has('left-column') ? 'left' : 'both',
  };
}

/** One style of output at a time. */
function checkStyle(call: Call): void {
  const styles = {
    u: 'u',
    U: 'u',
    c: 'c',
    C: 'c',
    y: 'y',
    e: 'e',
    n: 'n',
    normal: 'normal',
    D: 'D',
  } as const;
  const given = new Set(call.options.given.flatMap(({ name }) => styles[name as keyof typeof styles] ?? []));
  if (given.size > 1) call.misuse('conflicting output style options');
  for (const [option, what, least] of [
    ['C', 'context length', 0],
    ['U', 'context length', 0],
    ['W', 'width', 1],
  ] as const) {
    for (const text of call.options.all(option))
      if (!/^\d+$/.test(text) || Number(text) < least) call.misuse(`invalid ${what} '${text}'`);
  }
}

function* sideOf(call: Call, path: string, label: string | undefined): Steps<Side | undefined> {
  try {
    const missing = path !== '-' && call.options.has('N') && !call.context.fs.exists(path);
    const text = missing ? '' : yield* call.readFile(path);
    const lines = text.split('\n');
    const complete = lines.at(-1) === '';
    if (complete) lines.pop();
    const mtimeMs = missing ? 0 : path === '-' ? call.context.now : call.context.fs.stat(path).mtimeMs;
    return {
      name: label ?? path,
      path: label === undefined ? path : '',
      lines,
      complete: complete || text === '',
      mtimeMs,
    };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`${path}: ${error.message}`, 2);
    return undefined;
  }
}

function* differences(call: Call, a: Side, b: Side): Steps<Hunk[]> {
  const { options } = call;
  const shape = (side: Side) =>
    mapped(call, side.lines, (line, i) => {
      let text = line;
      if (options.has('strip-trailing-cr')) text = text.replace(/\r$/, '');
      if (options.has('i')) text = text.toLowerCase();
      if (options.has('w')) text = text.replace(/\s+/g, '');
      else if (options.has('b')) text = text.replace(/\s+/g, ' ').trimEnd();
      else if (options.has('Z')) text = text.trimEnd();
      return i === side.lines.length - 1 && !side.complete && !options.has('w', 'b') ? `${text}\0` : text;
    });
  let hunks = yield* diffLines(call, yield* shape(a), yield* shape(b));
  const trivial = (test: (line: string) => boolean) => {
    hunks = hunks.filter(
      (hunk) => ![...a.lines.slice(hunk.a, hunk.aEnd), ...b.lines.slice(hunk.b, hunk.bEnd)].every(test),
    );
  };
  if (options.has('B')) trivial((line) => line === '');
  for (const pattern of options.all('I')) {
    const regex = new Regex(pattern, { extended: false });
    trivial((line) => regex.test(line));
  }
  return hunks;
}

type Paint = (color: string, text: string) => string;

function render(call: Call, a: Side, b: Side, hunks: readonly Hunk[]): string {
  const { options } = call;
  const color = options.has('color') ? (options.get('color') ?? 'auto') : 'never';
  const paints = color === 'always' || (color === 'auto' && call.context.isTerminal(1));
  const paint: Paint = (code, text) => (paints ? `\x1b[${code}m${text}\x1b[0m` : text);
  const format =
    options.last('u', 'U', 'c', 'C', 'normal') ?? (isApplet(call.context, 'diff') ? 'u' : undefined);
  if (format === 'u' || format === 'U')
    return unified(call, a, b, hunks, Number(options.get('U') ?? 3), paint);
  if (format === 'c' || format === 'C') return context(call, a, b, hunks, Number(options.get('C') ?? 3));
  return normal(a, b, hunks, paint);
}

/** A line with its mark; the last one may lack its newline. */
function shown(side: Side, index: number, mark: string): string {
  const note = index === side.lines.length - 1 && !side.complete ? '\n\\ No newline at end of file' : '';
  return `${mark}${side.lines[index]}${note}\n`;
}

function span(from: number, to: number): string {
  return to - from <= 1 ? String(to) : `${from + 1},${to}`;
}

function normal(a: Side, b: Side, hunks: readonly Hunk[], paint: Paint): string {
  let out = '';
  for (const hunk of hunks) {
    const letter = hunk.a === hunk.aEnd ? 'a' : hunk.b === hunk.bEnd ? 'd' : 'c';
    const head = `${letter === 'a' ? hunk.a : span(hunk.a, hunk.aEnd)}${letter}${letter === 'd' ? hunk.b : span(hunk.b, hunk.bEnd)}`;
    out += `${paint('36', head)}\n`;
    for (let i = hunk.a; i < hunk.aEnd; i++) out += colored(shown(a, i, '< '), '31', paint);
    if (letter === 'c') out += '---\n';
    for (let i = hunk.b; i < hunk.bEnd; i++) out += colored(shown(b, i, '> '), '32', paint);
  }
  return out;
}

function colored(line: string, color: string, paint: Paint): string {
  return `${paint(color, line.replace(/\n$/, ''))}\n`;
}

function header(call: Call, side: Side, mark: string): string {
  if (side.path === '' || isApplet(call.context, 'diff')) return `${mark} ${side.name}`;
  return `${mark} ${side.name}\t${formatDate('%Y-%m-%d %H:%M:%S.%N %z', side.mtimeMs, zoneOf(call.context))}`;
}

/** Hunks whose contexts touch, together. */
function groups(hunks: readonly Hunk[], around: number): Hunk[][] {
  const out: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = out.at(-1)?.at(-1);
    if (last && hunk.a - last.aEnd <= 2 * around) out.at(-1)?.push(hunk);
    else out.push([hunk]);
  }
  return out;
}

function unified(call: Call, a: Side, b: Side, hunks: readonly Hunk[], around: number, paint: Paint): string {
  let out = `${paint('1', header(call, a, '---'))}\n${paint('1', header(call, b, '+++'))}\n`;
  for (const group of groups(hunks, around)) {
    const [first, last] = [group[0] as Hunk, group.at(-1) as Hunk];
    const [startA, startB] = [
      Math.max(0, first.a - around),
      Math.max(0, first.b - Math.min(around, first.a)),
    ];
    const after = Math.min(around, a.lines.length - last.aEnd);
    out += `${paint('36', `@@ -${range(startA, last.aEnd + after)} +${range(startB, last.bEnd + after)} @@`)}\n`;
    let at = startA;
    for (const hunk of group) {
      for (; at < hunk.a; at++) out += shown(a, at, ' ');
      for (; at < hunk.aEnd; at++) out += colored(shown(a, at, '-'), '31', paint);
      for (let i = hunk.b; i < hunk.bEnd; i++) out += colored(shown(b, i, '+'), '32', paint);
    }
    for (; at < last.aEnd + after; at++) out += shown(a, at, ' ');
  }
  return out;
}

function range(from: number, to: number): string {
  const count = to - from;
  if (count === 1) return String(from + 1);
  return `${count === 0 ? from : from + 1},${count}`;
}

function context(call: Call, a: Side, b: Side, hunks: readonly Hunk[], around: number): string {
  let out = `${header(call, a, '***')}\n${header(call, b, '---')}\n`;
  for (const group of groups(hunks, around)) {
    const [first, last] = [group[0] as Hunk, group.at(-1) as Hunk];
    const [startA, startB] = [
      Math.max(0, first.a - around),
      Math.max(0, first.b - Math.min(around, first.a)),
    ];
    const after = Math.min(around, a.lines.length - last.aEnd);
    const [endA, endB] = [last.aEnd + after, last.bEnd + after];
    const spanText = (from: number, to: number) => (to - from <= 1 ? String(to) : `${from + 1},${to}`);
    out += `***************\n*** ${spanText(startA, endA)} ****\n`;
    if (group.some((hunk) => hunk.aEnd > hunk.a))
      out += contextLines(a, startA, endA, group, (hunk) => [hunk.a, hunk.aEnd], '- ');
    out += `--- ${spanText(startB, endB)} ----\n`;
    if (group.some((hunk) => hunk.bEnd > hunk.b))
      out += contextLines(b, startB, endB, group, (hunk) => [hunk.b, hunk.bEnd], '+ ');
  }
  return out;
}

function contextLines(
  side: Side,
  from: number,
  to: number,
  group: readonly Hunk[],
  of: (hunk: Hunk) => [number, number],
  mark: string,
): string {
  let out = '';
  for (let i = from; i < to; i++) {
    const hunk = group.find((one) => i >= of(one)[0] && i < of(one)[1]);
    const changed = hunk && hunk.aEnd > hunk.a && hunk.bEnd > hunk.b;
    out += shown(side, i, hunk ? (changed ? '! ' : mark) : '  ');
  }
  return out;
}
