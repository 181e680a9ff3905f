import { displayWidth } from '../core/width.ts';
import type { Window } from './document.ts';
import type { Editor } from './editor.ts';
import { type Row, rulerText } from './window-view.ts';
import type { Tab, Workspace } from './workspace.ts';

/** Columns from the right edge at which a status line tells the place of the cursor. */
const RULER_WIDTH = 18;

/** Name, flags and place below a window. Models vim src/drawscreen.c win_redr_status, win_redr_ruler. */
export function statusLine(editor: Editor, window: Window, rows: readonly Row[]): string {
  const { document, width, settings } = window;
  const at = Math.max(width - RULER_WIDTH, (width + 1) >> 1);
  const flags = `${document.buffer.modified && editor.commandKind === undefined ? '[+]' : ''}${settings.readonly ? '[RO]' : ''}`;
  const isCommand = editor.commandKind !== undefined && window === editor.window;
  let name = (isCommand ? '[Command Line]' : document.name) + (flags === '' ? '' : ` ${flags}`);
  if (displayWidth(name) > at - 1) name = `<${name.slice(Math.max(0, name.length - at + 2))}`;
  const shown = settings.ruler ? rulerText(editor, window, rows, width - at).slice(0, width - at) : '';
  const text = (name.padEnd(name.length + at - displayWidth(name)) + shown).slice(0, width);
  const style = window === editor.window ? '1;7' : '7';
  return `\x1b[${style}m${text.padEnd(width - displayWidth(text) + text.length)}\x1b[m`;
}

const SELECTED = '\x1b[1m';
const OTHER = '\x1b[4;30;47m';
const FILL = '\x1b[7m';

/** The names of the tab pages. Models vim src/screen.c draw_tabline. */
export function tabLine({ tabs, tab }: Workspace, columns: number): string {
  const width = Math.max(6, Math.floor((columns - 1 + (tabs.length >> 1)) / tabs.length));
  let out = '';
  let column = 0;
  for (const one of tabs) {
    if (column >= columns - 4) break;
    const label = labelOf(one, width, columns - column);
    out += `${one === tab ? SELECTED : OTHER}${label}\x1b[m`;
    column += displayWidth(label);
  }
  const rest = Math.max(0, columns - column - 1);
  const cross = tabs.length > 1 ? `${OTHER}X\x1b[m` : ' ';
  return `${out}${FILL}${' '.repeat(rest)}\x1b[m${cross}`;
}

function labelOf({ frames, current }: Tab, width: number, room: number): string {
  const { windows } = frames;
  const count = windows.length > 1 ? String(windows.length) : '';
  const changed = windows.some((window) => window.document.buffer.modified) ? '+' : '';
  const head = count || changed ? ` ${count}${changed} ` : ' ';
  const name = shortened(current.document.name);
  const left = Math.max(0, Math.min(width, room) - head.length - 1);
  return `${head}${name.slice(Math.max(0, name.length - left))} `;
}

/** `/etc/kubernetes/x.yaml` as `/e/k/x.yaml`. */
function shortened(path: string): string {
  return path.replace(/([^/])[^/]*\//g, '$1/');
}
