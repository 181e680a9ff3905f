import { isSystemError, Pipe } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { type Call, tool } from '../core/tool.ts';
import { displayWidth } from '../core/width.ts';

export const watch = tool({
  name: 'watch',
  summary: 'execute a program periodically, showing output fullscreen',
  usage: '[options] command',
  version: 'procps-ng 4.0.4',
  options:
    'b|beep c|color C|no-color d|differences? e|errexit g|chgexit n|interval= p|precise q|equexit= r|no-rerun t|no-title w|no-wrap x|exec',
  inOrder: true,
  *run(call: Call) {
    const { options, context } = call;
    if (call.operands.length === 0) {
      yield* context.err('Usage:\n watch [options] command\n');
      return 1;
    }
    const given = (options.get('n') ?? '2').replace(',', '.');
    if (!/^\d*\.?\d+$/.test(given)) call.fail(`failed to parse argument: '${given}'`);
    const interval = Math.max(0.1, Number(given));
    context.process.handlers.set('WINCH', () => undefined);
    context.process.handlers.set('INT', () => {
      context.process.handlers.delete('INT');
      stopped.now = true;
    });
    const stopped = { now: false };
    yield* context.out('\x1b[?1049h\x1b[H\x1b[2J');
    try {
      let last: string | undefined;
      while (!stopped.now) {
        const { text, status } = yield* output(call, stopped);
        if (stopped.now) break;
        yield* draw(call, text, options.has('d') ? last : undefined, interval);
        if (options.has('e') && status !== 0) return status;
        if (options.has('g') && last !== undefined && last !== text) return 0;
        last = text;
        yield* context.sleep(interval * 1000);
      }
      return 0;
    } finally {
      yield* context.out('\x1b[?1049l');
    }
  },
});

/** Characters of the output that are looked at: more than any screen holds. */
const KEPT = 1 << 20;

/** Runs the command once and takes what it writes to either stream. */
function* output(call: Call, stopped: { now: boolean }): Steps<{ text: string; status: number }> {
  const { context } = call;
  const words = call.operands;
  const pipe = new Pipe();
  const [reader, writer] = [pipe.reader().retain(), pipe.writer().retain()];
  const fds = new Map(context.fds).set(1, writer).set(2, writer);
  try {
    const direct = call.options.has('x');
    const file = direct ? (words[0] as string) : '/bin/sh';
    const child = context.spawn(file, { args: direct ? words : ['sh', '-c', words.join(' ')], fds });
    writer.release();
    let text = '';
    for (;;) {
      const piece = reader.read(65_536);
      if (piece === '' || stopped.now) break;
      if (piece === undefined) yield* waitOn([pipe.readable]);
      else if (text.length < KEPT) text += piece;
    }
    if (stopped.now) child.signal('INT');
    const { code } = yield* context.wait(child);
    return { text, status: code };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { text: `sh: 1: ${words[0]}: ${error.message}\n`, status: 127 };
  } finally {
    reader.release();
  }
}

function* draw(call: Call, text: string, last: string | undefined, interval: number): Steps<void> {
  const { context, options } = call;
  const { columns, rows } = context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  const title = options.has('t') ? [] : [header(call, columns, interval), ''];
  const room = { columns, rows: rows - title.length, cut: options.has('w') };
  const lines = screenLines(text, room);
  const before = last === undefined ? undefined : screenLines(last, room);
  const shown = lines.map((line, i) => (before ? marked(line, before[i] ?? '') : line));
  yield* context.out(`\x1b[H${[...title, ...shown].map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
}

function header(call: Call, columns: number, interval: number): string {
  const { context } = call;
  const time = formatDate('%a %b %e %H:%M:%S %Y', context.now, zoneOf(context));
  const right = `${context.hostname}: ${time}`;
  const left = `Every ${interval.toFixed(1)}s: ${call.operands.join(' ')}`;
  const room = columns - right.length - 1;
  const cut = left.length > room ? `${left.slice(0, Math.max(0, room - 3))}...` : left;
  return cut + ' '.repeat(Math.max(1, columns - cut.length - right.length)) + right;
}

/** Characters that one cell of the screen may take: marks upon it, colours before it. */
const BYTES_PER_CELL = 32;

interface Room {
  readonly columns: number;
  readonly rows: number;
  /** Long lines are cut off, not wrapped. */
  readonly cut: boolean;
}

/** As much of the text as the screen has room for. */
function screenLines(text: string, { columns, rows, cut }: Room): string[] {
  const out: string[] = [];
  const most = columns * rows * BYTES_PER_CELL;
  for (const line of text.slice(0, most).replace(/\n$/, '').split('\n', rows)) {
    let rest = untab(line).replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    do {
      let end = 0;
      let width = 0;
      for (const char of rest) {
        width += displayWidth(char);
        if (width > columns) break;
        end += char.length;
      }
      out.push(rest.slice(0, end));
      rest = rest.slice(end);
    } while (rest !== '' && !cut && out.length < rows);
    if (out.length >= rows) break;
  }
  return out;
}

function untab(line: string): string {
  let out = '';
  for (const char of line) out += char === '\t' ? ' '.repeat(8 - (out.length % 8)) : char;
  return out;
}

/** The characters that changed, in reverse. */
function marked(line: string, before: string): string {
  let out = '';
  let reverse = false;
  for (let i = 0; i < Math.max(line.length, before.length); i++) {
    const char = line[i] ?? ' ';
    const differs = char !== (before[i] ?? ' ');
    if (differs !== reverse) out += differs ? '\x1b[7m' : '\x1b[27m';
    reverse = differs;
    out += char;
  }
  return reverse ? `${out}\x1b[27m` : out;
}
