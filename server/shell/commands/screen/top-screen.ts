import { capable, isSystemError, type OpenFile } from '../../../host/index.ts';
import { parseSignal, type Signal, type Steps, waitOn } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { chooseFields } from './top-columns.ts';
import { fieldNamed } from './top-fields.ts';
import { HELP, TOGGLES } from './top-keys.ts';
import { painterOf } from './top-paint.ts';
import { summary } from './top-summary.ts';
import { headerOf, type Look, lookAt, rowsOf, type TopSettings, tableLine } from './top-view.ts';
import { toprcPath, toprcText } from './toprc.ts';

/** top on a terminal. */
export class TopScreen {
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
  #sought = '';

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
      const rows = this.size.rows;
      yield* context.out(`\x1b[?1l\x1b>\x1b[${rows};1H\x1b[?25h\n`);
    }
  }

  get size() {
    return this.#tty.terminal?.size ?? { columns: 80, rows: 24 };
  }

  *#draw(): Steps<void> {
    const { context } = this.#call;
    const { columns, rows } = this.size;
    const settings = this.#settings;
    const all = rowsOf(context, settings, this.#before);
    this.#before = lookAt(context);
    const head = summary(context, all, settings, columns);
    const room = Math.max(0, rows - head.length - 2);
    const cut = (line: string) => line.slice(0, columns);
    const paint = painterOf(settings);
    const lines = [
      ...head.map((line) => paint.summary(cut(line))),
      this.#message,
      paint.header(cut(headerOf(settings)).padEnd(columns)),
      ...all
        .slice(this.#scroll, this.#scroll + Math.min(room, settings.most || room))
        .map((row) => paint.task(row, columns)),
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
      case 'f':
      case 'F':
        yield* chooseFields(this, this.#settings);
        return true;
      case 'o':
      case 'O':
        yield* this.#addFilter(key === 'O');
        return true;
      case '\x0f':
        yield* this.#tellFilters();
        return true;
      case 'L':
        yield* this.#locate();
        return true;
      case '&':
        this.#find(1);
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
    yield* this.show(HELP);
    yield* this.key();
  }

  /** Fills the screen with lines. */
  *show(lines: readonly string[]): Steps<void> {
    yield* this.#call.context.out(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
  }

  /** The next key; undefined when top is to end. */
  *key(): Steps<string | undefined> {
    while (!this.#stopped) {
      const key = yield* this.#key();
      if (key !== undefined) return key;
    }
    return undefined;
  }

  *#addFilter(heedsCase: boolean): Steps<void> {
    const { filters } = this.#settings;
    const how = heedsCase ? 'case sensitive' : 'ignoring case';
    const text = yield* this.#ask(`add filter #${filters.length + 1} (${how}) as: [!]FLD?VAL `);
    if (text === undefined || text === '') return;
    const [, not, name = '', sign, value = ''] = /^(!?)([^<>=]*)([<>=])?(.*)$/.exec(text) ?? [];
    const field = fieldNamed(name.trim());
    if (sign === undefined) this.#message = ` '${text}' filter delimiter is missing`;
    else if (!field) this.#message = ` unrecognized field name '${name.trim()}'`;
    else if (value === '') this.#message = ` '${text}' filter value is missing`;
    else
      this.#settings.filters = [
        ...filters,
        { text, field: field.name, sign, value, not: not === '!', heedsCase },
      ];
  }

  *#tellFilters(): Steps<void> {
    const texts = this.#settings.filters.map(({ text }) => `'${text}'`);
    yield* this.#ask(`<Enter> to resume, filters: ${texts.join(' + ') || 'none'}`);
  }

  *#locate(): Steps<void> {
    const text = yield* this.#ask('Locate string ');
    if (text === undefined) return;
    this.#sought = text;
    this.#find(0);
  }

  /** Scrolls to the next task with the text, so many rows on at the least. */
  #find(from: number): void {
    if (this.#sought === '') return;
    const rows = rowsOf(this.#call.context, this.#settings, this.#before);
    const at = rows.findIndex(
      (row, i) => i >= this.#scroll + from && tableLine(row, this.#settings).includes(this.#sought),
    );
    if (at >= 0) this.#scroll = at;
    else this.#message = ` ${from === 0 ? 'Locate' : 'Locate next'} string not found`;
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
