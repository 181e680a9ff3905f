import { byteLength, type OpenFile } from '../../../host/index.ts';
import { LIMITS, type Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { charWidth } from '../core/width.ts';

/** A row of the screen. */
export interface Row {
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
  /** A form feed: the screen ends here. */
  readonly pauses: boolean;
}

interface RowRules {
  readonly columns: number;
  readonly folds: boolean;
  readonly pausesAtFormFeed: boolean;
}

/** Where one is in a text. */
export interface Place {
  readonly at: number;
  readonly line: number;
}

/** A row, and a line that is searched, never takes more bytes than this times the columns. */
const ROW_BYTES = 4;
const LEAST_ROW_BYTES = 256;

/** A file or a pipe: read row by row, as far as it is wanted, and sought in. */
export class Text {
  readonly name: string;
  /** Bytes of a file; zero for a pipe. */
  readonly size: number;
  /** The number of the line that was read last. */
  line = 0;
  /** It was tried to read beyond the end. */
  ended = false;
  readonly #call: Call;
  readonly #file: OpenFile;
  #text = '';
  #at = 0;
  #complete = false;
  /** The last row was as wide as the screen: the end of its line is no row of its own. */
  #filled = false;

  constructor(call: Call, name: string, file: OpenFile, size: number) {
    this.#call = call;
    this.name = name;
    this.#file = file;
    this.size = size;
  }

  get place(): Place {
    return { at: this.#at, line: this.line };
  }

  set place({ at, line }: Place) {
    this.#at = at;
    this.line = line;
    this.ended = false;
  }

  /** Hundredths of the file that lie before this place. */
  get percent(): number {
    return Math.floor((byteLength(this.#text.slice(0, this.#at)) * 100) / this.size);
  }

  /** What follows this place, at least up to the end of the line. */
  *#ahead(): Steps<number> {
    let end = this.#text.indexOf('\n', this.#at);
    while (end < 0 && !this.#complete) {
      const piece = yield* this.#call.readSome(this.#file, 65_536);
      this.#complete = piece === '' || this.#text.length > LIMITS.stringBytes;
      end = piece.includes('\n') ? this.#text.length + piece.indexOf('\n') : -1;
      this.#text += piece;
    }
    this.ended = this.#at >= this.#text.length;
    return end < 0 ? this.#text.length : end;
  }

  *atEnd(): Steps<boolean> {
    yield* this.#ahead();
    return this.ended;
  }

  *startsWith(text: string): Steps<boolean> {
    yield* this.#ahead();
    return this.#text.startsWith(text, this.#at);
  }

  /** Whether it has what no text has. */
  *isBinary(): Steps<boolean> {
    yield* this.#ahead();
    return this.#text.slice(0, 65_536).includes('\0');
  }

  /** Goes over so many lines; false: the text ended before. */
  *skip(lines: number): Steps<boolean> {
    for (let left = lines; left > 0; left--) {
      yield* this.#call.spend(1);
      const end = yield* this.#ahead();
      const isLine = end < this.#text.length;
      this.#at = isLine ? end + 1 : end;
      this.ended = !isLine;
      if (!isLine) return false;
      this.line++;
    }
    return true;
  }

  /** The rest of the line. Models more.c read_line. */
  *restOfLine(): Steps<string> {
    const from = this.#at;
    const end = yield* this.#ahead();
    yield* this.skip(1);
    return this.#text.slice(from, end);
  }

  /** Everything that is left. */
  *rest(): Steps<string> {
    const from = this.#at;
    while (!this.ended) yield* this.skip(1);
    return this.#text.slice(from);
  }

  /** The next row; undefined at the end. Models more.c get_line. */
  *row(rules: RowRules): Steps<Row | undefined> {
    let end = yield* this.#ahead();
    if (this.#filled && this.#text[this.#at] === '\n') {
      this.line++;
      this.#at++;
      end = yield* this.#ahead();
    }
    if (this.ended) return undefined;
    const row = this.#measure(end, rules);
    // At the right margin the terminal waits before it goes on; a text that ends there leaves it so.
    this.#filled = row.width === rules.columns && rules.folds;
    return this.#filled ? { ...row, text: `${row.text}\n` } : row;
  }

  #measure(end: number, { columns, folds, pausesAtFormFeed }: RowRules): Row {
    const most = Math.max(columns * ROW_BYTES, LEAST_ROW_BYTES) - 5;
    let [text, width, bytes, pauses] = ['', 0, 0, false];
    while (this.#at < end && bytes < most && !(folds && width >= columns)) {
      const char = String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
      const wide = widthAfter(char, width, pausesAtFormFeed) - width;
      if (folds && char > '~' && width + wide > columns) return { text, width, pauses };
      this.#at += char.length;
      if (char === '\r' && this.#at === end) continue;
      const isFeed = char === '\f' && pausesAtFormFeed;
      pauses ||= isFeed;
      text += isFeed ? '^L' : char;
      width += wide;
      bytes += byteLength(char);
    }
    if (this.#at === end && end < this.#text.length && !(folds && width >= columns)) {
      this.#at++;
      this.line++;
    }
    return { text, width, pauses };
  }
}

/** The column after a character. */
function widthAfter(char: string, column: number, pausesAtFormFeed: boolean): number {
  if (char === '\t') return 1 + (column | 7);
  if (char === '\b') return Math.max(0, column - 1);
  if (char === '\r') return 0;
  return column + (char === '\f' && pausesAtFormFeed ? 2 : charWidth(char));
}
