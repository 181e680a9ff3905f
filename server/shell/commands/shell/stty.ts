import type { Terminal, TerminalModes } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

/** Settings that the line discipline of this machine has no other value for; `true`: on. By stty's groups. */
const GROUPS: readonly (readonly (readonly [name: string, fixed: boolean])[])[] = [
  [
    ['parenb', false],
    ['parodd', false],
    ['cmspar', false],
    ['cs8', true],
    ['hupcl', false],
    ['cstopb', false],
    ['cread', true],
    ['clocal', false],
    ['crtscts', false],
  ],
  [
    ['ignbrk', false],
    ['brkint', false],
    ['ignpar', false],
    ['parmrk', false],
    ['inpck', false],
    ['istrip', false],
    ['inlcr', false],
    ['igncr', false],
    ['icrnl', true],
    ['ixon', true],
    ['ixoff', false],
    ['iuclc', false],
    ['ixany', false],
    ['imaxbel', false],
    ['iutf8', true],
  ],
  [
    ['opost', true],
    ['olcuc', false],
    ['ocrnl', false],
    ['onlcr', true],
    ['onocr', false],
    ['onlret', false],
    ['ofill', false],
    ['ofdel', false],
    ['nl0', true],
    ['cr0', true],
    ['tab0', true],
    ['bs0', true],
    ['vt0', true],
    ['ff0', true],
  ],
  [
    ['isig', true],
    ['icanon', true],
    ['iexten', true],
    ['echo', true],
    ['echoe', true],
    ['echok', true],
    ['echonl', false],
    ['noflsh', false],
    ['xcase', false],
    ['tostop', false],
    ['echoprt', false],
    ['echoctl', true],
    ['echoke', true],
    ['flusho', false],
    ['extproc', false],
  ],
];

const NAMES = new Map(GROUPS.flat());

/** Settings that can be changed. */
const MODES: readonly (keyof TerminalModes)[] = ['icanon', 'echo', 'isig', 'icrnl', 'opost', 'ixon'];

const CHARACTERS: readonly (readonly [name: string, value: string])[] = [
  ['intr', '^C'],
  ['quit', '^\\'],
  ['erase', '^?'],
  ['kill', '^U'],
  ['eof', '^D'],
  ['eol', '<undef>'],
  ['eol2', '<undef>'],
  ['swtch', '<undef>'],
  ['start', '^Q'],
  ['stop', '^S'],
  ['susp', '^Z'],
  ['rprnt', '^R'],
  ['werase', '^W'],
  ['lnext', '^V'],
  ['discard', '^O'],
];

const SANE: TerminalModes = { icanon: true, echo: true, isig: true, icrnl: true, opost: true, ixon: true };

/** Several settings by one name. */
const COMBINATIONS: Readonly<Record<string, Partial<TerminalModes>>> = {
  sane: SANE,
  raw: { icanon: false, isig: false, icrnl: false, opost: false, ixon: false },
  '-raw': { icanon: true, isig: true, icrnl: true, opost: true, ixon: true },
  cooked: { icanon: true, isig: true, icrnl: true, opost: true, ixon: true },
  '-cooked': { icanon: false, isig: false, icrnl: false, opost: false, ixon: false },
  cbreak: { icanon: false },
  '-cbreak': { icanon: true },
};

const OPTION = /^(-[ag]+|-F.*|--(all|save|file.*|help|version))$/;

export const stty = tool({
  name: 'stty',
  summary: 'change and print terminal line settings',
  usage: [
    '[-F DEVICE | --file=DEVICE] [SETTING]...',
    '[-F DEVICE | --file=DEVICE] [-a|--all]',
    '[-F DEVICE | --file=DEVICE] [-g|--save]',
  ],
  options: 'a|all g|save F|file=',
  inOrder: true,
  // What starts with a hyphen and is no option switches a setting off.
  prepare(args) {
    const first = args.findIndex((arg, i) => !OPTION.test(arg) && !/^(-F|--file)$/.test(args[i - 1] ?? ''));
    return first < 0 ? args : [...args.slice(0, first), '--', ...args.slice(first)];
  },
  *run(call: Call) {
    const terminal = terminalOf(call);
    const settings = call.operands;
    if (call.options.has('a') || call.options.has('g')) {
      if (settings.length > 0) call.fail('when specifying an output style, modes may not be set');
      yield* call.print(call.options.has('a') ? allText(terminal) : `${saved(terminal)}\n`);
      return 0;
    }
    if (settings.length === 0) yield* call.print(shortText(terminal));
    for (let i = 0; i < settings.length; i++)
      i += yield* apply(call, terminal, settings[i] as string, settings[i + 1]);
    return 0;
  },
});

function terminalOf(call: Call): Terminal {
  const device = call.options.get('F');
  if (device !== undefined) {
    const found = call.context.host.terminals.list().find((pty) => `/dev/${pty.name}` === device);
    if (found) return found;
    if (device === '/dev/tty' && call.context.terminal) return call.context.terminal;
    call.fail(
      call.context.fs.exists(device)
        ? `${device}: Inappropriate ioctl for device`
        : `${device}: No such file or directory`,
    );
  }
  return call.context.fd(0).terminal ?? call.fail(`'standard input': Inappropriate ioctl for device`);
}

/** Returns how many further words were used. */
function* apply(call: Call, terminal: Terminal, setting: string, next: string | undefined): Steps<number> {
  const combination = COMBINATIONS[setting];
  const name = setting.replace(/^-/, '');
  const mode = MODES.find((other) => other === name);
  if (combination) terminal.setModes(combination);
  else if (mode) terminal.setModes({ [mode]: name === setting });
  else if (setting === 'size') yield* call.print(`${terminal.size.rows} ${terminal.size.columns}\n`);
  else if (setting === 'speed') yield* call.print('38400\n');
  else if (/^(rows|cols|columns)$/.test(setting)) {
    if (next === undefined) call.misuse(`missing argument to ${quote(setting)}`);
    if (!/^\d+$/.test(next)) call.fail(`invalid integer argument: ${quote(next)}`);
    resize(call, terminal, setting, Number(next));
    return 1;
  } else if (CHARACTERS.some(([character]) => character === setting)) {
    if (next === undefined) call.misuse(`missing argument to ${quote(setting)}`);
    const now = CHARACTERS.find(([character]) => character === setting)?.[1];
    if (next !== now) call.fail(`${setting}: another key is not simulated`);
    return 1;
  } else if (/^[0-9a-f]+(:[0-9a-f]+){5}$/.test(setting)) restore(terminal, setting);
  else if (NAMES.has(name)) {
    if (NAMES.get(name) !== (name === setting)) call.fail(`${setting}: not simulated, it stays as it is`);
  } else call.misuse(`invalid argument ${quote(setting)}`);
  return 0;
}

function resize(call: Call, terminal: Terminal, setting: string, value: number): void {
  const pty = call.context.host.terminals.byName(terminal.name);
  const { rows, columns } = terminal.size;
  pty?.resize(setting === 'rows' ? { rows: value, columns } : { rows, columns: value });
}

function isOn(terminal: Terminal, name: string, fixed: boolean): boolean {
  const mode = MODES.find((other) => other === name);
  return mode ? terminal.modes[mode] : fixed;
}

function allText(terminal: Terminal): string {
  const { rows, columns } = terminal.size;
  const items = [...CHARACTERS.map(([name, value]) => `${name} = ${value};`), `min = 1;`, `time = 0;`];
  const lines = GROUPS.flatMap((group) =>
    wrap(
      group.map(([name, fixed]) => (isOn(terminal, name, fixed) ? name : `-${name}`)),
      columns,
    ),
  );
  return [
    `speed 38400 baud; rows ${rows}; columns ${columns}; line = 0;`,
    ...wrap(items, columns),
    ...lines,
    '',
  ].join('\n');
}

/** Words on lines of the terminal's width. */
function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length >= (width === 0 ? 80 : width)) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Without arguments only what is not sane is shown. */
function shortText(terminal: Terminal): string {
  const odd = GROUPS.map((group) =>
    group
      .filter(
        ([name, fixed]) =>
          isOn(terminal, name, fixed) !== (MODES.some((mode) => mode === name) ? true : fixed),
      )
      .map(([name, fixed]) => (isOn(terminal, name, fixed) ? name : `-${name}`)),
  ).filter((group) => group.length > 0);
  return `speed 38400 baud; line = 0;\n${odd.map((group) => `${group.join(' ')}\n`).join('')}`;
}

/** The settings as one word, which can be given back. Its first number holds our modes. */
function saved(terminal: Terminal): string {
  const bits = MODES.reduce((sum, mode, i) => sum + (terminal.modes[mode] ? 1 << i : 0), 0);
  return `${bits.toString(16)}:5:bf:8a3b:3:1c`;
}

function restore(terminal: Terminal, text: string): void {
  const bits = Number.parseInt(text, 16);
  terminal.setModes(Object.fromEntries(MODES.map((mode, i) => [mode, ((bits >> i) & 1) === 1])));
}

export const reset = tool({
  name: 'reset',
  summary: 'terminal initialization',
  usage: '[options] [terminal]',
  version: 'ncurses 6.4.20240113',
  options: 'c e= i= I k= m= Q q r s V w',
  *run(call: Call) {
    const terminal = [2, 1, 0].flatMap((fd) => call.context.fd(fd).terminal ?? [])[0];
    if (!terminal) call.fail('standard error: Inappropriate ioctl for device');
    const name = call.operands[0] ?? call.context.env.get('TERM') ?? 'unknown';
    if (!/^(xterm|screen|tmux|linux|vt1|vt2|ansi|rxvt)/.test(name))
      call.fail(`unknown terminal type ${name}`);
    if (call.options.has('q')) {
      yield* call.print(`${name}\n`);
      return 0;
    }
    terminal.setModes(SANE);
    yield* call.context.err('\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>');
    return 0;
  },
});
