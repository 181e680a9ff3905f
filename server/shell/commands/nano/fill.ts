import type { NanoEditor } from './editor.ts';
import { paragraphEnd } from './moves.ts';
import { columnsOf } from './sheet.ts';

/** ^J: the words of a paragraph are filled into lines; M-J: of all paragraphs. */
export function justify(editor: NanoEditor, whole: boolean): void {
  const { sheet, settings } = editor;
  if (settings.view) {
    editor.say('Key is invalid in view mode');
    return;
  }
  const { region } = sheet;
  const marked = region !== undefined;
  const start = sheet.cursor.line;
  if (region && sheet.buffer.text(region.from, region.to) === '') {
    editor.say('Selection is empty');
    return;
  }
  let [line, until] = whole
    ? [0, sheet.last]
    : marked
      ? sheet.regionLines
      : [sheet.cursor.line, sheet.cursor.line];
  editor.change({ what: 'justification' }, () => {
    do {
      while (line <= sheet.last && sheet.buffer.line(line).trim() === '') line++;
      if (line > sheet.last) break;
      while (!whole && !marked && line > 0 && sheet.buffer.line(line - 1).trim() !== '') line--;
      const end = paragraphEnd(editor, line);
      const filled = fill(
        sheet.buffer.lines.slice(line, end + 1),
        fillWidth(editor),
        settings.trimblanks ? '' : ' ',
      );
      until += filled.length - (end - line + 1);
      sheet.buffer.splice(line, end - line + 1, filled);
      line += filled.length;
    } while (whole || (marked && line <= until));
    sheet.place({ line: whole ? start : Math.min(line, sheet.last), column: 0 });
  });
  editor.say(whole ? 'Justified file' : marked ? 'Justified selection' : 'Justified paragraph');
}

function fillWidth({ settings, size }: NanoEditor): number {
  return settings.fill <= 0 ? size.columns + settings.fill : settings.fill;
}

/** Lines of so many columns; `tail` ends those that were broken. */
function fill(lines: readonly string[], width: number, tail: string): string[] {
  const first = /^\s*/.exec(lines[0] ?? '')?.[0] ?? '';
  const rest = /^\s*/.exec(lines[1] ?? lines[0] ?? '')?.[0] ?? '';
  const out: string[] = [];
  let text = first;
  let isFresh = true;
  for (const word of lines
    .join(' ')
    .split(/\s+/)
    .filter((one) => one !== '')) {
    const gap = isFresh ? '' : ' ';
    if (!isFresh && columnsOf(text + gap + word, 8) > width) {
      out.push(text + tail);
      text = rest + word;
    } else text += gap + word;
    isFresh = false;
  }
  return [...out, text];
}

/** With hard wrapping a line that has grown too long goes on in the next one, from its last blank. */
export function breakLongLine(editor: NanoEditor): void {
  const { sheet, settings } = editor;
  const width = fillWidth(editor);
  if (!settings.breaklonglines || columnsOf(sheet.line, settings.tabsize) <= width) return;
  const { line, column } = sheet.cursor;
  const at = sheet.line.slice(0, width + 1).search(/[ \t](?=\S*$)/) + 1;
  if (at === 0 || at >= sheet.line.length) return;
  // What was broken off before goes on growing, at its start.
  const joins = editor.spill === line + 1;
  const end = joins ? { line: line + 1, column: 0 } : { line, column: sheet.line.length };
  const rest = sheet.line.slice(at);
  editor.change(
    { what: 'addition' },
    () => {
      sheet.replace(
        { line, column: at },
        end,
        `\n${rest}${joins && !/\s$/.test(rest) ? ' ' : ''}`,
        settings.nonewlines,
      );
      sheet.place(column < at ? { line, column } : { line: line + 1, column: column - at });
    },
    'flowing',
  );
  editor.spill = sheet.cursor.line === line ? line + 1 : undefined;
}
