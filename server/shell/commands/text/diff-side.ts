import type { Hunk } from './diff-lines.ts';

/** How two files stand beside each other. */
export interface SideBySide {
  readonly width: number;
  readonly expandTabs: boolean;
  /** Common lines: in both columns, in the left one only, or not at all. */
  readonly common: 'both' | 'left' | 'none';
}

interface Lines {
  readonly lines: readonly string[];
  readonly complete: boolean;
}

const TAB = 8;
const GUTTER = 3;

/** The output of `diff -y`. Models diffutils src/side.c. */
export function sideBySide(a: Lines, b: Lines, hunks: readonly Hunk[], layout: SideBySide): string {
  const page = new Page(layout);
  const left = (i: number) => lineOf(a, i);
  const right = (i: number) => lineOf(b, i);
  let out = '';
  const common = (from: number, to: number, other: number) => {
    if (layout.common === 'none') return;
    for (let i = from; i < to; i++)
      out +=
        layout.common === 'left'
          ? page.row(left(i), '(', undefined)
          : page.row(left(i), ' ', right(other + i - from));
  };
  let [at, beside] = [0, 0];
  for (const hunk of hunks) {
    common(at, hunk.a, beside);
    const pairs = Math.min(hunk.aEnd - hunk.a, hunk.bEnd - hunk.b);
    for (let i = 0; i < pairs; i++) out += page.row(left(hunk.a + i), '|', right(hunk.b + i));
    for (let i = hunk.a + pairs; i < hunk.aEnd; i++) out += page.row(left(i), '<', undefined);
    for (let i = hunk.b + pairs; i < hunk.bEnd; i++) out += page.row(undefined, '>', right(i));
    [at, beside] = [hunk.aEnd, hunk.bEnd];
  }
  common(at, a.lines.length, beside);
  return out;
}

function lineOf({ lines, complete }: Lines, i: number): string {
  return `${lines[i]}${i < lines.length - 1 || complete ? '\n' : ''}`;
}

class Page {
  readonly #half: number;
  readonly #second: number;
  readonly #tab: number;
  readonly #expand: boolean;

  constructor({ width, expandTabs }: SideBySide) {
    this.#expand = expandTabs;
    this.#tab = TAB;
    const step = expandTabs ? 1 : TAB;
    const offset = Math.floor((width + step + GUTTER) / (2 * step)) * step;
    this.#half = Math.max(0, Math.min(offset - GUTTER, width - offset));
    this.#second = this.#half > 0 ? offset : width;
  }

  row(left: string | undefined, mark: string, right: string | undefined): string {
    let newline = left?.endsWith('\n') ?? false;
    let { text: out, column } = left === undefined ? { text: '', column: 0 } : this.#cell(left, 0);
    if (mark !== ' ') {
      const to = Math.floor((this.#half + this.#second - 1) / 2);
      const slants = mark === '|' && newline !== right?.endsWith('\n');
      out += this.#gap(column, to) + (slants ? (newline ? '/' : '\\') : mark);
      column = to + 1;
    }
    if (right !== undefined) {
      newline ||= right.endsWith('\n');
      if (right !== '\n') out += this.#gap(column, this.#second) + this.#cell(right, this.#second).text;
    }
    return newline ? `${out}\n` : out;
  }

  #gap(from: number, to: number): string {
    let [out, at] = ['', from];
    if (!this.#expand)
      for (let stop = at + this.#tab - (at % this.#tab); stop <= to; stop += this.#tab) {
        out += '\t';
        at = stop;
      }
    return out + ' '.repeat(Math.max(0, to - at));
  }

  /** As much of a line as its half has room for, and the column behind it. */
  #cell(line: string, indent: number): { text: string; column: number } {
    let [text, inside, shown] = ['', 0, 0];
    for (const char of line) {
      if (char === '\n') break;
      if (char === '\t') {
        const spaces = this.#tab - (inside % this.#tab);
        if (inside === shown) {
          const stop = shown + spaces;
          if (this.#expand) {
            const blanks = Math.max(0, Math.min(stop, this.#half) - shown);
            text += ' '.repeat(blanks);
            shown += blanks;
          } else if (stop < this.#half) {
            text += char;
            shown = stop;
          }
        }
        inside += spaces;
      } else {
        inside++;
        if (inside <= this.#half) {
          text += char;
          shown = inside;
        }
      }
    }
    return { text, column: indent + shown };
  }
}
