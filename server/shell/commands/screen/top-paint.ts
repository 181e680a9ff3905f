import type { TopRow } from './top-fields.ts';
import { markedLine, type TopSettings, tableLine } from './top-view.ts';

const RED = '31';
const YELLOW = '33';
const BOLD = '1';
const REVERSE = '7';

function styled(text: string, ...styles: readonly string[]): string {
  const codes = styles.filter((style) => style !== '');
  return codes.length === 0 || text === '' ? text : `\x1b[${codes.join(';')}m${text}\x1b[0m`;
}

/** How the parts of the screen look by the settings. */
export function painterOf(settings: TopSettings) {
  const bold = settings.bold ? BOLD : '';
  const red = settings.colours ? RED : '';
  const mark = settings.reversesMarks ? REVERSE : BOLD;
  return {
    summary: (line: string) => styled(line, bold, red),
    header: (line: string) => styled(line, REVERSE, bold, settings.colours ? YELLOW : ''),
    task(row: TopRow, columns: number): string {
      const runs = settings.marksRunning && row.stat.startsWith('R') ? mark : bold;
      if (!settings.marksColumn) return styled(tableLine(row, settings).slice(0, columns), runs, red);
      let room = columns;
      const parts = markedLine(row, settings).map((part) => {
        const shown = part.slice(0, room);
        room -= shown.length;
        return shown;
      });
      return parts.map((part, i) => styled(part, i === 1 ? mark : runs, red)).join('');
    },
  };
}
