import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { CONVERSION, formatFloat, sprintf } from '../core/printf.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const truth: Command = {
  name: 'true',
  summary: 'do nothing, successfully',
  *main() {
    return 0;
  },
};

export const falsehood: Command = {
  name: 'false',
  summary: 'do nothing, unsuccessfully',
  *main() {
    return 1;
  },
};

export const yes = tool({
  name: 'yes',
  summary: 'output a string repeatedly until killed',
  usage: '[STRING]...',
  *run(call) {
    const line = `${call.operands.length === 0 ? 'y' : call.operands.join(' ')}\n`;
    const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
    for (;;) {
      yield* call.print(block);
      yield* call.spend(20);
    }
  },
});

export const seq = tool({
  name: 'seq',
  summary: 'print a sequence of numbers',
  usage: ['[OPTION]... LAST', '[OPTION]... FIRST LAST', '[OPTION]... FIRST INCREMENT LAST'],
  options: 'f|format= s|separator= w|equal-width',
  // Negative numbers are operands, not options.
  prepare: (args) => {
    const first = args.findIndex((arg) => /^-\.?\d/.test(arg));
    return first < 0 || args.includes('--') ? args : [...args.slice(0, first), '--', ...args.slice(first)];
  },
  *run(call: Call) {
    const { operands, options } = call;
    if (operands.length === 0) call.misuse('missing operand');
    if (operands.length > 3) call.misuse(`extra operand ${quote(operands[3] as string)}`);
    const numbers = operands.map((text) => {
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()))
        call.misuse(`invalid floating point argument: ${quote(text)}`);
      return Number(text);
    });
    const first = numbers.length > 1 ? (numbers[0] as number) : 1;
    const step = numbers.length > 2 ? (numbers[1] as number) : 1;
    const last = numbers.at(-1) as number;
    if (step === 0) call.misuse(`invalid Zero increment value: ${quote(operands[1] as string)}`);
    const show = formatter(call, operands.slice(0, Math.max(1, operands.length)), first, step, last);
    const separator = options.get('s') ?? '\n';
    let count = 0;
    for (let i = 0; ; i++) {
      const value = first + i * step;
      if (step > 0 ? value > last + 1e-9 * Math.abs(step) : value < last - 1e-9 * Math.abs(step)) break;
      yield* call.print((count++ === 0 ? '' : separator) + show(value));
      yield* call.spend(1);
    }
    if (count > 0) yield* call.print('\n');
    return 0;
  },
});

function formatter(
  call: Call,
  operands: readonly string[],
  first: number,
  step: number,
  last: number,
): (value: number) => string {
  const format = call.options.get('f');
  if (format !== undefined) {
    CONVERSION.lastIndex = format.replaceAll('%%', '__').indexOf('%');
    const match = CONVERSION.lastIndex < 0 ? null : CONVERSION.exec(format);
    if (!match) call.fail(`format ${quote(format)} has no % directive`);
    if (!'eEfFgGaA'.includes(match[4] as string))
      call.fail(`format ${quote(format)} has unknown %${match[4]} directive`);
    return (value) => sprintf(format, () => value);
  }
  const decimals = Math.max(
    ...operands.map((text, i) =>
      i === operands.length - 1 && operands.length > 1 ? 0 : (text.split('.')[1] ?? '').length,
    ),
  );
  const precision = operands.length === 1 ? 0 : decimals;
  const plain = (value: number) =>
    precision === 0 && Number.isSafeInteger(value) && value !== 0
      ? String(value)
      : formatFloat(value, { flags: '', width: 0, precision, type: 'f' });
  if (!call.options.has('w')) return plain;
  const lastShown = first + Math.floor((last - first) / step + 1e-9) * step;
  const width = Math.max(plain(first).length, plain(lastShown).length);
  return (value) => formatFloat(value, { flags: '0', width, precision, type: 'f' });
}

export const basename = tool({
  name: 'basename',
  summary: 'strip directory and suffix from filenames',
  usage: ['NAME [SUFFIX]', 'OPTION... NAME...'],
  options: 'a|multiple s|suffix= z|zero',
  inOrder: true,
  *run(call: Call) {
    const { operands, options } = call;
    if (operands.length === 0) call.misuse('missing operand');
    const many = options.has('a', 's');
    if (!many && operands.length > 2) call.misuse(`extra operand ${quote(operands[2] as string)}`);
    const suffix = options.get('s') ?? (many ? '' : (operands[1] ?? ''));
    for (const path of many ? operands : operands.slice(0, 1)) {
      const name = lastPart(path);
      const cut =
        suffix !== '' && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name;
      yield* call.print(cut + (options.has('z') ? '\0' : '\n'));
    }
    return 0;
  },
});

/** The last component of a path. */
export function lastPart(path: string): string {
  if (/^\/+$/.test(path)) return '/';
  return path.replace(/\/+$/, '').replace(/^.*\//s, '');
}

export const dirname = tool({
  name: 'dirname',
  summary: 'strip last component from file name',
  usage: '[OPTION] NAME...',
  options: 'z|zero',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    for (const path of call.operands)
      yield* call.print(directoryPart(path) + (call.options.has('z') ? '\0' : '\n'));
    return 0;
  },
});

/** The path without its last component. */
export function directoryPart(path: string): string {
  const trimmed = path.replace(/(.)\/+$/, '$1');
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

export const sleep = tool({
  name: 'sleep',
  summary: 'delay for a specified amount of time',
  usage: ['NUMBER[SUFFIX]...', 'OPTION'],
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    let total = 0;
    const bad: string[] = [];
    for (const text of call.operands) {
      const ms = parseInterval(text);
      if (ms === undefined) bad.push(text);
      else total += ms;
    }
    for (const text of bad.slice(0, -1)) yield* call.warn(`invalid time interval ${quote(text)}`);
    if (bad.length > 0) call.misuse(`invalid time interval ${quote(bad.at(-1) as string)}`);
    for (let left = total; left > 0; ) left = yield* call.context.sleep(left);
    return 0;
  },
});

const UNITS: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1.5`, `2m`, `infinity` in milliseconds. */
export function parseInterval(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^\+?(\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?([smhd]?)$/i.exec(text);
  return match ? Number.parseFloat(text) * (UNITS[match[2] as string] ?? Number.NaN) : undefined;
}

export const pwd = tool({
  name: 'pwd',
  summary: 'print name of current/working directory',
  usage: '[OPTION]...',
  options: 'L|logical P|physical',
  *run(call) {
    const logical = call.context.env.get('PWD');
    const shown = call.options.last('L', 'P') === 'L' && logical ? logical : call.context.cwd;
    yield* call.print(`${shown}\n`);
    return 0;
  },
});

export const nproc = tool({
  name: 'nproc',
  summary: 'print the number of processing units available',
  usage: '[OPTION]...',
  options: 'all ignore=',
  *run(call) {
    const { host, process } = call.context;
    const there = call.options.has('all') ? host.cores : process.cgroup.cpusOf(host.cores).length;
    const cores = there - Number(call.options.get('ignore') ?? 0);
    yield* call.print(`${Math.max(1, cores)}\n`);
    return 0;
  },
});

export const tty = tool({
  name: 'tty',
  summary: 'print the file name of the terminal connected to standard input',
  usage: '[OPTION]...',
  options: 's|silent|quiet',
  usageStatus: 2,
  *run(call) {
    const name = call.context.fds.get(0)?.terminal?.name;
    if (!call.options.has('s')) yield* call.print(name ? `/dev/${name}\n` : 'not a tty\n');
    return name ? 0 : 1;
  },
});

export const clear: Command = {
  name: 'clear',
  summary: 'clear the terminal screen',
  *main(context): Steps<number> {
    yield* context.out('\x1b[H\x1b[2J\x1b[3J');
    return 0;
  },
};

export const sync = tool({
  name: 'sync',
  summary: 'synchronize cached writes to persistent storage',
  usage: '[OPTION] [FILE]...',
  options: 'd|data f|file-system',
  *run(call) {
    for (const path of call.operands) {
      if (!call.context.fs.exists(path))
        yield* call.warn(`error opening '${path}': No such file or directory`);
    }
    return undefined;
  },
});
