import type { Buffer, Position } from './buffer.ts';

/** A place that steps over the text as vim's `inc` and `dec` do: the end of a line is a place of its own. */
export class Walker {
  line: number;
  column: number;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer, { line, column }: Position) {
    this.#buffer = buffer;
    this.line = line;
    this.column = column;
  }

  get char(): string {
    return this.#buffer.line(this.line)[this.column] ?? '';
  }

  get isBlank(): boolean {
    return this.char === ' ' || this.char === '\t';
  }

  get place(): Position {
    return { line: this.line, column: this.column };
  }

  get copy(): Walker {
    return new Walker(this.#buffer, this.place);
  }

  is(other: Position): boolean {
    return this.line === other.line && this.column === other.column;
  }

  /** One character on or back. `edge`: to the end of a line, or to another line; `stuck`: there is none. */
  step(by: 1 | -1): 'on' | 'edge' | 'stuck' {
    if (by > 0) {
      if (!this.on()) return 'stuck';
      return this.column === 0 || this.char === '' ? 'edge' : 'on';
    }
    if (this.column > 0) {
      this.column--;
      return 'on';
    }
    if (this.line === 0) return 'stuck';
    this.line--;
    this.column = this.#buffer.line(this.line).length;
    return 'edge';
  }

  /** Whether it stands in the blanks that a line begins with. */
  get inIndent(): boolean {
    return /^[ \t]+$/.test(this.#buffer.line(this.line).slice(0, this.column + 1));
  }

  get onEmptyLine(): boolean {
    return this.column === 0 && this.char === '';
  }

  /** One character on. False: there is none. */
  on(): boolean {
    if (this.char !== '') this.column++;
    else if (this.line < this.#buffer.count - 1) [this.line, this.column] = [this.line + 1, 0];
    else return false;
    return true;
  }

  /** One character on; the end of a line that is not empty is passed over. */
  next(): boolean {
    const { line } = this;
    if (!this.on()) return false;
    return this.line === line && this.char === '' && this.column > 0 ? this.on() : true;
  }

  previous(): boolean {
    if (this.column > 0) {
      this.column--;
      return true;
    }
    if (this.line === 0) return false;
    this.line--;
    this.column = Math.max(0, this.#buffer.line(this.line).length - 1);
    return true;
  }
}
