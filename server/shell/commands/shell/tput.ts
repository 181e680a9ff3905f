import { type Call, tool } from '../core/tool.ts';

/** What terminals of the xterm and screen families are told. */
const STRINGS: Readonly<Record<string, string>> = {
  bel: '\x07',
  blink: '\x1b[5m',
  bold: '\x1b[1m',
  civis: '\x1b[?25l',
  clear: '\x1b[H\x1b[2J\x1b[3J',
  cnorm: '\x1b[?12l\x1b[?25h',
  cr: '\r',
  cub1: '\b',
  cud1: '\n',
  cuf1: '\x1b[C',
  cuu1: '\x1b[A',
  dim: '\x1b[2m',
  ed: '\x1b[J',
  el: '\x1b[K',
  el1: '\x1b[1K',
  home: '\x1b[H',
  invis: '\x1b[8m',
  op: '\x1b[39;49m',
  rc: '\x1b8',
  rev: '\x1b[7m',
  ritm: '\x1b[23m',
  rmcup: '\x1b[?1049l\x1b[23;0;0t',
  rmso: '\x1b[27m',
  rmul: '\x1b[24m',
  sc: '\x1b7',
  sgr0: '\x1b(B\x1b[m',
  sitm: '\x1b[3m',
  smcup: '\x1b[?1049h\x1b[22;0;0t',
  smso: '\x1b[7m',
  smul: '\x1b[4m',
};

const NUMBERS: Readonly<Record<string, number>> = { colors: 256, it: 8 };
const KNOWN = /^(xterm|screen|tmux|linux|vt1|vt2|ansi|rxvt)/;

export const tput = tool({
  name: 'tput',
  summary: 'initialize a terminal, query terminfo database',
  usage: '[options] [command]',
  version: 'ncurses 6.4.20240113',
  options: 'S T= V x',
  usageStatus: 2,
  *run(call: Call) {
    const [name, ...args] = call.operands;
    const terminal = call.options.get('T') ?? call.context.env.get('TERM');
    if (name === undefined) {
      yield* call.context.err('usage: tput [-V] [-S] [-x] [-T term] capname\n');
      return 2;
    }
    if (terminal === undefined || terminal === '') {
      yield* call.context.err('tput: No value for $TERM and no -T specified\n');
      return 2;
    }
    if (!KNOWN.test(terminal)) {
      yield* call.context.err(`tput: unknown terminal "${terminal}"\n`);
      return 3;
    }
    const answer = capability(call, name, args.map(Number));
    if (answer === undefined) {
      yield* call.context.err(`tput: unknown terminfo capability '${name}'\n`);
      return 4;
    }
    yield* call.print(answer);
    return 0;
  },
});

/** Undefined: there is no such capability. */
function capability(call: Call, name: string, [a = 0, b = 0]: readonly number[]): string | undefined {
  if (name === 'cols' || name === 'lines') {
    const size = call.context.terminal?.size;
    return `${name === 'cols' ? (size?.columns ?? 80) : (size?.rows ?? 24)}\n`;
  }
  if (name in NUMBERS) return `${NUMBERS[name]}\n`;
  if (name === 'setaf' || name === 'setab') return color(name === 'setaf', a);
  if (name === 'cup') return `\x1b[${a + 1};${b + 1}H`;
  if (name === 'hpa') return `\x1b[${a + 1}G`;
  if (['cuu', 'cud', 'cuf', 'cub'].includes(name))
    return `\x1b[${a}${'ABCD'['udfb'.indexOf(name[2] as string)]}`;
  if (name === 'longname') return 'xterm with 256 colors';
  return name === 'init' || name === 'reset' ? '\x1b[!p\x1b[?3;4l\x1b[4l\x1b>' : STRINGS[name];
}

function color(foreground: boolean, index: number): string {
  const base = foreground ? 30 : 40;
  if (index < 8) return `\x1b[${base + index}m`;
  return index < 16 ? `\x1b[${base + 52 + index}m` : `\x1b[${base + 8};5;${index}m`;
}
