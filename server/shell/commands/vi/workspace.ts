import { Document, Window } from './document.ts';
import { type Axis, Frames, WISHED } from './frames.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** A tab page: windows, and which of them is in use. */
export interface Tab {
  readonly frames: Frames<Window>;
  current: Window;
  previous: Window | undefined;
  /** Rows of the command line, while another tab page is shown. */
  commandHeight: number;
}

/** What `:sp` and the like say of the window to be made. */
export interface SplitRequest {
  readonly axis: Axis;
  /** Rows or columns; 0: half. */
  readonly size?: number;
  /** Below or right; undefined: as the options say. */
  readonly after?: boolean | undefined;
  readonly whole?: boolean;
}

/** The documents, tab pages and windows of an editor. */
export class Workspace {
  /** Values of options that all share, and those that what is made anew begins with. */
  readonly global: Settings = defaultSettings();
  readonly documents: Document[] = [];
  readonly tabs: Tab[];
  tab: Tab;
  readonly #now: () => number;
  #rows = 24;
  #columns = 80;

  constructor(now: () => number) {
    this.#now = now;
    this.tab = this.#newTab(new Window(this.create(undefined), this.global));
    this.tabs = [this.tab];
  }

  get window(): Window {
    return this.tab.current;
  }

  /** The windows of this tab page in order. */
  get windows(): Window[] {
    return this.tab.frames.windows;
  }

  get allWindows(): Window[] {
    return this.tabs.flatMap((tab) => tab.frames.windows);
  }

  /** Rows above the windows that name the tab pages. */
  get tabLine(): number {
    const { showtabline } = this.global;
    return showtabline === 2 || (showtabline === 1 && this.tabs.length > 1) ? 1 : 0;
  }

  showing(document: Document): Window[] {
    return this.allWindows.filter((window) => window.document === document);
  }

  create(path: string | undefined): Document {
    const number = (this.documents.at(-1)?.number ?? 0) + 1;
    const settings = {
      ...this.global,
      readonly: false,
      modifiable: true,
      filetype: '',
      syntax: '',
      indentexpr: '',
    };
    const document = new Document(number, path, settings, this.#now);
    document.buffer.onSplice = (at, removed, added) => this.#follow(document, at, removed, added);
    this.documents.push(document);
    return document;
  }

  forget(document: Document): void {
    this.documents.splice(this.documents.indexOf(document), 1);
  }

  /** Keeps the other windows on a text where they were in it. Models vim src/mark.c mark_adjust. */
  #follow(document: Document, at: number, removed: number, added: number): void {
    const by = added - removed;
    if (by === 0) return;
    const moved = (line: number) =>
      line >= at + removed ? line + by : line >= at + added ? Math.max(0, at - 1) : line;
    for (const window of this.showing(document)) {
      window.folds.follow(at, removed, added);
      if (window === this.window) continue;
      window.cursor = { ...window.cursor, line: moved(window.cursor.line) };
      window.top = moved(window.top);
    }
  }

  /** Fits the windows into a terminal. */
  fit(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    this.arrange();
  }

  /** Tells the windows their sizes. */
  arrange(): void {
    const { frames } = this.tab;
    const { laststatus } = this.global;
    frames.lastStatus = laststatus === 2 || (laststatus === 1 && this.windows.length > 1);
    const height = this.#rows - this.global.cmdheight - this.tabLine;
    if (frames.root.height !== height) frames.resize(frames.root, 'height', height);
    if (frames.root.width !== this.#columns) frames.resize(frames.root, 'width', this.#columns);
    for (const [window, place] of frames.places()) window.resize(place.height, place.width);
  }

  /** Gives the text of the current window a size. */
  setSize(axis: Axis, size: number): void {
    const { frames, current } = this.tab;
    frames.set(current, axis, size);
    this.global.cmdheight = this.#rows - this.tabLine - frames.root.height;
    this.arrange();
  }

  /** A second window on what the current one shows. Undefined: there is no room. */
  split({ axis, size = 0, after, whole = false }: SplitRequest): Window | undefined {
    const { frames, current } = this.tab;
    const { equalalways, splitbelow, splitright, laststatus } = this.global;
    const made = current.copy();
    frames.lastStatus = laststatus > 0;
    const behind = after ?? (axis === 'height' ? splitbelow : splitright);
    const [first, last] = [this.windows[0], this.windows.at(-1)];
    const old = whole ? ((behind ? last : first) as Window) : current;
    if (!frames.split(old, made, { axis, size, after: behind, whole, equal: equalalways })) {
      this.arrange();
      return undefined;
    }
    this.arrange();
    this.enter(made, size === 0 ? WISHED : { ...WISHED, [axis]: size });
    return made;
  }

  /** Makes a window of this tab page the current one, large enough to be of use. */
  enter(window: Window, wished = WISHED): void {
    if (window === this.window) return;
    this.tab.previous = this.window;
    this.tab.current = window;
    this.#grow(wished);
  }

  #grow(wished: Readonly<Record<Axis, number>>): void {
    this.arrange();
    for (const axis of ['height', 'width'] as const)
      if (this.window[axis] < wished[axis]) this.setSize(axis, wished[axis]);
  }

  /** `^WK`, `^WJ`, `^WH`, `^WL`. */
  moveToEdge(key: 'K' | 'J' | 'H' | 'L', size: number): void {
    const { frames } = this.tab;
    const { window } = this;
    const { height } = window;
    const axis = key === 'K' || key === 'J' ? 'height' : 'width';
    frames.toEdge(window, axis, key === 'J' || key === 'L', size);
    if (axis === 'height') {
      this.setSize('height', height);
      if (this.global.equalalways) frames.equalize(window, 'height', true);
    }
    this.#grow(WISHED);
  }

  /** Closes a window, and the tab page with its last one; the text stays. */
  close(window: Window): void {
    const tab = this.tabs.find((one) => one.frames.windows.includes(window)) as Tab;
    window.document.left = window.cursor;
    if (tab.frames.windows.length === 1) {
      this.#closeTab(tab);
      return;
    }
    const { equalalways, splitbelow, splitright } = this.global;
    const { heir, axis, parent } = tab.frames.remove(window, { towardsPrevious: splitbelow || splitright });
    if (tab.previous === window) tab.previous = undefined;
    if (tab.current === window) tab.current = heir;
    if (equalalways) {
      const only = tab.frames.frameOf(tab.current).parent === parent;
      tab.frames.equalize(tab.current, axis, only);
    }
    if (tab !== this.tab) return;
    this.#grow(WISHED);
  }

  #closeTab(tab: Tab): void {
    const at = this.tabs.indexOf(tab);
    this.tabs.splice(at, 1);
    if (tab === this.tab) this.goToTab(Math.min(at, this.tabs.length - 1));
    else this.arrange();
  }

  /** A tab page behind the current one (or at a place) with a window like the current one. */
  openTab(at = this.tabs.indexOf(this.tab) + 1): void {
    const tab = this.#newTab(this.window.copy());
    this.tabs.splice(at, 0, tab);
    this.goToTab(at);
  }

  goToTab(index: number): void {
    this.tab.commandHeight = this.global.cmdheight;
    this.tab = this.tabs[index] as Tab;
    this.global.cmdheight = this.tab.commandHeight;
    this.arrange();
  }

  /** Moves the current window into a tab page of its own. */
  windowToTab(): void {
    const { window } = this;
    this.openTab();
    this.close(window);
    this.arrange();
  }

  #newTab(window: Window): Tab {
    const frames = new Frames(window, this.#rows - 1, this.#columns);
    return { frames, current: window, previous: undefined, commandHeight: 1 };
  }
}
