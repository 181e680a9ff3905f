import { decode, encode, type OpenFile } from '../../../host/index.ts';
import { type Steps, type WaitQueue, waitOn } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { demandSize } from '../core/numbers.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { header, openFor, yieldsHeaders } from './head.ts';

/** A file that is followed. */
interface Followed {
  readonly path: string;
  file: OpenFile | undefined;
  ino: number | undefined;
  length: number;
}

export const tail = tool({
  name: 'tail',
  summary: 'output the last part of files',
  usage: '[OPTION]... [FILE]...',
  options:
    'c|bytes= f|follow? F n|lines= max-unchanged-stats= pid= q|quiet|silent retry s|sleep-interval= v|verbose z|zero-terminated',
  prepare: (args) => args.map((arg, i) => (i === 0 ? arg.replace(/^([-+])(\d+)(f?)$/, obsolete) : arg)),
  *run(call: Call) {
    const mode = call.options.last('c', 'n') ?? 'n';
    const given = call.options.get(mode) ?? '10';
    const fromStart = given.startsWith('+');
    const count = demandSize(given.replace(/^[-+]/, ''), `number of ${mode === 'c' ? 'bytes' : 'lines'}`);
    const headers = yieldsHeaders(call);
    if (/^[-+]\d+f?$/.test(call.context.args[1] ?? '') && call.operands.length > 1)
      call.fail(`option used in invalid context -- ${call.context.args[1]?.replace(/\D/g, '')}`);
    const followed: Followed[] = [];
    let first = true;
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const { input, titled } = yield* openFor(call, path, headers ? header(path, first) : '');
      if (titled) first = false;
      if (!input) {
        followed.push({ path, file: undefined, ino: undefined, length: 0 });
        continue;
      }
      yield* (mode === 'c' ? bytes : lines)(call, input, count, fromStart);
      followed.push(remember(path, input));
    }
    if (call.options.has('f', 'F')) yield* follow(call, followed, headers);
    return undefined;
  },
});

function obsolete(_all: string, sign: string, count: string, follow: string): string {
  return `-${follow}n${sign === '+' ? '+' : ''}${count}`;
}

function remember(path: string, input: Input): Followed {
  const inode = input.file.inode();
  return { path, file: input.file, ino: inode?.ino, length: inode?.data.length ?? 0 };
}

function* lines(call: Call, input: Input, count: number, fromStart: boolean): Steps<void> {
  const separator = call.options.has('z') ? '\0' : '\n';
  const all = yield* input.lines(separator);
  const kept = fromStart ? all.slice(Math.max(0, count - 1)) : count === 0 ? [] : all.slice(-count);
  if (kept.length === 0) return;
  for (const line of kept.slice(0, -1)) yield* call.print(line + separator);
  yield* call.print((kept.at(-1) as string) + (input.terminated ? separator : ''));
}

function* bytes(call: Call, input: Input, count: number, fromStart: boolean): Steps<void> {
  const all = encode(yield* input.rest());
  const start = fromStart ? Math.max(0, count - 1) : Math.max(0, all.length - count);
  yield* call.print(decode(all.slice(start)));
}

/** Waits for the files to grow, be cut or (by name) be replaced; ends only by a signal, or with `--pid`. */
function* follow(call: Call, followed: Followed[], headers: boolean): Steps<void> {
  const { context, options } = call;
  const byName = options.has('F') || options.get('f') === 'name';
  const pid = options.get('pid');
  const watched = pid === undefined ? undefined : context.host.processes.get(Number(pid));
  const alive = byName || options.has('retry') ? followed : followed.filter((one) => one.file);
  if (alive.length === 0 || (alive.length === 1 && alive[0]?.path === '-')) {
    if (alive.length === 0) yield* call.warn('no files remaining');
    return;
  }
  let shown = alive.at(-1);
  for (;;) {
    for (const one of alive) {
      const text = yield* grown(call, one, byName);
      if (text === '') continue;
      if (headers && shown !== one) yield* call.print(header(one.path, false));
      shown = one;
      yield* call.print(text);
    }
    yield* call.flush();
    if (watched ? !watched.alive : pid !== undefined) return;
    yield* waitOn([...queues(call, alive), ...(watched ? [watched.ended] : [])]);
  }
}

/** What changes when any of the files does: the files, and their directories for new ones of the same name. */
function queues(call: Call, followed: readonly Followed[]): WaitQueue[] {
  const { fs } = call.context;
  return followed.flatMap((one) => {
    const slash = one.path.lastIndexOf('/');
    const directory = slash < 0 ? '.' : one.path.slice(0, slash) || '/';
    const paths = [one.path, directory].filter((path) => fs.exists(path));
    return [...paths.map((path) => fs.changed(path)), ...(one.file?.readable ? [one.file.readable] : [])];
  });
}

function* grown(call: Call, one: Followed, byName: boolean): Steps<string> {
  const { fs } = call.context;
  const now = byName ? fs.tryStat(one.path) : undefined;
  if (byName && now?.ino !== one.ino) {
    yield* reopened(call, one, now?.ino);
    if (!one.file) return '';
  }
  const data = one.file?.inode()?.data ?? '';
  if (data.length < one.length) {
    yield* call.warn(`${one.path}: file truncated`, 0);
    one.length = 0;
  }
  const text = data.slice(one.length);
  one.length = data.length;
  return text;
}

function* reopened(call: Call, one: Followed, ino: number | undefined): Steps<void> {
  const before = one.ino;
  one.file?.release();
  one.file = undefined;
  one.ino = ino;
  one.length = 0;
  const shown = quoteFile(one.path);
  if (ino === undefined) {
    if (before !== undefined) yield* call.warn(`${shown} has become inaccessible: No such file or directory`);
    return;
  }
  const what = before === undefined ? 'appeared' : 'been replaced';
  yield* call.warn(`${shown} has ${what};  following new file`, 0);
  one.file = call.context.fs.open(one.path, { read: true }).retain();
}
