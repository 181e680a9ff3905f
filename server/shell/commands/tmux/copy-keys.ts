import type { CopyMode } from './copy-mode.ts';

/** What a key of copy mode may ask of the client beside moving about. */
export interface CopyDesk {
  readonly copy: CopyMode;
  /** How many rows the pane has. */
  readonly rows: number;
  leave(): void;
  /** Keeps what is selected; `leaves` copy mode. */
  keep(leaves: boolean): void;
  search(back: boolean): void;
  goToLine(): void;
  /** Waits for the character that `f`, `t` and their like go to. */
  jump(back: boolean, till: boolean): void;
}

type Doing = (desk: CopyDesk) => void;

const half = ({ rows }: CopyDesk) => Math.max(1, rows >> 1);

const startOfLine: Doing = ({ copy }) => copy.goTo(copy.line, 0);
const endOfLine: Doing = ({ copy }) => copy.goTo(copy.line, copy.text(copy.line).length);
const indentation: Doing = ({ copy }) => copy.goTo(copy.line, Math.max(0, copy.text(copy.line).search(/\S/)));
const begin: Doing = ({ copy }) => {
  copy.mark = { line: copy.line, column: copy.column };
  copy.wholeLines = false;
};
const clearSelection: Doing = ({ copy }) => {
  copy.mark = undefined;
  copy.wholeLines = false;
};
const rectangle: Doing = ({ copy }) => {
  copy.rectangle = !copy.rectangle;
};
const copyToEnd: Doing = (desk) => {
  begin(desk);
  endOfLine(desk);
  desk.keep(true);
};
const row =
  (which: (rows: number) => number): Doing =>
  ({ copy, rows }) =>
    copy.goTo(copy.top + which(rows), 0);

/** Keys that both sets have. */
const SHARED: Readonly<Record<string, Doing>> = {
  Up: ({ copy }) => copy.move(-1),
  Down: ({ copy }) => copy.move(1),
  Left: ({ copy }) => copy.move(0, -1),
  Right: ({ copy }) => copy.move(0, 1),
  PPage: ({ copy }) => copy.page(-1),
  NPage: ({ copy }) => copy.page(1),
  Home: startOfLine,
  End: endOfLine,
  'C-Up': ({ copy }) => copy.scroll(-1),
  'C-Down': ({ copy }) => copy.scroll(1),
  'C-c': (desk) => desk.leave(),
  q: (desk) => desk.leave(),
  n: ({ copy }) => copy.again(false),
  N: ({ copy }) => copy.again(true),
  f: (desk) => desk.jump(false, false),
  F: (desk) => desk.jump(true, false),
  t: (desk) => desk.jump(false, true),
  T: (desk) => desk.jump(true, true),
  ';': ({ copy }) => copy.jumpAgain(false),
  ',': ({ copy }) => copy.jumpAgain(true),
};

const VI: Readonly<Record<string, Doing>> = {
  ...SHARED,
  k: SHARED.Up as Doing,
  j: SHARED.Down as Doing,
  h: SHARED.Left as Doing,
  l: SHARED.Right as Doing,
  BSpace: SHARED.Left as Doing,
  'C-b': SHARED.PPage as Doing,
  'C-f': SHARED.NPage as Doing,
  'C-u': (desk) => desk.copy.move(-half(desk)),
  'C-d': (desk) => desk.copy.move(half(desk)),
  'C-y': SHARED['C-Up'] as Doing,
  'C-e': SHARED['C-Down'] as Doing,
  K: SHARED['C-Up'] as Doing,
  J: SHARED['C-Down'] as Doing,
  w: ({ copy }) => copy.word(true),
  b: ({ copy }) => copy.word(false),
  e: ({ copy }) => copy.wordEnd(),
  W: ({ copy }) => copy.word(true, true),
  B: ({ copy }) => copy.word(false, true),
  E: ({ copy }) => copy.wordEnd(true),
  '{': ({ copy }) => copy.paragraph(-1),
  '}': ({ copy }) => copy.paragraph(1),
  '0': startOfLine,
  $: endOfLine,
  '^': indentation,
  g: ({ copy }) => copy.goTo(0, 0),
  G: ({ copy }) => copy.goTo(copy.total - 1, 0),
  H: row(() => 0),
  M: row((rows) => (rows - 1) >> 1),
  L: row((rows) => rows - 1),
  o: ({ copy }) => copy.otherEnd(),
  V: ({ copy }) => {
    copy.mark = { line: copy.line, column: 0 };
    copy.wholeLines = true;
  },
  ' ': begin,
  'C-v': rectangle,
  v: rectangle,
  Escape: clearSelection,
  Enter: (desk) => desk.keep(true),
  'C-j': (desk) => desk.keep(true),
  D: copyToEnd,
  '/': (desk) => desk.search(false),
  '?': (desk) => desk.search(true),
  ':': (desk) => desk.goToLine(),
};

const EMACS: Readonly<Record<string, Doing>> = {
  ...SHARED,
  'C-p': SHARED.Up as Doing,
  'C-n': SHARED.Down as Doing,
  'C-b': SHARED.Left as Doing,
  'C-f': SHARED.Right as Doing,
  'C-a': startOfLine,
  'C-e': endOfLine,
  'M-m': indentation,
  'M-f': ({ copy }) => copy.wordEnd(),
  'M-b': ({ copy }) => copy.word(false),
  'M-v': SHARED.PPage as Doing,
  'C-v': SHARED.NPage as Doing,
  ' ': SHARED.NPage as Doing,
  'M-Up': (desk) => desk.copy.move(-half(desk)),
  'M-Down': (desk) => desk.copy.move(half(desk)),
  'M-<': ({ copy }) => copy.goTo(0, 0),
  'M->': ({ copy }) => copy.goTo(copy.total - 1, 0),
  'M-R': row(() => 0),
  'M-r': row((rows) => (rows - 1) >> 1),
  'M-{': ({ copy }) => copy.paragraph(-1),
  'M-}': ({ copy }) => copy.paragraph(1),
  R: rectangle,
  'C-Space': begin,
  'C-g': clearSelection,
  'C-k': copyToEnd,
  'M-w': (desk) => desk.keep(true),
  'C-w': (desk) => desk.keep(true),
  'C-s': (desk) => desk.search(false),
  'C-r': (desk) => desk.search(true),
  g: (desk) => desk.goToLine(),
  Escape: (desk) => desk.leave(),
};

/** What a key does in copy mode, by the keys of vi or of emacs. */
export const copyKey = (vi: boolean, key: string): Doing | undefined => (vi ? VI : EMACS)[key];
