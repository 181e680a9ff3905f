/** Along what a size is measured. */
export type Axis = 'height' | 'width';

/**
 * A part of the screen: one window, or frames below each other (`height`) or side by side (`width`). The size of a
 * frame takes in the status line below it and the separator right of it.
 */
export interface Frame<W> {
  parent: Frame<W> | undefined;
  along: Axis | undefined;
  children: Frame<W>[];
  window: W | undefined;
  height: number;
  width: number;
}

/** What a window keeps at least, and what the one that is entered would like to have. */
const LEAST: Readonly<Record<Axis, number>> = { height: 1, width: 1 };
export const WISHED: Readonly<Record<Axis, number>> = { height: 1, width: 20 };

/** The windows of a tab page and the room each has. Models vim src/window.c. */
export class Frames<W extends object> {
  root: Frame<W>;
  /** Whether windows at the bottom have a status line, too. */
  lastStatus = false;

  constructor(window: W, height: number, width: number) {
    this.root = { parent: undefined, along: undefined, children: [], window, height, width };
  }

  /** The windows in their order: down and to the right. */
  get windows(): W[] {
    return leaves(this.root).map((frame) => frame.window as W);
  }

  frameOf(window: W): Frame<W> {
    return leaves(this.root).find((frame) => frame.window === window) as Frame<W>;
  }

  /** Rows or columns of a frame that are no text: its status line, its separator. */
  border(frame: Frame<W>, axis: Axis): number {
    if (axis === 'height' && this.lastStatus) return 1;
    for (let at = frame; at.parent; at = at.parent)
      if (at.parent.along === axis && at.parent.children.at(-1) !== at) return 1;
    return 0;
  }

  /** Models frame_minheight, frame_minwidth. */
  minimum(frame: Frame<W>, axis: Axis, favoured?: W): number {
    if (frame.window) return (frame.window === favoured ? WISHED : LEAST)[axis] + this.border(frame, axis);
    const parts = frame.children.map((child) => this.minimum(child, axis, favoured));
    return frame.along === axis ? sum(parts) : Math.max(...parts);
  }

  /** Gives a frame a size; what it holds grows or shrinks from its end. Models frame_new_height. */
  resize(frame: Frame<W>, axis: Axis, size: number, fromStart = false): void {
    let wanted = size;
    if (frame.along !== undefined && frame.along !== axis) {
      for (const child of frame.children) this.resize(child, axis, wanted, fromStart);
      wanted = Math.max(wanted, ...frame.children.map((child) => child[axis]));
    } else if (frame.along === axis) {
      let more = size - frame[axis];
      const order = fromStart ? frame.children : [...frame.children].reverse();
      for (const child of order) {
        if (more === 0) break;
        const given = Math.max(child[axis] + more, more < 0 ? this.minimum(child, axis) : 0);
        more -= given - child[axis];
        this.resize(child, axis, given, fromStart);
      }
      wanted -= more;
    }
    frame[axis] = wanted;
  }

  /**
   * Puts a new window beside another. Models win_split_ins. `whole`: beside all of them, where `old` is the first or
   * the last.
   */
  split(old: W, made: W, options: SplitOptions): boolean {
    const { axis, size, after, whole = false, equal, forced = false } = options;
    const ends = this.root.along === axis ? this.root.children : [this.root];
    const leaf = this.frameOf(old);
    const at = whole ? ((after ? ends.at(-1) : ends[0]) as Frame<W>) : leaf;
    const needed = this.#needed(whole ? this.root : at, axis, equal);
    const available = whole || equal ? this.root[axis] : at[axis];
    if (available < needed + LEAST[axis] + 1 && !forced) return false;
    const text = this.text(leaf, axis);
    const half = size || Math.floor(text / 2);
    const given = Math.max(LEAST[axis], Math.min(half, available - needed - 1));
    const rest = text - given - 1;
    const larger = (one: Frame<W>) =>
      one !== leaf && one.window !== undefined && this.text(one, axis) > Math.min(given, rest);
    const equalize = rest < LEAST[axis] || (equal && size === 0 && leaf.parent?.children.some(larger));
    this.#insert(at, made, { axis, after, given });
    if (equalize) this.equalize(made, axis, true);
    return true;
  }

  /** What a frame, and all that share its room, cannot do without. */
  #needed(frame: Frame<W>, axis: Axis, shared: boolean): number {
    let needed = this.minimum(frame, axis);
    if (!shared) return needed;
    for (let at = frame; at.parent; at = at.parent)
      if (at.parent.along === axis)
        for (const other of at.parent.children) if (other !== at) needed += this.minimum(other, axis);
    return needed;
  }

  /** Rows or columns of text of a frame with one window. */
  text(frame: Frame<W>, axis: Axis): number {
    return frame[axis] - this.border(frame, axis);
  }

  #insert(beside: Frame<W>, made: W, { axis, after, given }: { axis: Axis; after: boolean; given: number }) {
    const size = given + (after ? this.border(beside, axis) : 1);
    let at = beside;
    if (beside.parent?.along !== axis) {
      // A branch takes the place of the frame, which goes into it.
      at = { ...beside, parent: beside };
      for (const child of at.children) child.parent = at;
      Object.assign(beside, { along: axis, children: [at], window: undefined });
    }
    const branch = at.parent as Frame<W>;
    const leaf: Frame<W> = { ...at, along: undefined, children: [], window: made, [axis]: size };
    branch.children.splice(branch.children.indexOf(at) + (after ? 1 : 0), 0, leaf);
    this.resize(at, axis, at[axis] - size, !after);
  }

  /** Takes a window out; a neighbour gets its room. Returns the window that does. Models winframe_remove. */
  remove(
    window: W,
    { towardsPrevious }: { towardsPrevious: boolean },
  ): {
    heir: W;
    axis: Axis;
    /** Where both were. */
    parent: Frame<W>;
  } {
    const frame = this.frameOf(window);
    const parent = frame.parent as Frame<W>;
    const axis = parent.along as Axis;
    const index = parent.children.indexOf(frame);
    const [previous, next] = [parent.children[index - 1], parent.children[index + 1]];
    const heir = (towardsPrevious ? (previous ?? next) : (next ?? previous)) as Frame<W>;
    parent.children.splice(index, 1);
    this.resize(heir, axis, heir[axis] + frame[axis], heir === next);
    const first = leaves(heir)[0]?.window as W;
    if (parent.children.length === 1) this.#collapse(parent);
    return { heir: first, axis, parent };
  }

  /** A branch with one child left is that child. */
  #collapse(branch: Frame<W>): void {
    const [only] = branch.children as [Frame<W>];
    const { parent } = branch;
    Object.assign(branch, { ...only, parent });
    for (const child of branch.children) child.parent = branch;
    if (!parent || branch.along === undefined || branch.along !== parent.along) return;
    parent.children.splice(parent.children.indexOf(branch), 1, ...branch.children);
    for (const child of branch.children) child.parent = parent;
  }

  /** Spreads the room. `only`: just the frames around the window. Models win_equal. */
  equalize(favoured: W, axis: Axis | undefined, only: boolean): void {
    this.#equalize(this.root, favoured, {
      axes: axis === undefined ? ['height', 'width'] : [axis],
      only,
      height: this.root.height,
      width: this.root.width,
    });
  }

  #equalize(frame: Frame<W>, favoured: W, options: EqualOptions): void {
    const { axes, only, height, width } = options;
    if (frame.along === undefined) {
      frame.height = height;
      frame.width = width;
      return;
    }
    const axis = frame.along;
    const sizes = axes.includes(axis)
      ? this.#shares(frame, favoured, options[axis])
      : frame.children.map((child) => child[axis]);
    sizes[sizes.length - 1] = options[axis] - sum(sizes.slice(0, -1));
    frame.height = height;
    frame.width = width;
    frame.children.forEach((child, i) => {
      const size = sizes[i] as number;
      const skipped = only && !frame.parent && !axes.includes(axis) && size === child[axis];
      if (skipped && !leaves(child).some((leaf) => leaf.window === favoured)) return;
      this.#equalize(child, favoured, { ...options, [axis]: size });
    });
  }

  /** What each child gets. Models win_equal_rec. */
  #shares(frame: Frame<W>, favoured: W, size: number): number[] {
    const axis = frame.along as Axis;
    const [least, wished] = [LEAST[axis], WISHED[axis]];
    const has = (one: Frame<W>) => leaves(one).some((leaf) => leaf.window === favoured);
    const bare = this.minimum(frame, axis);
    const edge = this.border(frame, axis) === 0 ? 1 : 0;
    let count = Math.floor((bare + edge) / (least + 1));
    let room = size - this.minimum(frame, axis, favoured);
    let own = 0;
    if (room < 0) {
      own = wished + room;
      room = 0;
    } else if (has(frame)) {
      own = wished;
      if (count > 1 && Math.floor((room + count - 2) / (count - 1)) > wished) {
        own = Math.floor((room + wished + (count - 1) * least + (count - 1)) / count);
        room -= own - wished;
      }
    }
    if (has(frame)) count--;
    return frame.children.map((child, i) => {
      const minimum = this.minimum(child, axis);
      const last = i === frame.children.length - 1;
      let windows = Math.floor((minimum + (last ? edge : 0)) / (least + 1));
      if (has(child)) windows--;
      let share = count === 0 ? room : Math.floor((windows * room + (count >> 1)) / count);
      if (has(child)) {
        own -= wished - (this.minimum(child, axis, favoured) - minimum);
        share += own;
        room -= share - own;
      } else room -= share;
      count -= windows;
      return share + minimum;
    });
  }

  /** Makes a window's text so high or wide, as far as the others let it. Models win_setheight. */
  set(window: W, axis: Axis, size: number): void {
    const frame = this.frameOf(window);
    this.#set(frame, axis, Math.max(LEAST[axis], size) + this.border(frame, axis));
  }

  #set(frame: Frame<W>, axis: Axis, size: number): void {
    const { parent } = frame;
    if (!parent) {
      // All of them: what is let go goes to the command line.
      if (axis === 'height') this.resize(frame, axis, Math.min(size, frame.height));
      return;
    }
    if (parent.along !== axis) {
      this.#set(parent, axis, Math.max(size, this.minimum(parent, axis)));
      return;
    }
    const others = parent.children.filter((one) => one !== frame);
    const room = () => parent[axis] - sum(others.map((one) => this.minimum(one, axis)));
    if (size > room()) this.#set(parent, axis, size + this.minimum(parent, axis) - LEAST[axis] - 1);
    const wanted = Math.min(size, room());
    let take = wanted - frame[axis];
    this.resize(frame, axis, wanted);
    const at = parent.children.indexOf(frame);
    for (const other of [...parent.children.slice(at + 1), ...parent.children.slice(0, at).reverse()]) {
      const left = Math.max(other[axis] - take, this.minimum(other, axis));
      take -= other[axis] - left;
      this.resize(other, axis, left);
    }
  }

  /** Takes a window to an edge of the screen. Models win_totop. */
  toEdge(window: W, axis: Axis, after: boolean, size: number): void {
    const { axis: from } = this.remove(window, { towardsPrevious: false });
    const old = (after ? this.windows.at(-1) : this.windows[0]) as W;
    this.split(old, window, { axis, size, after, whole: true, equal: true, forced: true });
    this.equalize(window, from === axis ? axis : undefined, true);
  }

  /** Changes places with the next window (or one by number) of its row or column. Models win_exchange. */
  exchange(window: W, number: number | undefined): W | undefined {
    const frame = this.frameOf(window);
    const siblings = (frame.parent as Frame<W>).children;
    const at = siblings.indexOf(frame);
    const to = number === undefined ? (at + 1 < siblings.length ? at + 1 : at - 1) : number - 1;
    const other = siblings[to];
    if (!other?.window || other === frame) return undefined;
    this.#reorder(frame.parent as Frame<W>, (children) => {
      [children[at], children[to]] = [other, frame];
    });
    return other.window;
  }

  /** Moves each window of a row or column one place on. Models win_rotate. */
  rotate(window: W, up: boolean, count: number): boolean {
    const parent = this.frameOf(window).parent as Frame<W>;
    if (parent.children.some((child) => !child.window)) return false;
    for (let i = 0; i < count % parent.children.length; i++)
      this.#reorder(parent, (children) => {
        if (up) children.push(children.shift() as Frame<W>);
        else children.unshift(children.pop() as Frame<W>);
      });
    return true;
  }

  /** Windows keep the size of their text where they go. */
  #reorder(parent: Frame<W>, change: (children: Frame<W>[]) => void): void {
    const axis = parent.along as Axis;
    const texts = new Map(parent.children.map((child) => [child, this.text(child, axis)]));
    change(parent.children);
    for (const [child, text] of texts) child[axis] = text + this.border(child, axis);
  }

  /** Where the text of each window stands, counted from the frame's corner. */
  places(): Map<W, Place> {
    const out = new Map<W, Place>();
    const walk = (frame: Frame<W>, row: number, column: number) => {
      if (frame.window)
        out.set(frame.window, {
          row,
          column,
          height: this.text(frame, 'height'),
          width: this.text(frame, 'width'),
          status: this.border(frame, 'height') > 0,
          separator: this.border(frame, 'width') > 0,
        });
      let [y, x] = [row, column];
      for (const child of frame.children) {
        walk(child, y, x);
        if (frame.along === 'height') y += child.height;
        else x += child.width;
      }
    };
    walk(this.root, 0, 0);
    return out;
  }

  /** The window that lies next in a direction. Models win_goto_ver, win_goto_hor. */
  neighbour(window: W, axis: Axis, back: boolean, cursor: number): W | undefined {
    let frame: Frame<W> = this.frameOf(window);
    let found: Frame<W> | undefined;
    for (; frame.parent && !found; frame = frame.parent) {
      if (frame.parent.along !== axis) continue;
      found = frame.parent.children[frame.parent.children.indexOf(frame) + (back ? -1 : 1)];
    }
    if (!found) return undefined;
    const places = this.places();
    const across = axis === 'height' ? 'column' : 'row';
    while (!found.window) {
      const { children }: Frame<W> = found;
      const other = axis === 'height' ? 'width' : 'height';
      const start = (one: Frame<W>) => places.get(leaves(one)[0]?.window as W)?.[across] ?? 0;
      if (found.along === axis) found = (back ? children.at(-1) : children[0]) as Frame<W>;
      else found = children.find((one) => start(one) + one[other] > cursor) ?? (children.at(-1) as Frame<W>);
    }
    return found.window;
  }
}

export interface SplitOptions {
  readonly axis: Axis;
  /** Rows or columns of the new window; 0: half. */
  readonly size: number;
  /** Below or right of the other. */
  readonly after: boolean;
  readonly whole?: boolean;
  readonly equal: boolean;
  /** Even where there is little room. */
  readonly forced?: boolean;
}

interface EqualOptions {
  readonly axes: readonly Axis[];
  readonly only: boolean;
  readonly height: number;
  readonly width: number;
}

export interface Place {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
  readonly status: boolean;
  readonly separator: boolean;
}

function leaves<W>(frame: Frame<W>): Frame<W>[] {
  return frame.window === undefined ? frame.children.flatMap(leaves) : [frame];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
