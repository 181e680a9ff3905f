import { capable, isSystemError, type OpenFile } from '../../../host/index.ts';
import { parseSignal, type Signal, type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { HELP, TOGGLES } from './top-keys.ts';
import { summary } from './top-summary.ts';
import { HEADER, type Look, lookAt, rowsOf, type TopSettings, tableLine } from './top-view.ts';
import { readToprc, toprcPath, toprcText } from './toprc.ts';

export const top = tool({
  name: 'top',
  summary: 'display Linux processes',
  usage: '[options]',
  version: 'procps-ng 4.0.4',
  options:
    'b|batch-mode n|iterations= d|delay= p|pid= u|filter-any-user= U|filter-only-euser= o|sort-override= c|cmdline-toggle i|idle-toggle H|threads-show 1|single-cpu-toggle s|secure-mode w|width? E|scale-summary-mem= e|scale-task-mem= S|accum-time-toggle O|list-fields h V',
  *run(call) {
    const { options } = call;
    if (options.has('O')) {
      yield* call.print('PID\nUSER\nPR\nNI\nVIRT\nRES\nSHR\nS\n%CPU\n%MEM\nTIME+\nCOMMAND\n');
      return 0;
    }
    const delay = Number(options.get('d') ?? (options.has('b') ? 3 : 3));
    if (!Number.isFinite(delay) || delay < 0) call.fail(`bad delay interval '${options.get('d')}'`);
    const count = Number(options.get('n') ?? Number.POSITIVE_INFINITY);
    if (Number.isNaN(count) || count < 1) call.fail(`bad iterations argument '${options.get('n')}'`);
    const settings = settingsOf(call);
    const unheard = ['H', 'S'].find((letter) => options.has(letter));
    if (unheard !== undefined) call.fail(`option -${unheard} is not available in this simulation`);
    if (options.has('b')) return yield* batch(call, settings, delay, count);
    if (!call.context.isTerminal(1)) call.fail('failed tty get');
    return yield* new TopScreen(call, settings, delay, count).run();
  },
});

const FIELDS: Readonly<Record<string, TopSettings['sort']>> = {
  '%CPU': 'P',
  '%MEM': 'M',
  RES: 'M',
  PID: 'N',
  'TIME+': 'T',
  TIME: 'T',
};

function settingsOf(call: Call): TopSettings {
  const { options, context } = call;
  const path = toprcPath(context.env);
  const kept =
    context.fs.isFile(path) && context.fs.can(path, 'read') ? readToprc(context.fs.read(path)) : {};
  const field = options.get('o');
  const sort = field === undefined ? (kept.sort ?? 'P') : FIELDS[field.replace(/^[+-]/, '').toUpperCase()];
  if (!sort) call.fail(`unrecognized field name '${field}'`);
  const pids = options.all('p').flatMap((list) => list.split(','));
  for (const pid of pids) if (!/^\d+$/.test(pid)) call.fail(`bad pid '${pid}'`);
  const turned = (letter: string, was: boolean) => (options.has(letter) ? !was : was);
  return {
    load: true,
    cpuStyle: 0,
    memoryStyle: 0,
    most: 0,
    forest: false,
    ...kept,
    sort,
    reverse: field?.startsWith('-') ?? kept.reverse ?? false,
    perCpu: turned('1', kept.perCpu ?? false),
    commandLines: turned('c', kept.commandLines ?? false),
    idle: turned('i', kept.idle ?? true),
    user: options.get('u') ?? options.get('U'),
    pids: pids.map(Number),
    summaryScale: scaleOf(call, 'E', 'kmgtpe') ?? kept.summaryScale ?? 1,
    taskScale: scaleOf(call, 'e', 'kmgtp') ?? kept.taskScale ?? 0,
  };
}

function scaleOf(call: Call, option: string, letters: string): number | undefined {
  const given = call.options.get(option);
  if (given === undefined) return undefined;
  const scale = given.length === 1 ? letters.indexOf(given.toLowerCase()) : -1;
  if (scale < 0) call.fail(`invalid scale option: ${given}`);
  return scale;
}

function* batch(call: Call, settings: TopSettings, delay: number, count: number): Steps<number> {
  const { context } = call;
  let before: Look | undefined;
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      yield* context.sleep(delay * 1000);
      yield* call.print('\n');
    }
    const rows = rowsOf(context, settings, before);
    before = lookAt(context);
    const lines = [...summary(context, rows, settings), '', HEADER];
    for (const row of rows) lines.push(tableLine(row, settings));
    yield* call.print(`${lines.join('\n')}\n`);
    yield* call.flush();
  }
  return 0;
}

/** top on a terminal. */
class TopScreen {
  readonly #call: Call;
  readonly #settings: TopSettings;
  readonly #tty: OpenFile;
  #delay: number;
  #left: number;
  #message = '';
  #typed = '';
  #before: Look | undefined;
  #stopped = false;
  #scroll = 0;

  constructor(call: Call, settings: TopSettings, delay: number, count: number) {
    this.#call = call;
    this.#settings = settings;
    this.#delay = delay;
    this.#left = count;
    this.#tty = call.context.fd(1);
  }

  *run(): Steps<number> {
    const { context } = this.#call;
    const terminal = this.#tty.terminal;
    const modes = terminal?.setModes({ icanon: false, echo: false });
    context.process.handlers.set('WINCH', () => undefined);
    context.process.handlers.set('INT', () => {
      this.#stopped = true;
    });
    yield* context.out('\x1b[?1h\x1b=\x1b[?25l\x1b[H\x1b[2J');
    try {
      while (!this.#stopped) {
        yield* this.#draw();
        if (--this.#left <= 0) break;
        yield* this.#untilNext();
      }
      return 0;
    } finally {
      if (modes) terminal?.setModes(modes);
      const rows = this.#size.rows;
      yield* context.out(`\x1b[?1l\x1b>\x1b[${rows};1H\x1b[?25h\n`);
    }
  }

  get #size() {
    return this.#tty.terminal?.size ?? { columns: 80, rows: 24 };
  }

  *#draw(): Steps<void> {
    const { context } = this.#call;
    const { columns, rows } = this.#size;
    const settings = this.#settings;
    const all = rowsOf(context, settings, this.#before);
    this.#before = lookAt(context);
    const head = summary(context, all, settings, columns);
    const room = Math.max(0, rows - head.length - 2);
    const cut = (line: string) => line.slice(0, columns);
    const lines = [
      ...head.map(cut),
      this.#message,
      `\x1b[7m${cut(HEADER).padEnd(columns)}\x1b[0m`,
      ...all.slice(this.#scroll, this.#scroll + Math.min(room, settings.most || room)).map((row) => {
        const line = cut(tableLine(row, settings));
        return row.stat.startsWith('R') ? `\x1b[1m${line}\x1b[0m` : line;
      }),
    ];
    this.#message = '';
    yield* context.out(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
    yield* this.#call.spend(all.length);
  }

  /** Waits for the next update; keys that change something bring it forward. */
  *#untilNext(): Steps<void> {
    const until = this.#call.context.now + this.#delay * 1000;
    while (!this.#stopped && this.#call.context.now < until) {
      const key = yield* this.#key(until);
      if (key === undefined) continue;
      if (yield* this.#press(key)) return;
    }
  }

  *#key(until?: number): Steps<string | undefined> {
    const typed = this.#typed === '' ? this.#tty.read(256) : '';
    if (typed !== undefined) {
      this.#typed += typed;
      const key = /^(?:\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|[\s\S])/u.exec(this.#typed)?.[0] ?? '';
      if (key === '') this.#stopped = true;
      this.#typed = this.#typed.slice(key.length);
      return key;
    }
    const { readable } = this.#tty;
    yield* waitOn(readable ? [readable] : [], until);
    return undefined;
  }

  /** Returns true when the screen is to be drawn anew. */
  *#press(key: string): Steps<boolean> {
    const toggle = TOGGLES[key];
    if (toggle) {
      toggle(this.#settings);
      this.#left++;
      return true;
    }
    switch (key) {
      case 'q':
      case '\x03':
        this.#stopped = true;
        return true;
      case ' ':
      case '\r':
      case '\n':
        return true;
      case 'h':
      case '?':
        yield* this.#help();
        return true;
      case 'k':
        yield* this.#kill();
        return true;
      case 'r':
        yield* this.#renice();
        return true;
      case 'n':
      case '#':
        yield* this.#setMost();
        return true;
      case 'W':
        this.#writeSettings();
        return true;
      case 'd':
      case 's':
        yield* this.#setDelay();
        return true;
      case 'u':
      case 'U': {
        const name = yield* this.#ask('Which user (blank for all) ');
        if (name !== undefined && name !== '' && !this.#call.context.host.users.user(name))
          this.#message = ' Invalid user';
        else if (name !== undefined) this.#settings.user = name === '' ? undefined : name;
        return true;
      }
      case '\x1b[B':
      case '\x1bOB':
        this.#scroll++;
        return true;
      case '\x1b[A':
      case '\x1bOA':
        this.#scroll = Math.max(0, this.#scroll - 1);
        return true;
      default:
        this.#message = " Unknown command - try 'h' for help";
        return true;
    }
  }

  *#help(): Steps<void> {
    yield* this.#call.context.out(`\x1b[H${HELP.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
    for (;;) {
      const key = yield* this.#key();
      if (key !== undefined) return;
    }
  }

  *#setDelay(): Steps<void> {
    const answer = yield* this.#ask(`Change delay from ${this.#delay.toFixed(1)} to `);
    if (answer === undefined || answer === '') return;
    const seconds = Number(answer);
    if (Number.isFinite(seconds) && seconds >= 0) this.#delay = seconds;
    else this.#message = ' Unacceptable floating point';
  }

  *#setMost(): Steps<void> {
    const answer = yield* this.#ask(`Maximum tasks = ${this.#settings.most}, change to (0 is unlimited) `);
    if (answer === undefined || answer === '') return;
    if (/^\d+$/.test(answer)) this.#settings.most = Number(answer);
    else this.#message = ' Unacceptable integer';
  }

  #writeSettings(): void {
    const { env, fs } = this.#call.context;
    const path = toprcPath(env);
    try {
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
      fs.write(path, toprcText(this.#settings));
      this.#message = ` Wrote configuration to '${path}'`;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#message = ` Failed '${path}' open: ${error.message}`;
    }
  }

  /** Asks which task; the first is offered. */
  *#askPid(what: string): Steps<number | undefined> {
    const first = rowsOf(this.#call.context, this.#settings, this.#before)[0]?.pid ?? 1;
    const answer = yield* this.#ask(`PID to ${what} [default pid = ${first}] `);
    if (answer === undefined) return undefined;
    const pid = answer === '' ? first : Number(answer);
    if (Number.isInteger(pid)) return pid;
    this.#message = ' Unacceptable integer';
    return undefined;
  }

  *#renice(): Steps<void> {
    const { context } = this.#call;
    const pid = yield* this.#askPid('renice');
    if (pid === undefined) return;
    const answer = yield* this.#ask(`Renice PID ${pid} to value `);
    if (answer === undefined || answer === '') return;
    const target = context.process.namespace.members.get(pid);
    const value = Number(answer);
    const mayLower = capable(context.credentials, 'SYS_NICE');
    if (!Number.isInteger(value)) this.#message = ' Unacceptable integer';
    else if (!target?.alive) this.#message = ` Failed renice of PID ${pid} to ${value}: No such process`;
    else if (!mayLower && (context.credentials.uid !== target.uid || value < target.niceness))
      this.#message = ` Failed renice of PID ${pid} to ${value}: Permission denied`;
    else target.niceness = Math.max(-20, Math.min(19, value));
  }

  *#kill(): Steps<void> {
    const { context } = this.#call;
    const pid = yield* this.#askPid('signal/kill');
    if (pid === undefined) return;
    const name = yield* this.#ask(`Send pid ${pid} signal [15/sigterm] `);
    if (name === undefined) return;
    const signal: Signal | undefined =
      name === '' ? 'TERM' : parseSignal(name.replace(/^sig/i, '').toUpperCase());
    const target = context.process.namespace.members.get(pid);
    if (!signal) this.#message = ' Invalid signal';
    else if (!target?.alive)
      this.#message = ` Failed signal pid '${pid}' with '${name || 15}': No such process`;
    else if (!capable(context.credentials, 'KILL') && context.credentials.uid !== target.uid)
      this.#message = ` Failed signal pid '${pid}' with '${name || 15}': Operation not permitted`;
    else target.signal(signal);
  }

  /** Asks on the message line; undefined after Esc. */
  *#ask(prompt: string): Steps<string | undefined> {
    const row = summary(this.#call.context, [], this.#settings).length + 1;
    let text = '';
    for (;;) {
      yield* this.#call.context.out(`\x1b[${row};1H\x1b[1m${prompt}\x1b[0m${text}\x1b[K`);
      const key = yield* this.#key();
      if (this.#stopped) return undefined;
      if (key === undefined) continue;
      for (const char of key) {
        if (char === '\r' || char === '\n') return text;
        if (char === '\x1b') return undefined;
        text = char === '\x7f' || char === '\b' ? text.slice(0, -1) : text + char;
      }
    }
  }
}
