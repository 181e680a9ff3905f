import type { Steps } from '../../../sim/index.ts';
import type { Document, Window } from './document.ts';
import type { Editor } from './editor.ts';
import { closeWindow, mayAbandon, quitWindow } from './leave.ts';
import { documentOf, showDocument } from './save.ts';
import { cursorColumn } from './window-view.ts';
import type { SplitRequest } from './workspace.ts';

/** Opens a second window; refuses when there is no room. */
export function split(editor: Editor, request: SplitRequest): Window {
  return editor.workspace.split(request) ?? editor.refuse('E36: Not enough room');
}

/** Shows something in the window that was just made; the one it was made from remembers it. */
export function* fill(editor: Editor, from: Window, what: string | Document | undefined): Steps<void> {
  const { workspace } = editor;
  const document =
    typeof what === 'string' ? documentOf(editor, what) : (what ?? workspace.create(undefined));
  yield* showDocument(editor, document, { leaves: false });
  if (from.document !== editor.document) from.alternate = editor.document;
}

/** `:only`. */
export function* closeOthers(editor: Editor, bang: boolean): Steps<void> {
  const { workspace, window } = editor;
  if (workspace.windows.length === 1) {
    editor.say('Already only one window');
    return;
  }
  for (const other of workspace.windows) {
    if (other === window || !(bang || mayAbandon(editor, other))) continue;
    closeWindow(editor, other, false);
  }
  if (workspace.windows.length > 1) editor.refuse('E445: Other window contains changes');
}

/** `:close`, `:hide`. */
export function closeThis(editor: Editor, bang: boolean, hide: boolean): void {
  const { workspace, window } = editor;
  if (workspace.allWindows.length === 1) editor.refuse('E444: Cannot close last window');
  if (!bang && !hide && !mayAbandon(editor, window))
    editor.refuse('E37: No write since last change (add ! to override)');
  closeWindow(editor, window, false);
}

/** The tab page so many further on, or the one of that number. */
export function goToTab({ workspace }: Editor, by: number, number?: number): void {
  const { tabs, tab } = workspace;
  if (number !== undefined) workspace.goToTab(Math.min(number, tabs.length) - 1);
  else workspace.goToTab((((tabs.indexOf(tab) + by) % tabs.length) + tabs.length) % tabs.length);
}

const DIRECTIONS: Record<string, 'j' | 'k' | 'h' | 'l'> = {
  '<Down>': 'j',
  '<Up>': 'k',
  '<Left>': 'h',
  '<Right>': 'l',
  '\n': 'j',
  '\x0b': 'k',
  '\b': 'h',
  '\x7f': 'h',
  '\x0c': 'l',
};

/** What is typed behind `^W`. Models vim src/window.c do_window. */
export function* windowCommand(editor: Editor, typed: string, count: number | undefined): Steps<void> {
  const { workspace, window } = editor;
  // With Control held down a letter means the same.
  const isControl = typed.length === 1 && typed < ' ' && typed !== '\x1b';
  const letter = isControl ? String.fromCharCode(typed.charCodeAt(0) + 96) : typed;
  const key = DIRECTIONS[typed] ?? letter;
  switch (key) {
    case 's':
    case 'S':
      split(editor, { axis: 'height', size: count ?? 0 });
      return;
    case 'v':
      split(editor, { axis: 'width', size: count ?? 0 });
      return;
    case 'n':
      split(editor, { axis: 'height', size: count ?? 0 });
      yield* fill(editor, window, undefined);
      return;
    case '^':
    case '\x7e': {
      const { alternate } = window;
      if (!alternate) editor.refuse('E23: No alternate file');
      split(editor, { axis: 'height' });
      yield* fill(editor, window, alternate);
      return;
    }
    case 'q':
      yield* quitWindow(editor, false);
      return;
    case 'c':
      closeThis(editor, false, false);
      return;
    case 'o':
      yield* closeOthers(editor, false);
      return;
    case 'T':
      if (workspace.windows.length === 1) editor.say('Already only one window');
      else workspace.windowToTab();
      return;
    case 'g': {
      const next = yield* editor.key();
      if (next === 't') goToTab(editor, 1, count);
      else if (next === 'T') goToTab(editor, -(count ?? 1));
      else editor.refuse();
      return;
    }
    default:
      if (
        !goToWindow(editor, key, count) &&
        !moveWindow(editor, key, count) &&
        !sizeWindow(editor, key, count)
      )
        editor.refuse();
  }
}

function goToWindow(editor: Editor, key: string, count: number | undefined): boolean {
  const { workspace, window } = editor;
  const { windows, tab } = workspace;
  const at = windows.indexOf(window);
  const { length } = windows;
  switch (key) {
    case 'w':
    case 'W': {
      if (length === 1 && count !== 1) editor.refuse();
      const step = key === 'w' ? 1 : length - 1;
      workspace.enter(windows[count ? Math.min(count, length) - 1 : (at + step) % length] as Window);
      return true;
    }
    case 'j':
    case 'k':
    case 'h':
    case 'l':
      workspace.enter(inDirection(editor, key, Math.min(count ?? 1, length)));
      return true;
    case 't':
    case 'b':
      workspace.enter((key === 't' ? windows[0] : windows.at(-1)) as Window);
      return true;
    case 'p':
      if (!tab.previous) editor.refuse();
      workspace.enter(tab.previous);
      return true;
    default:
      return false;
  }
}

/** The window so many steps away, as seen from the cursor. */
function inDirection(
  { workspace, window, cursor }: Editor,
  key: 'j' | 'k' | 'h' | 'l',
  steps: number,
): Window {
  const { frames } = workspace.tab;
  const place = frames.places().get(window);
  const vertical = key === 'j' || key === 'k';
  const at = vertical
    ? (place?.column ?? 0) + cursorColumn(window)
    : (place?.row ?? 0) + cursor.line - window.top;
  let found = window;
  for (let i = 0; i < steps; i++) {
    const axis = vertical ? 'height' : 'width';
    found = frames.neighbour(found, axis, key === 'k' || key === 'h', at) ?? found;
  }
  return found;
}

function moveWindow(editor: Editor, key: string, count: number | undefined): boolean {
  const { workspace, window } = editor;
  if (!['x', 'r', 'R', 'K', 'J', 'H', 'L'].includes(key)) return false;
  if (workspace.windows.length === 1) editor.refuse();
  if (key === 'x') {
    const other = workspace.tab.frames.exchange(window, count);
    if (other) workspace.enter(other);
  } else if (key === 'r' || key === 'R') {
    if (!workspace.tab.frames.rotate(window, key === 'R', count ?? 1))
      editor.refuse('E443: Cannot rotate when another window is split');
    workspace.arrange();
  } else workspace.moveToEdge(key as 'K' | 'J' | 'H' | 'L', count ?? 0);
  return true;
}

function sizeWindow(editor: Editor, key: string, count: number | undefined): boolean {
  const { workspace, window } = editor;
  const { frames } = workspace.tab;
  const by = count ?? 1;
  const sizes: Record<string, () => void> = {
    '=': () => frames.equalize(window, undefined, false),
    '+': () => workspace.setSize('height', window.height + by),
    '-': () => workspace.setSize('height', window.height - by),
    _: () => workspace.setSize('height', count ?? 9999),
    '>': () => workspace.setSize('width', window.width + by),
    '<': () => workspace.setSize('width', window.width - by),
    '|': () => workspace.setSize('width', count ?? 9999),
  };
  const size = sizes[key];
  if (!size) return false;
  size();
  workspace.arrange();
  return true;
}
