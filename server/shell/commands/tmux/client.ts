import type { Context, OpenFile } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { canonicalKey, type Key, readKeys } from './bindings.ts';
import type { Origin } from './command.ts';
import { runFor } from './commands.ts';
import { copyKey } from './copy-keys.ts';
import type { CopyMode } from './copy-mode.ts';
import { panesOf } from './layout.ts';
import type { Pane } from './pane.ts';
import type { Session, TmuxServer, Viewer } from './server.ts';
import { Tree } from './tree.ts';
import { drawLines, drawNumbers, frameOf, rowText } from './view.ts';

const MINUTE_MS = 60_000;
/** Keys that close a text or a tree. */
const CLOSES = new Set(['Escape', 'q', 'C-c', 'C-g']);

/** What has the keyboard instead of the pane. */
type Overlay =
  | { readonly type: 'prompt'; readonly title: string; text: string; readonly done: (text: string) => void }
  | { readonly type: 'text'; readonly lines: readonly string[]; top: number }
  | { readonly type: 'tree'; readonly tree: Tree; readonly pane: Pane }
  | { readonly type: 'numbers'; readonly untilMs: number }
  | { readonly type: 'character'; readonly done: (char: string) => void };

/** A terminal attached to a session: it draws, and carries keys. */
export class TmuxClient implements Viewer {
  session: Session | undefined;
  goodbye: string | undefined;
  message = '';
  readonly tty: string;
  readonly #context: Context;
  readonly #server: TmuxServer;
  readonly #file: OpenFile;
  readonly #origin: () => Origin;
  #prefixed = false;
  #overlay: Overlay | undefined;
  #shown: string[] = [];
  #lost = false;

  constructor(context: Context, server: TmuxServer, origin: (viewer: Viewer) => Origin) {
    this.#context = context;
    this.#server = server;
    this.#file = context.fd(0);
    this.tty = `/dev/${this.#file.terminal?.name ?? 'tty'}`;
    this.#origin = () => origin(this);
  }

  get size() {
    return this.#file.terminal?.size ?? { columns: 80, rows: 24 };
  }

  ask(title: string, text: string, done: (text: string) => void): void {
    this.#overlay = { type: 'prompt', title, text, done };
  }

  choose(windows: boolean): void {
    if (!this.session) return;
    const pane = this.#pane;
    pane.hidden = true;
    this.#overlay = { type: 'tree', tree: new Tree(this.#server, this.session, windows), pane };
  }

  showNumbers(durationMs: number): void {
    this.#overlay = { type: 'numbers', untilMs: this.#context.now + durationMs };
  }

  showText(text: string): void {
    this.#overlay = { type: 'text', lines: text.replace(/\n$/, '').split('\n'), top: 0 };
  }

  /** Until the client detaches or its session ends. */
  *run(): Steps<void> {
    const terminal = this.#file.terminal;
    const before = terminal?.setModes({
      icanon: false,
      echo: false,
      isig: false,
      icrnl: false,
      opost: false,
      ixon: false,
    });
    this.#context.process.handlers.set('WINCH', () => {
      this.#shown = [];
    });
    this.#context.process.handlers.set('HUP', () => {
      this.#lost = true;
    });
    this.#server.viewers.add(this);
    this.#context.process.onExit.push(() => this.#server.viewers.delete(this));
    yield* this.#context.out('\x1b[?1049h\x1b[H\x1b[2J');
    try {
      while (this.goodbye === undefined && !this.#lost && this.session) yield* this.#turn();
    } finally {
      this.#server.viewers.delete(this);
      this.#server.unattached(this.session);
      if (before) terminal?.setModes(before);
      if (!this.#lost) yield* this.#context.out('\x1b[0m\x1b[?25h\x1b[?1049l');
    }
    if (!this.#lost) yield* this.#context.out(`${this.goodbye ?? '[exited]'}\n`);
  }

  *#turn(): Steps<void> {
    const typed = this.#file.read(4096);
    if (typed === '') {
      this.#lost = true;
      return;
    }
    if (typed !== undefined) {
      this.#type(typed);
      return;
    }
    if (this.#overlay?.type === 'numbers' && this.#overlay.untilMs <= this.#context.now)
      this.#overlay = undefined;
    yield* this.#draw();
    const { readable } = this.#file;
    yield* waitOn([this.#server.changed, ...(readable ? [readable] : [])], this.#wakesAt);
  }

  /** When something changes by itself: numbers that go, a clock that goes on. */
  get #wakesAt(): number | undefined {
    if (this.#overlay?.type === 'numbers') return this.#overlay.untilMs;
    if (!this.session) return undefined;
    const clocks = panesOf(this.#server.window(this.session).layout).some(({ clock }) => clock);
    return clocks ? (Math.floor(this.#context.now / MINUTE_MS) + 1) * MINUTE_MS : undefined;
  }

  get #pane(): Pane {
    return this.#server.window(this.session as Session).active;
  }

  #type(text: string): void {
    let plain = '';
    const flush = () => {
      if (plain !== '') this.#send(plain);
      plain = '';
    };
    for (const key of readKeys(text)) {
      this.message = '';
      const prefix = canonicalKey(this.#server.option('prefix'));
      const goesOn =
        !this.#prefixed &&
        !this.#overlay &&
        !this.#pane.inMode &&
        !this.#isPrefix(key.name, prefix) &&
        !this.#server.bindings.root.has(canonicalKey(key.name));
      if (goesOn) {
        plain += this.#cursorKey(key);
        continue;
      }
      flush();
      if (!this.session || this.goodbye !== undefined) return;
      this.#press(key, prefix);
      if (!this.session || this.goodbye !== undefined || this.#server.sessions.length === 0) return;
    }
    flush();
  }

  #isPrefix(name: string, prefix: string): boolean {
    return name === prefix || name === canonicalKey(this.#server.option('prefix2'));
  }

  /** Cursor keys as the program in the pane has asked for them. */
  #cursorKey(key: Key): string {
    const letter = { Up: 'A', Down: 'B', Right: 'C', Left: 'D' }[key.name];
    return letter === undefined ? key.raw : `\x1b${this.#pane.screen.applicationKeys ? 'O' : '['}${letter}`;
  }

  #press(key: Key, prefix: string): void {
    if (this.#overlay && this.#overlayKey(this.#overlay, key)) return;
    const name = canonicalKey(key.name);
    if (this.#prefixed) {
      this.#prefixed = false;
      const command = this.#server.bindings.prefix.get(name);
      if (command) runFor(this.#origin(), this, command);
      return;
    }
    if (this.#isPrefix(name, prefix)) {
      this.#prefixed = true;
      return;
    }
    const root = this.#server.bindings.root.get(name);
    if (root) runFor(this.#origin(), this, root);
    else if (this.#pane.clock) this.#pane.clock = false;
    else if (this.#pane.copy) this.#copyKey(this.#pane, this.#pane.copy, key.name);
    else this.#send(key.raw);
  }

  /** Types into the pane; with `synchronize-panes` into all of its window. */
  #send(text: string): void {
    const all = this.session && this.#server.option('synchronize-panes') === 'on';
    const window = this.session && this.#server.window(this.session);
    for (const pane of all && window ? panesOf(window.layout) : [this.#pane]) pane.master.input(text);
  }

  /** False: what was shown goes, and the key is for somebody else. */
  #overlayKey(overlay: Overlay, key: Key): boolean {
    if (overlay.type === 'prompt') this.#promptKey(overlay, key);
    else if (overlay.type === 'text') this.#textKey(overlay, key);
    else if (overlay.type === 'tree') this.#treeKey(overlay, key);
    else {
      this.#overlay = undefined;
      if (overlay.type === 'numbers') return this.#numberKey(key);
      overlay.done(key.raw);
    }
    return true;
  }

  #textKey(overlay: Extract<Overlay, { type: 'text' }>, { name }: Key): void {
    if (CLOSES.has(name) || name === 'Enter') this.#overlay = undefined;
    const { rows } = this.size;
    const step = { Up: -1, k: -1, Down: 1, j: 1, PPage: -rows, NPage: rows, ' ': rows }[name] ?? 0;
    overlay.top = Math.max(0, Math.min(overlay.lines.length - 1, overlay.top + step));
  }

  #treeKey({ tree, pane }: Extract<Overlay, { type: 'tree' }>, { name }: Key): void {
    const chosen = tree.press(name) ? tree.chosen : undefined;
    if (!chosen && !CLOSES.has(name)) return;
    this.#overlay = undefined;
    pane.hidden = false;
    if (!chosen) return;
    this.session = chosen.session;
    if (chosen.index !== undefined) this.#server.select(chosen.session, chosen.index);
    if (chosen.pane) this.#server.activate(this.#server.window(chosen.session), chosen.pane);
  }

  /** While the numbers of panes are shown, one of them chooses. */
  #numberKey({ name }: Key): boolean {
    if (!this.session || !/^\d$/.test(name)) return false;
    const window = this.#server.window(this.session);
    const pane = panesOf(window.layout)[Number(name) - Number(this.#server.option('pane-base-index'))];
    if (pane) this.#server.activate(window, pane);
    return true;
  }

  #promptKey(overlay: Extract<Overlay, { type: 'prompt' }>, key: Key): void {
    const isQuestion = overlay.title.includes('(y/n)');
    if (key.name === 'Escape' || key.name === 'C-c' || key.name === 'C-g') this.#overlay = undefined;
    else if (key.name === 'Enter' || isQuestion) {
      this.#overlay = undefined;
      overlay.done(isQuestion ? key.name : overlay.text);
    } else if (key.name === 'BSpace' || key.name === 'C-h') overlay.text = overlay.text.slice(0, -1);
    else if (key.name === 'C-u') overlay.text = '';
    else if (key.name === 'C-w') overlay.text = overlay.text.replace(/\S*\s*$/, '');
    else if (key.raw >= ' ' && !key.raw.startsWith('\x1b')) overlay.text += key.raw;
  }

  #copyKey(pane: Pane, copy: CopyMode, key: string): void {
    const leave = () => {
      pane.copy = undefined;
    };
    copyKey(
      this.#server.option('mode-keys') === 'vi',
      key,
    )?.({
      copy,
      rows: pane.screen.rows,
      leave,
      keep: (leaves) => {
        if (copy.mark) this.#server.buffers.unshift(copy.selection());
        if (leaves) leave();
      },
      search: (back) =>
        this.ask(back ? '(search up) ' : '(search down) ', '', (text) => {
          if (text !== '') copy.search(text, back);
        }),
      goToLine: () =>
        this.ask('(goto line) ', '', (text) => {
          if (/^\d+$/.test(text)) copy.goBack(Number(text));
        }),
      jump: (back, till) => {
        this.#overlay = { type: 'character', done: (char) => copy.jump(char, back, till) };
      },
    });
  }

  *#draw(): Steps<void> {
    if (!this.session) return;
    this.#server.rename();
    const { columns, rows } = this.size;
    const overlay = this.#overlay;
    const line = overlay?.type === 'prompt' ? overlay.title + overlay.text : this.message;
    const frame = frameOf(this.#server, this.session, { columns, rows }, line);
    if (overlay?.type === 'tree') overlay.tree.draw(frame, { columns, rows });
    if (overlay?.type === 'numbers') drawNumbers(frame, this.#server, this.session);
    if (overlay?.type === 'numbers' || this.#pane.clock) frame.cursor = { x: 0, y: 0, shown: false };
    if (overlay?.type === 'text') drawLines(frame, overlay.lines.slice(overlay.top), columns);
    if (overlay?.type === 'prompt')
      frame.cursor = { x: Math.min(columns - 1, line.length), y: rows - 1, shown: true };
    const texts = frame.rows.map(rowText);
    let out = '\x1b[?25l';
    for (const [y, text] of texts.entries()) if (this.#shown[y] !== text) out += `\x1b[${y + 1};1H${text}`;
    this.#shown = texts;
    const { x, y, shown } = frame.cursor;
    out += `\x1b[${y + 1};${Math.min(x, columns - 1) + 1}H${shown ? '\x1b[?25h' : ''}`;
    yield* this.#context.out(out);
  }
}
