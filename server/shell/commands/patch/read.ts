/** One place of a file that a patch changes. */
export interface Hunk {
  /** First line of the old and of the new text that it covers, counted from 1. */
  readonly oldStart: number;
  readonly newStart: number;
  /** Each line with its mark: ` `, `-` or `+`, and its newline where it has one. */
  readonly lines: readonly string[];
}

/** What a patch does to one file. */
export interface FilePatch {
  /** Names as the patch has them, `undefined` where there is none. */
  readonly oldName: string | undefined;
  readonly newName: string | undefined;
  readonly indexName: string | undefined;
  /** What stands before the first hunk, and the line where that is. */
  readonly leading: readonly string[];
  readonly hunkLine: number;
  readonly hunks: readonly Hunk[];
}

/** Input that is no patch after all; ends the program. */
export class Malformed extends Error {
  override name = 'Malformed';
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const NORMAL = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?\n$/;

/** Cuts patch text into files. Models pch.c there_is_another_patch, intuit_diff_type and another_hunk. */
export function readPatch(text: string): FilePatch[] {
  return new Reader(text).files();
}

class Reader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  }

  files(): FilePatch[] {
    const out: FilePatch[] = [];
    for (let start = 0; this.#at < this.#lines.length; ) {
      const isHunk = HUNK.test(this.#line) || NORMAL.test(this.#line);
      if (/^\*{15}/.test(this.#line))
        throw new Malformed('context diffs are not simulated: make one with diff -u');
      if (!isHunk) {
        this.#at++;
        continue;
      }
      const leading = this.#lines.slice(start, this.#at);
      const hunkLine = this.#at + 1;
      const hunks = HUNK.test(this.#line) ? this.#unified() : this.#normal();
      out.push({ ...namesOf(leading), leading, hunkLine, hunks });
      start = this.#at;
    }
    return out;
  }

  get #line(): string {
    return this.#lines[this.#at] ?? '';
  }

  #malformed(): never {
    throw new Malformed(`malformed patch at line ${this.#at + 1}: ${this.#line === '' ? ' \n' : this.#line}`);
  }

  #unified(): Hunk[] {
    const out: Hunk[] = [];
    for (let match = HUNK.exec(this.#line); match; match = HUNK.exec(this.#line)) {
      this.#at++;
      const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1'] = match;
      const lines = this.#body(Number(oldCount), Number(newCount));
      out.push({
        oldStart: Number(oldStart) + (oldCount === '0' ? 1 : 0),
        newStart: Number(newStart) + (newCount === '0' ? 1 : 0),
        lines,
      });
    }
    return out;
  }

  #body(oldCount: number, newCount: number): string[] {
    const lines: string[] = [];
    for (let [before, after] = [oldCount, newCount]; before > 0 || after > 0; this.#at++) {
      // Mail programs cut the blank of an empty line.
      const line = this.#line === '\n' || this.#cutOff(Math.max(before, after)) ? ' \n' : this.#line;
      const mark = line[0] ?? '';
      if (!' -+'.includes(mark) || mark === '') this.#malformed();
      if (mark !== '+') before--;
      if (mark !== '-') after--;
      if (before < 0 || after < 0) this.#malformed();
      lines.push(line);
      if (this.#lines[this.#at + 1]?.startsWith('\\')) {
        lines[lines.length - 1] = line.replace(/\n$/, '');
        this.#at++;
      }
    }
    return lines;
  }

  /** Whether the text is over where only blank lines can have been. */
  #cutOff(missing: number): boolean {
    if (this.#at < this.#lines.length) return false;
    if (missing < 3) return true;
    throw new Malformed('unexpected end of file in patch');
  }

  #normal(): Hunk[] {
    const out: Hunk[] = [];
    for (let match = NORMAL.exec(this.#line); match; match = NORMAL.exec(this.#line)) {
      this.#at++;
      const [, oldFrom = '', oldTo = oldFrom, kind, newFrom = '', newTo = newFrom] = match;
      const removed = kind === 'a' ? 0 : Number(oldTo) - Number(oldFrom) + 1;
      const added = kind === 'd' ? 0 : Number(newTo) - Number(newFrom) + 1;
      const lines = this.#take(removed, '< ', '-');
      if (kind === 'c') {
        if (!this.#line.startsWith('---')) this.#malformed();
        this.#at++;
      }
      lines.push(...this.#take(added, '> ', '+'));
      out.push({
        oldStart: Number(oldFrom) + (kind === 'a' ? 1 : 0),
        newStart: Number(newFrom) + (kind === 'd' ? 1 : 0),
        lines,
      });
    }
    return out;
  }

  #take(count: number, prefix: string, mark: string): string[] {
    const out: string[] = [];
    for (let i = 0; i < count; i++, this.#at++) {
      if (!this.#line.startsWith(prefix)) this.#malformed();
      const line = mark + this.#line.slice(2);
      const cut = this.#lines[this.#at + 1]?.startsWith('\\') ?? false;
      out.push(cut ? line.replace(/\n$/, '') : line);
      if (cut) this.#at++;
    }
    return out;
  }
}

function namesOf(leading: readonly string[]): Pick<FilePatch, 'oldName' | 'newName' | 'indexName'> {
  const find = (prefix: string) => {
    const line = leading.findLast((text) => text.startsWith(prefix));
    return line === undefined
      ? undefined
      : /^[^\t\n]*/.exec(line.slice(prefix.length).trimStart())?.[0].trimEnd();
  };
  return { oldName: find('--- '), newName: find('+++ '), indexName: find('Index:') };
}
