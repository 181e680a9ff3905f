import type { Steps } from '../../../sim/index.ts';
import { type Bar, barLines } from './bars.ts';
import type { NanoEditor } from './editor.ts';

/** The keys of the editor, with what they do. */
const KEYS: readonly (readonly [string, string, string])[] = [
  ['^G', 'F1', 'Show this help'],
  ['^X', 'F2', 'Close this file; leave nano after the last one'],
  ['^O', 'F3', 'Save under a name that may be changed'],
  ['^R', 'Ins', 'Put another file at the cursor'],
  ['^W', 'F6', 'Search onwards'],
  ['^\\', 'M-R', 'Search and replace'],
  ['^K', 'F9', 'Cut the line, or what is marked'],
  ['^U', 'F10', 'Paste what was cut or copied'],
  ['^T', 'F11', 'Run a command or a tool'],
  ['^J', 'F12', 'Fill the lines of this paragraph'],
  ['^C', '', 'Tell where the cursor stands'],
  ['^/', 'M-G', 'Go to a line, and a column'],
  ['M-U', '', 'Undo'],
  ['M-E', '', 'Redo what was undone'],
  ['M-A', '^6', 'Begin or end marking'],
  ['M-6', 'M-^', 'Copy the line, or what is marked'],
  ['M-]', '', 'Go to the other bracket of a pair'],
  ['^Q', '', 'Search backwards'],
  ['M-Q', '', 'The match before'],
  ['M-W', '', 'The next match'],
  ['^B', '◂', 'One character back'],
  ['^F', '▸', 'One character on'],
  ['^◂', 'M-Space', 'One word back'],
  ['^▸', '^Space', 'One word on'],
  ['^A', 'Home', 'Start of the line'],
  ['^E', 'End', 'End of the line'],
  ['^P', '▴', 'One line up'],
  ['^N', '▾', 'One line down'],
  ['M--', '', 'Scroll up by a line'],
  ['M-+', '', 'Scroll down by a line'],
  ['M-(', 'M-9', 'Start of the paragraph'],
  ['M-)', 'M-0', 'End of the paragraph'],
  ['^Y', 'PgUp', 'One page up'],
  ['^V', 'PgDn', 'One page down'],
  ['M-\\', '^Home', 'First line of the file'],
  ['M-/', '^End', 'Last line of the file'],
  ['M-<', 'M-,', 'The file before, of several'],
  ['M->', 'M-.', 'The next file, of several'],
  ['^D', 'Del', 'Delete the character at the cursor'],
  ['^H', 'Bsp', 'Delete the character before the cursor'],
  ['M-Bsp', '', 'Delete back to the start of the word'],
  ['M-T', '', 'Cut all from the cursor on'],
  ['M-J', '', 'Fill the lines of the whole file'],
  ['M-D', '', 'Count lines, words and characters'],
  ['M-V', '', 'Put in the next key as it is'],
  ['M-}', 'Tab', 'Indent the line, or what is marked'],
  ['M-{', 'Sh-Tab', 'Take indentation away'],
  ['M-3', '', 'Comment lines out, or in again'],
  ['M-:', '', 'Begin or end recording keys'],
  ['M-;', '', 'Play the recorded keys'],
  ['^L', '', 'Draw the screen anew'],
  ['^S', '', 'Save without a question'],
  ['M-X', '', 'Bars of help at the bottom: on, off'],
  ['M-C', '', 'Always tell where the cursor stands: on, off'],
  ['M-S', '', 'Long lines on several rows: on, off'],
  ['M-P', '', 'Show blanks: on, off'],
  ['M-Y', '', 'Colours: on, off'],
  ['M-H', '', 'Home goes to the text first: on, off'],
  ['M-I', '', 'New lines are indented as those before: on, off'],
  ['M-K', '', 'Cut from the cursor, not the whole line: on, off'],
  ['M-L', '', 'Break long lines while typing: on, off'],
  ['M-O', '', 'Tabs become spaces: on, off'],
  ['M-N', '', 'Numbers of lines: on, off'],
  ['M-M', '', 'The mouse: on, off'],
];

const ABOUT = [
  'The top line names the file, with a star once it differs from the disk.',
  'Messages and questions stand on the third line from the bottom; the two',
  'lines below it list keys. ^ is the Ctrl key, M- is Alt or Esc.',
];

const TITLES: Partial<Record<Bar, string>> = {
  main: 'Main nano help text',
  search: 'Search Command Help Text',
  replace: 'Search Command Help Text',
  write: 'Write File Help Text',
  insert: 'Insert File Help Text',
  line: 'Go To Line Help Text',
  execute: 'Execute Command Help Text',
};

function helpText(): string[] {
  const keys = KEYS.map(
    ([key, other, what]) => `${key.padEnd(7)}${(other === '' ? '' : `(${other})`).padEnd(10)}${what}`,
  );
  return ['', ...ABOUT.map((line) => ` ${line}`), '', ...keys];
}

/** ^G: pages through the help until ^X. */
export function* showHelp(editor: NanoEditor, about: Bar): Steps<void> {
  const lines = helpText();
  const { question } = editor;
  editor.question = undefined;
  for (let top = 0; ; ) {
    const { columns, rows } = editor.size;
    const height = rows - 4;
    const title = (TITLES[about] ?? 'Main nano help text').padStart((columns + 20) >> 1);
    const body = Array.from({ length: height }, (_, i) => lines[top + i] ?? '');
    const screen = [`\x1b[7m${title.padEnd(columns)}\x1b[m`, ...body, '', ...barLines('help', columns)];
    yield* editor.context.out(screen.map((line, i) => `\x1b[${i + 1};1H${line}\x1b[K`).join(''));
    const key = yield* editor.key();
    const last = Math.max(0, lines.length - height);
    const by = SCROLLS[key ?? ''];
    if (key === '\x18' || key === 'q' || key === '\x03') break;
    if (by !== undefined)
      top = Math.max(0, Math.min(last, top + by * (Math.abs(by) === 2 ? (height - 2) / 2 : 1)));
  }
  editor.question = question;
  editor.say('');
}

/** Keys that scroll: by a line, or (2) by a page. */
const SCROLLS: Readonly<Record<string, number>> = {
  '<Up>': -1,
  '\x10': -1,
  '<Down>': 1,
  '\x0e': 1,
  '<PageUp>': -2,
  '\x19': -2,
  '<PageDown>': 2,
  '\x16': 2,
  ' ': 2,
};
