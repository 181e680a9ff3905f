import type { OpenFile } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { charWidth } from '../core/width.ts';

/** Thrown to leave the pager. */
export class Leave extends Error {
  override name = 'Leave';
}

const ERASE_LINE = '\x1b[K';
const CLEAR_REST = '\x1b[J';
const HOME = '\x1b[H';
const standout = (text: string) => `\x1b[7m${text}\x1b[27m`;

/** Keys that are read at once: of a longer paste only the last command of each such piece counts. */
const KEYS = 8;
const LONGEST_LINE = 77;

/** The terminal below the texts: the prompt's row, and keys. */
export class Terminal {
  /** Columns that the prompt takes, or what stands in its place. */
  promptLength = 0;
  /** `-c`: rows are cleared one by one, the screen is painted from its top. */
  readonly clearsRows: boolean;
  readonly #call: Call;
  readonly #tty: OpenFile;
  readonly #device;
  #interrupted = false;
  /** ^\ was pressed; and before it, and an answer was asked for. */
  #quit = false;
  #offered = false;

  constructor(call: Call, clearsRows: boolean) {
    const { context } = call;
    this.#call = call;
    this.clearsRows = clearsRows;
    const own = context.isTerminal(2) ? context.fd(2) : undefined;
    this.#device = context.fds.get(1)?.terminal;
    this.#tty = own ?? this.#device?.open().retain() ?? context.fd(1);
    const { handlers } = context.process;
    handlers.set('INT', () => {
      this.#interrupted = true;
    });
    handlers.set('QUIT', () => {
      this.#quit = true;
    });
    handlers.set('WINCH', () => undefined);
  }

  get size() {
    return this.#device?.size ?? { columns: 80, rows: 24 };
  }

  *print(text: string): Steps<void> {
    yield* this.#call.print(text);
  }

  *flush(): Steps<void> {
    yield* this.#call.flush();
  }

  /** Takes the prompt away from a column on. Models more.c erase_to_col. */
  *erase(column = 0): Steps<void> {
    if (this.promptLength === 0) return;
    if (column === 0 && this.clearsRows) yield* this.print(`${ERASE_LINE}\n`);
    else yield* this.print(`${column === 0 ? '\r' : ''}${ERASE_LINE}`);
    this.promptLength = column;
  }

  *eraseRow(): Steps<void> {
    if (this.clearsRows) yield* this.print(ERASE_LINE);
  }

  *eraseBelow(): Steps<void> {
    if (this.clearsRows) yield* this.print(CLEAR_REST);
  }

  /** To the top of an empty screen. */
  *startScreen(): Steps<void> {
    yield* this.clearsRows ? this.print(HOME) : this.clear();
  }

  *clear(): Steps<void> {
    yield* this.print(`${HOME}\x1b[2J\r`);
    this.promptLength = 0;
  }

  /** Shows a prompt in reverse; `-c` clears around it. */
  *prompt(text: string): Steps<void> {
    if (!this.clearsRows) yield* this.erase();
    yield* this.eraseRow();
    yield* this.print(standout(text));
    this.promptLength = text.length;
    yield* this.eraseBelow();
    yield* this.flush();
  }

  /** Shows a text where the prompt is. */
  *say(text: string): Steps<void> {
    yield* this.erase();
    yield* this.print(text);
    this.promptLength = text.length;
    yield* this.flush();
  }

  /** Says what is wrong. */
  *complain(text: string): Steps<void> {
    if (this.clearsRows) yield* this.eraseRow();
    else yield* this.erase();
    this.promptLength += text.length;
    yield* this.print(standout(text));
    yield* this.flush();
  }

  *sayInReverse(text: string): Steps<void> {
    yield* this.say(standout(text));
    this.promptLength = text.length;
  }

  /** The keys that have come. */
  *keys(limit = KEYS): Steps<string> {
    yield* this.flush();
    for (;;) {
      if (this.#interrupted) throw new Leave('interrupted');
      if (this.#quit) yield* this.#offerQuit();
      const piece = this.#tty.read(limit);
      if (piece === '') throw new Leave('the terminal is gone');
      if (piece !== undefined) return piece.replaceAll('\r', '\n');
      yield* waitOn(this.#tty.readable ? [this.#tty.readable] : []);
    }
  }

  *#offerQuit(): Steps<void> {
    if (this.#offered) throw new Leave('quit');
    this.#offered = true;
    this.#quit = false;
    const text = '[Use q or Q to quit]';
    yield* this.print(text);
    this.promptLength += text.length;
    yield* this.flush();
  }

  /** A command was given: ^\ asks anew. */
  forgetQuit(): void {
    this.#offered = false;
  }

  /** A line typed after a sign; ESC ends it too. Models more.c ttyin. */
  *line(sign: string): Steps<string> {
    const text: string[] = [];
    for (;;) {
      const key = yield* this.keys(1);
      if (key === '\n' || key === '\x1b') return text.join('');
      if (key === '\x15') {
        yield* this.print(`\r${sign}`);
        yield* this.erase(1);
        this.promptLength = 1;
        text.length = 0;
      } else if (key === '\x7f' && text.length > 0) {
        const gone = text.pop() as string;
        yield* this.print('\b \b'.repeat(shown(gone).length > 1 ? 2 : Math.max(1, charWidth(gone))));
        this.promptLength -= shown(gone).length;
      } else {
        text.push(key);
        yield* this.print(shown(key));
        this.promptLength += shown(key).length;
        if (text.length > LONGEST_LINE) {
          yield* this.complain('Line too long');
          return text.join('');
        }
      }
    }
  }
}

/** Control characters as ^X. */
function shown(char: string): string {
  return char < ' ' || char === '\x7f' ? `^${String.fromCharCode(char.charCodeAt(0) ^ 0x40)}` : char;
}
