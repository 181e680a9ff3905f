import type { Editor } from './editor.ts';
import { firstNonBlank } from './motions.ts';

/** Scrolls; the cursor stays on the screen, with some lines around it. False: the key does something else. */
export function scrolling(editor: Editor, key: string, count: number, counted: boolean): boolean {
  const { window, cursor, buffer } = editor;
  const { height } = window;
  const target = () => {
    if (counted) editor.moveToLine(Math.min(buffer.count, count) - 1);
    return editor.cursor.line;
  };
  switch (key) {
    case '\x06':
    case '<PageDown>':
    case '\x02':
    case '<PageUp>':
      for (let i = 0; i < Math.min(count, buffer.count); i++)
        page(editor, key === '\x06' || key === '<PageDown>');
      return true;
    case '\x04':
    case '\x15':
      if (counted) window.scroll = count;
      half(editor, key === '\x04', window.scroll ?? height >> 1);
      return true;
    case '\x05':
    case '\x19':
      window.top = Math.max(0, Math.min(buffer.count - 1, window.top + (key === '\x05' ? count : -count)));
      keepInside(editor, (line) => editor.moveTo({ line, column: editor.aimedAt(line) }, true));
      return true;
    case 'zz':
    case 'z.':
      window.top = Math.max(0, target() - ((height - 1) >> 1));
      break;
    case 'zt':
    case 'z\n':
      window.top = target();
      break;
    case 'zb':
    case 'z-':
      window.top = Math.max(0, target() - height + 1);
      break;
    default:
      return false;
  }
  if (['z.', 'z\n', 'z-'].includes(key))
    editor.moveToLine(cursor.line === editor.cursor.line ? cursor.line : editor.cursor.line);
  return true;
}

/** The line that the cursor must be at, with as many lines above and below as `scrolloff` asks for. */
function keepInside(editor: Editor, move: (line: number) => void): void {
  const { window, cursor, buffer, settings } = editor;
  const margin = Math.min(settings.scrolloff, (window.height - 1) >> 1);
  const bottom = window.top + window.height;
  const first = window.top + (window.top > 0 ? margin : 0);
  const last = bottom >= buffer.count ? buffer.count - 1 : bottom - 1 - margin;
  const line = Math.min(buffer.count - 1, Math.max(first, Math.min(last, cursor.line)));
  if (line !== cursor.line) move(line);
}

function toText(editor: Editor, line: number): void {
  editor.moveTo({ line, column: firstNonBlank(editor.buffer.line(line)) });
}

/** A screen on or back; two lines of the old one stay. Models vim src/move.c onepage. */
function page(editor: Editor, forward: boolean): void {
  const { window, buffer, settings } = editor;
  const { height } = window;
  const end = buffer.count - 1;
  if (forward) {
    const atEnd = window.top + height > end;
    if (atEnd && window.top >= end - settings.scrolloff) editor.refuse();
    window.top = atEnd ? end : Math.max(window.top + 1, window.top + height - 2);
    toText(editor, window.top);
  } else {
    if (window.top === 0) editor.refuse();
    const last = Math.min(end, window.top + 1);
    window.top = Math.max(0, last - height + 1);
    toText(editor, last);
  }
  keepInside(editor, (line) => toText(editor, line));
}

/** Half a screen: the text moves, and the cursor when it cannot. Models vim src/move.c halfpage. */
function half(editor: Editor, forward: boolean, by: number): void {
  const { window, buffer, cursor } = editor;
  const end = buffer.count - 1;
  if (cursor.line === (forward ? end : 0)) editor.refuse();
  const room = forward ? Math.max(0, end + 1 - window.top - window.height) : window.top;
  const scrolled = Math.min(by, room);
  window.top += forward ? scrolled : -scrolled;
  toText(editor, Math.max(0, Math.min(end, cursor.line + (forward ? by : -by))));
  keepInside(editor, (line) => toText(editor, line));
}
