/** A finished field: its text, and the pattern that it may stand for; undefined where nothing unquoted could make one. */
export interface Field {
  readonly text: string;
  readonly pattern: string | undefined;
}

/** What begins every active part of a pattern. */
const MAGIC = /[*?[(]/;

/** Gathers the fields of a word while its parts are expanded: splitting, quoting, glob patterns. */
export class Fields {
  readonly done: Field[] = [];
  #text = '';
  /** What the text is made of: unquoted pieces, each followed by a quoted one. */
  #pieces: string[] = [];
  #started = false;
  /** 0: inside a field or at the start, 1: after IFS white space, 2: after another IFS character. */
  #delimiter = 0;
  readonly #ifs: string;
  readonly #split: boolean;
  readonly #escape: (text: string) => string;

  constructor(ifs: string, split: boolean, protect: (text: string) => string) {
    this.#ifs = ifs;
    this.#split = split;
    this.#escape = protect;
  }

  /** Text of the word itself, unquoted: never split, glob characters count. */
  literal(text: string): void {
    this.#text += text;
    if (this.#pieces.length % 2 === 1) this.#pieces[this.#pieces.length - 1] += text;
    else this.#pieces.push(text);
    this.#started = true;
    this.#delimiter = 0;
  }

  /** Quoted text: kept as it is, and makes a field even when empty. */
  quoted(text: string): void {
    this.#text += text;
    if (this.#pieces.length === 0) this.#pieces.push('');
    if (this.#pieces.length % 2 === 0) this.#pieces[this.#pieces.length - 1] += text;
    else this.#pieces.push(text);
    this.#started = true;
    this.#delimiter = 0;
  }

  /** The outcome of an unquoted expansion. */
  expanded(text: string): void {
    if (text === '') return;
    if (!this.#split || this.#ifs === '') {
      this.literal(text);
      return;
    }
    if (this.#ifs === ' \t\n' && !/[ \t\n]/.test(text)) {
      this.literal(text);
      return;
    }
    this.#splitInto(text);
  }

  /** Ends the field at the border of two elements of `$@`. */
  breakField(): void {
    if (this.#started) this.#finish();
    this.#delimiter = 0;
  }

  /** All fields, the last one included. */
  end(): Field[] {
    if (this.#started) this.#finish();
    return this.done;
  }

  /** The one string of a context without splitting. */
  get text(): string {
    return this.#text;
  }

  get pattern(): string {
    return this.#pieces.map((piece, i) => (i % 2 === 0 ? piece : this.#escape(piece))).join('');
  }

  /** Whether expansions make several fields here. */
  get splits(): boolean {
    return this.#split;
  }

  #splitInto(text: string): void {
    let run = '';
    for (const char of text) {
      if (!this.#ifs.includes(char)) {
        run += char;
        continue;
      }
      if (run !== '') {
        this.literal(run);
        run = '';
      }
      this.#separate(char);
    }
    if (run !== '') this.literal(run);
  }

  #separate(char: string): void {
    const white = char === ' ' || char === '\t' || char === '\n';
    if (this.#started) {
      this.#finish();
      this.#delimiter = white ? 1 : 2;
    } else if (!white) {
      if (this.#delimiter !== 1) this.#finish();
      this.#delimiter = 2;
    }
  }

  #finish(): void {
    const active = this.#pieces.some((piece, i) => i % 2 === 0 && MAGIC.test(piece));
    this.done.push({ text: this.#text, pattern: active ? this.pattern : undefined });
    this.#text = '';
    this.#pieces = [];
    this.#started = false;
  }
}
