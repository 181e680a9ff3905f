import type { Context, OpenFile } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { canonicalKey, type Key, readKeys } from './bindings.ts';
import type { Origin } from './command.ts';
import { runFor } from './commands.ts';
import type { CopyMode } from './copy-mode.ts';
import type { Pane } from './pane.ts';
import type { Session, TmuxServer, Viewer } from './server.ts';
import { frameOf, rowText } from './view.ts';

/** What has the keyboard instead of the pane. */
type Overlay =
  | { readonly type: 'prompt'; readonly title: string; text: string; readonly done: (text: string) => void }
  | { readonly type: 'text'; readonly lines: readonly string[]; top: number }
  | {
      readonly type: 'list';
      readonly items: readonly { label: string; session: Session; index: number }[];
      at: number;
    };

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

  choose(): void {
    const items = this.#server.sessions.flatMap((session) =>
      [...session.windows]
        .sort(([a], [b]) => a - b)
        .map(([index, window]) => ({ session, index, label: `${session.name}: ${index}: ${window.name}` })),
    );
    const at = items.findIndex(({ session, index }) => session === this.session && index === session.current);
    this.#overlay = { type: 'list', items, at: Math.max(0, at) };
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
    yield* this.#draw();
    const { readable } = this.#file;
    yield* waitOn([this.#server.changed, ...(readable ? [readable] : [])]);
  }

  get #pane(): Pane {
    return this.#server.window(this.session as Session).active;
  }

  #type(text: string): void {
    let plain = '';
    const flush = () => {
      if (plain !== '') this.#pane.master.input(plain);
      plain = '';
    };
    for (const key of readKeys(text)) {
      this.message = '';
      const prefix = canonicalKey(this.#server.option('prefix'));
      const goesOn =
        !this.#prefixed &&
        !this.#overlay &&
        !this.#pane.copy &&
        key.name !== prefix &&
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

  /** Cursor keys as the program in the pane has asked for them. */
  #cursorKey(key: Key): string {
    const letter = { Up: 'A', Down: 'B', Right: 'C', Left: 'D' }[key.name];
    return letter === undefined ? key.raw : `\x1b${this.#pane.screen.applicationKeys ? 'O' : '['}${letter}`;
  }

  #press(key: Key, prefix: string): void {
    if (this.#overlay) {
      this.#overlayKey(this.#overlay, key);
      return;
    }
    const name = canonicalKey(key.name);
    if (this.#prefixed) {
      this.#prefixed = false;
      const command = this.#server.bindings.prefix.get(name);
      if (command) runFor(this.#origin(), this, command);
      return;
    }
    if (name === prefix) {
      this.#prefixed = true;
      return;
    }
    const root = this.#server.bindings.root.get(name);
    if (root) runFor(this.#origin(), this, root);
    else if (this.#pane.copy) this.#copyKey(this.#pane, this.#pane.copy, key.name);
    else this.#pane.master.input(key.raw);
  }

  #overlayKey(overlay: Overlay, key: Key): void {
    const close = key.name === 'Escape' || key.name === 'q' || key.name === 'C-c';
    if (overlay.type === 'prompt') this.#promptKey(overlay, key);
    else if (close) this.#overlay = undefined;
    else if (overlay.type === 'text') {
      if (key.name === 'Enter') this.#overlay = undefined;
      const step =
        { Up: -1, k: -1, Down: 1, j: 1, PPage: -this.size.rows, NPage: this.size.rows, ' ': this.size.rows }[
          key.name
        ] ?? 0;
      overlay.top = Math.max(0, Math.min(overlay.lines.length - 1, overlay.top + step));
    } else {
      const step = { Up: -1, k: -1, Down: 1, j: 1 }[key.name] ?? 0;
      overlay.at = Math.max(0, Math.min(overlay.items.length - 1, overlay.at + step));
      const chosen = overlay.items[overlay.at];
      if (key.name !== 'Enter' || !chosen) return;
      this.#overlay = undefined;
      this.session = chosen.session;
      if (chosen.session.windows.has(chosen.index)) this.#server.select(chosen.session, chosen.index);
    }
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

  /** Keys of copy mode, those of vi and of emacs together where they do not clash. */
  #copyKey(pane: Pane, copy: CopyMode, key: string): void {
    const vi = this.#server.option('mode-keys') === 'vi';
    const page = pane.screen.rows;
    const moves: Readonly<Record<string, () => void>> = {
      Up: () => copy.move(-1),
      Down: () => copy.move(1),
      Left: () => copy.move(0, -1),
      Right: () => copy.move(0, 1),
      PPage: () => copy.page(-1),
      NPage: () => copy.page(1),
      Home: () => copy.goTo(copy.line, 0),
      End: () => copy.goTo(copy.line, copy.text(copy.line).length),
      'C-u': () => copy.move(-Math.floor(page / 2)),
      'C-d': () => copy.move(Math.floor(page / 2)),
      'C-b': () => (vi ? copy.page(-1) : copy.move(0, -1)),
      'C-f': () => (vi ? copy.page(1) : copy.move(0, 1)),
      ...(vi
        ? {
            k: () => copy.move(-1),
            j: () => copy.move(1),
            h: () => copy.move(0, -1),
            l: () => copy.move(0, 1),
            w: () => copy.word(true),
            b: () => copy.word(false),
            '0': () => copy.goTo(copy.line, 0),
            $: () => copy.goTo(copy.line, copy.text(copy.line).length),
            g: () => copy.goTo(0, 0),
            G: () => copy.goTo(copy.total - 1),
            V: () => {
              copy.mark = { line: copy.line, column: 0 };
              copy.wholeLines = true;
            },
          }
        : {
            'C-p': () => copy.move(-1),
            'C-n': () => copy.move(1),
            'C-a': () => copy.goTo(copy.line, 0),
            'C-e': () => copy.goTo(copy.line, copy.text(copy.line).length),
            'M-f': () => copy.word(true),
            'M-b': () => copy.word(false),
            'M-v': () => copy.page(-1),
            'C-v': () => copy.page(1),
            'M-<': () => copy.goTo(0, 0),
            'M->': () => copy.goTo(copy.total - 1),
          }),
    };
    const move = moves[key];
    if (move) move();
    else if (key === 'C-Space' || (vi && (key === ' ' || key === 'v'))) {
      copy.mark = { line: copy.line, column: copy.column };
      copy.wholeLines = false;
    } else if (key === 'M-w' || key === 'C-w' || (vi && (key === 'Enter' || key === 'y')))
      this.#copied(pane, copy);
    else if (key === 'n' || key === 'N') copy.again(key === 'N');
    else if (key === '/' || key === '?' || key === 'C-s' || key === 'C-r')
      this.#searchFor(copy, key === '?' || key === 'C-r');
    else if (key === 'q' || key === 'Escape' || key === 'C-c' || key === 'C-g') pane.copy = undefined;
  }

  #copied(pane: Pane, copy: CopyMode): void {
    if (copy.mark) this.#server.buffers.unshift(copy.selection());
    pane.copy = undefined;
  }

  #searchFor(copy: CopyMode, back: boolean): void {
    this.ask(back ? '(search up) ' : '(search down) ', '', (text) => {
      if (text !== '') copy.search(text, back);
    });
  }

  *#draw(): Steps<void> {
    if (!this.session) return;
    this.#server.rename();
    const { columns, rows } = this.size;
    const overlay = this.#overlay;
    const line = overlay?.type === 'prompt' ? overlay.title + overlay.text : this.message;
    const frame = frameOf(this.#server, this.session, { columns, rows }, line);
    const texts = frame.rows.map(rowText);
    if (overlay?.type === 'text' || overlay?.type === 'list') this.#drawOverlay(overlay, texts, columns);
    if (overlay?.type === 'prompt')
      frame.cursor = { x: Math.min(columns - 1, line.length), y: rows - 1, shown: true };
    let out = '\x1b[?25l';
    for (const [y, text] of texts.entries()) if (this.#shown[y] !== text) out += `\x1b[${y + 1};1H${text}`;
    this.#shown = texts;
    const { x, y, shown } = frame.cursor;
    out += `\x1b[${y + 1};${Math.min(x, columns - 1) + 1}H${shown ? '\x1b[?25h' : ''}`;
    yield* this.#context.out(out);
  }

  #drawOverlay(overlay: Extract<Overlay, { type: 'text' | 'list' }>, texts: string[], columns: number): void {
    const room = texts.length - 1;
    for (let y = 0; y < room; y++) {
      const line =
        overlay.type === 'text'
          ? overlay.lines[overlay.top + y]
          : overlay.items[y] && `(${y})  ${overlay.items[y]?.label}`;
      const text = (line ?? '').slice(0, columns).padEnd(columns);
      texts[y] = overlay.type === 'list' && y === overlay.at ? `\x1b[30;43m${text}\x1b[0m` : text;
    }
  }
}
