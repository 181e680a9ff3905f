import type { Buffer } from './buffer.ts';
import type { Settings } from './settings.ts';
import { lineWidth } from './window-view.ts';

/** Lines that are one when closed. */
export interface Fold {
  readonly first: number;
  readonly last: number;
  /** How many folds it lies in. */
  readonly depth: number;
}

interface Lines {
  first: number;
  last: number;
}

/** The folds of a window: those that were made by hand, or that its text's indent makes. */
export class Folds {
  #manual: Lines[] = [];
  /** Folds that were opened or closed, whatever 'foldlevel' says: by their first line and depth. */
  #states = new Map<string, boolean>();
  #cache: { lines: readonly string[]; key: string; folds: Fold[] } | undefined;

  /** All folds, outer ones before those in them. */
  all(buffer: Buffer, settings: Settings): readonly Fold[] {
    const { foldmethod, foldnestmax, shiftwidth, tabstop } = settings;
    const key = `${foldmethod} ${foldnestmax} ${shiftwidth || tabstop} ${tabstop}`;
    if (this.#cache?.lines === buffer.lines && this.#cache.key === key) return this.#cache.folds;
    const folds = foldmethod === 'indent' ? byIndent(buffer, settings) : nested(this.#manual);
    this.#inherit(this.#cache?.folds ?? [], folds);
    this.#cache = { lines: buffer.lines, key, folds };
    return folds;
  }

  /** Folds that begin elsewhere now stay open or closed. */
  #inherit(before: readonly Fold[], folds: readonly Fold[]): void {
    if (this.#states.size === 0) return;
    for (const { first, last, depth } of folds) {
      const old = before.find((one) => one.depth === depth && one.first <= last && first <= one.last);
      const state = old && this.#states.get(`${old.first} ${depth}`);
      if (state !== undefined && !this.#states.has(`${first} ${depth}`))
        this.#states.set(`${first} ${depth}`, state);
    }
  }

  around(buffer: Buffer, settings: Settings, line: number): readonly Fold[] {
    if (settings.foldmethod !== 'indent' && this.#manual.length === 0) return [];
    return this.all(buffer, settings).filter(({ first, last }) => first <= line && line <= last);
  }

  /** The closed fold that a line is hidden in. */
  closedAt(buffer: Buffer, settings: Settings, line: number): Fold | undefined {
    if (!settings.foldenable) return undefined;
    return this.around(buffer, settings, line).find(
      (fold) => this.isClosed(fold, settings) && fold.last - fold.first >= settings.foldminlines,
    );
  }

  isClosed({ first, depth }: Fold, settings: Settings): boolean {
    return this.#states.get(`${first} ${depth}`) ?? depth >= settings.foldlevel;
  }

  setClosed({ first, depth }: Fold, closed: boolean): void {
    this.#states.set(`${first} ${depth}`, closed);
  }

  /** 'foldlevel' decides again. */
  forgetStates(): void {
    this.#states.clear();
  }

  add(first: number, last: number): void {
    const at = this.#manual.findIndex((one) => one.first === first && one.last === last);
    if (at < 0) this.#manual.push({ first, last });
    this.#cache = undefined;
    const made = nested(this.#manual).find((fold) => fold.first === first && fold.last === last);
    if (made) this.setClosed(made, true);
  }

  remove(gone: readonly Fold[]): void {
    this.#manual = this.#manual.filter(
      ({ first, last }) => !gone.some((fold) => fold.first === first && fold.last === last),
    );
    this.#cache = undefined;
  }

  /** Lines came or went: folds stay with their text. */
  follow(at: number, removed: number, added: number): void {
    const by = added - removed;
    const moved = (line: number) => (line >= at + removed ? line + by : line >= at ? at : line);
    const kept = this.#manual.filter(({ first, last }) => first < at || last >= at + removed);
    this.#manual = kept.map(({ first, last }) => ({
      first: moved(first),
      last: last >= at + removed ? last + by : last >= at ? at - 1 : last,
    }));
    this.#states = new Map(
      [...this.#states].map(([key, closed]) => {
        const [first = '', depth] = key.split(' ');
        return [`${moved(Number(first))} ${depth}`, closed];
      }),
    );
    this.#cache = undefined;
  }
}

function nested(lines: readonly Lines[]): Fold[] {
  return [...lines]
    .sort((a, b) => a.first - b.first || b.last - a.last)
    .map((fold, i, all) => ({
      ...fold,
      depth: all.filter((other, j) => j < i && other.first <= fold.first && fold.last <= other.last).length,
    }));
}

/** A line of blanks, or one that 'foldignore' passes over, is as deep as its neighbours are. Models vim fold.c foldlevelIndent. */
function byIndent(buffer: Buffer, { shiftwidth, tabstop, foldnestmax }: Settings): Fold[] {
  const step = shiftwidth || tabstop;
  const own = buffer.lines.map((line) =>
    /^\s*(?:#|$)/.test(line)
      ? undefined
      : Math.min(foldnestmax, Math.floor(lineWidth(/^\s*/.exec(line)?.[0] ?? '', tabstop) / step)),
  );
  const behind: number[] = [];
  for (let i = own.length - 1; i >= 0; i--) behind[i] = own[i] ?? behind[i + 1] ?? 0;
  let before = 0;
  const levels = own.map((level, i) => {
    if (level !== undefined) before = level;
    return level ?? Math.min(before, behind[i] ?? 0);
  });
  const open: number[] = [];
  const folds: Fold[] = [];
  for (let line = 0; line <= levels.length; line++) {
    const level = levels[line] ?? 0;
    while (open.length > level)
      folds.push({ first: open.pop() as number, last: line - 1, depth: open.length });
    while (open.length < level) open.push(line);
  }
  return folds.sort((a, b) => a.first - b.first || a.depth - b.depth);
}
