/** A piece of program text with a name and the number of its first line, so that messages can name lines. */
export class Source {
  readonly text: string;
  /** What stands before `line N` in messages: `bash`, a script's path, `environment`. */
  readonly name: string;
  readonly firstLine: number;
  /** What stands between name and line in syntax errors: `-c`, `eval`. */
  readonly label: string | undefined;
  #starts: number[] | undefined;
  #environment: Source | undefined;

  constructor(text: string, name: string, firstLine = 1, label?: string) {
    this.text = text;
    this.name = name;
    this.firstLine = firstLine;
    this.label = label;
  }

  /** The same under the text that a dialect reads it as. */
  reading(text: string): Source {
    return text === this.text ? this : new Source(text, this.name, this.firstLine, this.label);
  }

  /** The same text under the name that functions of `bash -c` go by. */
  asEnvironment(): Source {
    if (this.label !== '-c' && this.label !== 'eval') return this;
    this.#environment ??= new Source(this.text, 'environment', this.firstLine);
    return this.#environment;
  }

  /** Line number of an offset, counted from `firstLine`. */
  lineAt(offset: number): number {
    this.#starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  /** The line, without its newline, that `offset` lies on. */
  lineText(offset: number): string {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end < 0 ? undefined : end);
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
