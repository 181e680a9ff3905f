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
  readonly style: Style;
  /** The commands of an ed script, which has no hunks. */
  readonly script?: readonly Edit[];
}

export type Style = 'unified' | 'context' | 'normal' | 'ed';

/** A command of ed: lines from one to another, counted from 1, become others. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Input that is no patch after all; ends the program. */
export class Malformed extends Error {
  override name = 'Malformed';
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const NORMAL = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?\n$/;

const STARS = /^\*{15}/;
const ED = /^(\d+)(?:,(\d+))?([acdi])\n$/;
const STYLES: readonly (readonly [Style, RegExp])[] = [
  ['unified', HUNK],
  ['context', STARS],
  ['normal', NORMAL],
  ['ed', ED],
];

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
      const style = STYLES.find(([, pattern]) => pattern.test(this.#line))?.[0];
      if (style === undefined) {
        this.#at++;
        continue;
      }
      const leading = this.#lines.slice(start, this.#at);
      const hunkLine = this.#at + 1;
      const body = style === 'ed' ? { hunks: [], script: this.#script() } : { hunks: this.#hunks(style) };
      out.push({ ...namesOf(leading, style), leading, hunkLine, style, ...body });
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

  #hunks(style: Exclude<Style, 'ed'>): Hunk[] {
    if (style === 'normal') return this.#normal();
    return style === 'unified' ? this.#unified() : this.#context();
  }

  /** Both halves of each hunk, woven into one. */
  #context(): Hunk[] {
    const out: Hunk[] = [];
    while (STARS.test(this.#line)) {
      this.#at++;
      const old = this.#half(/^\*\*\* (\d+)(?:,(\d+))? \*{4}\n?$/, '-!');
      const fresh = this.#half(/^--- (\d+)(?:,(\d+))? -{4}\n?$/, '+!');
      out.push({
        oldStart: old.start,
        newStart: fresh.start,
        lines: woven(
          old.lines.length > 0 ? old.lines : fresh.lines.filter((line) => line.startsWith(' ')),
          fresh.lines.length > 0 ? fresh.lines : old.lines.filter((line) => line.startsWith(' ')),
        ),
      });
    }
    return out;
  }

  /** The lines of one side; none where nothing changed there. */
  #half(head: RegExp, marks: string): { start: number; lines: string[] } {
    const match = head.exec(this.#line);
    if (!match) this.#malformed();
    this.#at++;
    const [, from = '0', to = from] = match;
    const lines: string[] = [];
    const count = Number(to) === 0 ? 0 : Number(to) - Number(from) + 1;
    while (lines.length < count) {
      const line = this.#line;
      const mark = line[0] ?? '';
      if (line[1] !== ' ' || !` ${marks}`.includes(mark) || mark === '') {
        if (lines.length > 0) this.#malformed();
        break;
      }
      this.#at++;
      const cut = this.#line.startsWith('\\');
      if (cut) this.#at++;
      lines.push(mark + (cut ? line.slice(2).replace(/\n$/, '') : line.slice(2)));
    }
    return { start: Math.max(1, Number(from)), lines };
  }

  /** Commands as `diff -e` writes them. Models pch.c do_ed_script. */
  #script(): Edit[] {
    const out: Edit[] = [];
    for (let match = ED.exec(this.#line); match; match = ED.exec(this.#line)) {
      this.#at++;
      const [, first = '0', last = first, kind] = match;
      const [from, to] = [Number(first), Number(last)];
      const lines = kind === 'd' ? [] : this.#dotted();
      if (kind === 'a') out.push({ from: from + 1, to: from, lines });
      else if (kind === 'i') out.push({ from, to: from - 1, lines });
      else out.push({ from, to, lines });
    }
    return out;
  }

  #dotted(): string[] {
    const lines: string[] = [];
    for (; this.#at < this.#lines.length; this.#at++) {
      if (this.#line !== '.\n') {
        lines.push(this.#line);
        continue;
      }
      // A line that is a dot itself stands there as two, and is mended by a command of its own.
      const [mend, more] = this.#lines.slice(this.#at + 1, this.#at + 3);
      if (mend === 's/.//\n') lines[lines.length - 1] = '.\n';
      this.#at += mend === 's/.//\n' ? 2 : 1;
      if (mend !== 's/.//\n' || more !== 'a\n') return lines;
    }
    throw new Malformed('unexpected end of file in patch');
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

/** The lines of both sides in one: what goes before what comes, between the lines that stay. */
function woven(old: readonly string[], fresh: readonly string[]): string[] {
  const out: string[] = [];
  const stays = (line: string | undefined) => line === undefined || line.startsWith(' ');
  for (let [i, k] = [0, 0]; i < old.length || k < fresh.length; ) {
    if (!stays(old[i])) out.push(`-${(old[i++] as string).slice(1)}`);
    else if (!stays(fresh[k])) out.push(`+${(fresh[k++] as string).slice(1)}`);
    else {
      out.push((old[i] ?? fresh[k]) as string);
      i++;
      k++;
    }
  }
  return out;
}

function namesOf(
  leading: readonly string[],
  style: Style,
): Pick<FilePatch, 'oldName' | 'newName' | 'indexName'> {
  const find = (prefix: string) => {
    const line = leading.findLast((text) => text.startsWith(prefix));
    return line === undefined
      ? undefined
      : /^[^\t\n]*/.exec(line.slice(prefix.length).trimStart())?.[0].trimEnd();
  };
  const [old, fresh] = style === 'context' ? ['*** ', '--- '] : ['--- ', '+++ '];
  return { oldName: find(old), newName: find(fresh), indexName: find('Index:') };
}
