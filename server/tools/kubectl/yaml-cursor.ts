/** Where a scanner of YAML stands. Models libyaml's marks as go-yaml reports them. */

export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** A syntax error. `line` is what go-yaml reports; 0: none. */
export class YamlError extends Error {
  override name = 'YamlError';
  constructor(problem: string, line: number) {
    super(`yaml: ${line > 0 ? `line ${line}: ` : ''}${problem}`);
  }
}

/** A place in a text, which only goes forward. */
export class Cursor {
  readonly text: string;
  index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** What was passed since an index. */
  since(from: number): string {
    return this.text.slice(from, this.index);
  }

  mark(): Mark {
    return { index: this.index, line: this.line, column: this.column };
  }

  fail(problem: string): never {
    throw new YamlError(problem, this.line > 0 ? this.line + 1 : 0);
  }

  char(offset = 0): string {
    return this.text[this.index + offset] ?? '';
  }

  isBreak(offset = 0): boolean {
    const char = this.char(offset);
    return char === '\n' || char === '\r' || char === '\x85' || char === '\u2028' || char === '\u2029';
  }

  isBlankOrEnd(offset = 0): boolean {
    const char = this.char(offset);
    return char === '' || char === ' ' || char === '\t' || this.isBreak(offset);
  }

  skip(count = 1): void {
    this.index += count;
    this.column += count;
  }

  /** Takes a line break, normalized. */
  takeBreak(): string {
    const char = this.char();
    const size = char === '\r' && this.char(1) === '\n' ? 2 : 1;
    this.index += size;
    this.line++;
    this.column = 0;
    return char === '\u2028' || char === '\u2029' ? char : '\n';
  }

  atDocumentMark(): boolean {
    if (this.column !== 0) return false;
    const mark = this.text.slice(this.index, this.index + 3);
    return (mark === '---' || mark === '...') && this.isBlankOrEnd(3);
  }
}
