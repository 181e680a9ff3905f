import type { Steps } from '../../../sim/index.ts';
import { echo } from './echo.ts';
import { type Editor, Refused } from './editor.ts';
import type { ExCommand } from './ex-command.ts';
import { FILE_COMMANDS } from './ex-files.ts';
import { copyLines, global, normal, untab } from './ex-lines.ts';
import { sort } from './ex-sort.ts';
import { WINDOW_COMMANDS } from './ex-windows.ts';
import { applyFileType, turnFileTypes } from './file-type.ts';
import { makeFold, setFolds } from './fold-commands.ts';
import { fileTypeOf } from './highlight.ts';
import { MAPPING_COMMANDS } from './mappings.ts';
import { join, operate, put } from './operators.ts';
import { optionColumns } from './option-columns.ts';
import { PLACE_COMMANDS } from './place-lists.ts';
import type { Range } from './range.ts';
import type { Register } from './registers.ts';

import { substitute } from './substitute.ts';
import { travelCommand, undo, undoCommand, undoList } from './undo.ts';

const whole = (range: Range) => ({
  from: { line: Math.max(0, range.first), column: 0 },
  to: { line: Math.max(0, range.last), column: 0 },
  linewise: true,
});

/** Commands by the shortest name that is enough, with the full one. */
export const COMMANDS: readonly ExCommand[] = [
  ...FILE_COMMANDS,
  ...WINDOW_COMMANDS,
  [
    'd',
    'delete',
    function* (editor, _bang, argument, range) {
      const { register, count } = registerAndCount(argument);
      const span =
        count === undefined
          ? whole(range)
          : whole({
              ...range,
              first: range.last,
              last: Math.min(editor.buffer.count - 1, range.last + count - 1),
            });
      operate(editor, 'd', span, register);
    },
  ],
  [
    'y',
    'yank',
    function* (editor, _bang, argument, range) {
      const { cursor } = editor;
      operate(editor, 'y', whole(range), registerAndCount(argument).register);
      editor.moveTo(cursor);
    },
  ],
  [
    'pu',
    'put',
    function* (editor, bang, argument, range) {
      editor.moveTo({ line: range.last, column: 0 });
      const register: Register | undefined = argument.startsWith('=')
        ? { text: echo(editor, argument.slice(1)), kind: 'lines' }
        : editor.register(argument === '' ? undefined : argument);
      const before = editor.buffer.count;
      put(editor, register && { ...register, kind: 'lines' }, !bang, 1, false);
      editor.moveToLine(editor.cursor.line + editor.buffer.count - before - 1);
    },
  ],
  [
    'm',
    'move',
    function* (editor, _bang, argument, range) {
      copyLines(editor, argument, range, true);
    },
  ],
  [
    't',
    't',
    function* (editor, _bang, argument, range) {
      copyLines(editor, argument, range, false);
    },
  ],
  [
    'co',
    'copy',
    function* (editor, _bang, argument, range) {
      copyLines(editor, argument, range, false);
    },
  ],
  [
    'j',
    'join',
    function* (editor, bang, _argument, range) {
      editor.moveTo({ line: range.first, column: 0 });
      if (range.given > 1 && range.first === range.last) return;
      editor.buffer.checkpoint(editor.cursor);
      join(editor, range.first, range.given > 1 ? range.last : range.first + 1, !bang);
      editor.moveToLine(range.first);
    },
  ],
  [
    '>',
    '>',
    function* (editor, _bang, _argument, range) {
      operate(editor, '>', whole(range), undefined);
      editor.moveToLine(range.last);
    },
  ],
  [
    '<',
    '<',
    function* (editor, _bang, _argument, range) {
      operate(editor, '<', whole(range), undefined);
      editor.moveToLine(range.last);
    },
  ],
  [
    's',
    'substitute',
    function* (editor, _bang, argument, range) {
      yield* substitute(editor, argument, range);
    },
  ],
  [
    '&',
    '&&',
    function* (editor, _bang, argument, range) {
      yield* substitute(editor, argument.replace(/^&/, ''), range);
    },
  ],
  [
    'g',
    'global',
    function* (editor, bang, argument, range, run) {
      yield* global(editor, argument, range, { invert: bang, run });
    },
  ],
  [
    'v',
    'vglobal',
    function* (editor, _bang, argument, range, run) {
      yield* global(editor, argument, range, { invert: true, run });
    },
  ],
  [
    'norm',
    'normal',
    function* (editor, _bang, argument, range) {
      yield* normal(editor, argument, range);
    },
  ],
  ['se', 'set', set(false)],
  ['setl', 'setlocal', set(true)],
  ['setg', 'setglobal', set(false)],
  [
    'noh',
    'nohlsearch',
    function* (editor) {
      editor.highlighting = false;
    },
  ],
  ['u', 'undo', undoCommand, 'count'],
  [
    'red',
    'redo',
    function* (editor, _bang, _argument, range) {
      if (range.given > 0) editor.refuse('E481: No range allowed');
      undo(editor, false);
    },
  ],
  ['ea', 'earlier', travelCommand(true)],
  ['lat', 'later', travelCommand(false)],
  ['undol', 'undolist', undoList],
  ...['sil silent', 'noa noautocmd', 'kee keepmarks', 'keepj keepjumps', 'verb verbose', 'uns unsilent'].map(
    (names): ExCommand => [...(names.split(' ') as [string, string]), quietly, 'count'],
  ),
  ['sor', 'sort', sort],
  ['k', 'k', mark],
  ['ma', 'mark', mark],
  ...PLACE_COMMANDS,
  [
    '=',
    '=',
    function* (editor, _bang, _argument, range) {
      editor.say(String(range.given > 0 ? range.last + 1 : editor.buffer.count));
    },
  ],
  [
    'le',
    'left',
    function* (editor, _bang, argument, range) {
      editor.buffer.checkpoint(editor.cursor);
      const blanks = ' '.repeat(Math.min(Number(argument) || 0, 1000));
      for (let line = range.first; line <= range.last; line++) {
        const text = editor.buffer.line(line).trimStart();
        editor.buffer.setLine(line, text === '' ? '' : blanks + text);
      }
      editor.moveToLine(editor.cursor.line);
    },
  ],
  [
    'fo',
    'fold',
    function* (editor, _bang, _argument, range) {
      makeFold(editor, range.first, range.last);
    },
  ],
  ['foldo', 'foldopen', foldRange(false)],
  ['foldc', 'foldclose', foldRange(true)],
  ['ter', 'terminal', unavailable],
  ['h', 'help', help],
  ['his', 'history', history],
  ['ve', 'version', version],
  ['redr', 'redraw', nothing],
  [
    'ec',
    'echo',
    function* (editor, _bang, argument) {
      editor.say(echo(editor, argument));
    },
  ],
  [
    'syn',
    'syntax',
    function* (editor, _bang, argument) {
      const on = argument === 'on' || argument === 'enable';
      if (!on && argument !== 'off') return;
      editor.fileTypes.colours = on;
      if (on && !editor.fileTypes.detect) detectAll(editor);
      editor.screen.reset();
    },
  ],
  [
    'filet',
    'filetype',
    function* (editor, _bang, argument) {
      turnFileTypes(editor, argument);
    },
  ],
  ['colo', 'colorscheme', nothing],
  ['hi', 'highlight', nothing],
  ['let', 'let', nothing],
  [
    'ret',
    'retab',
    function* (editor) {
      const { tabstop, expandtab } = editor.settings;
      editor.buffer.checkpoint(editor.cursor);
      if (expandtab)
        editor.buffer.load(
          editor.buffer.lines.map((line) => untab(line, tabstop)),
          false,
        );
    },
  ],
  ...MAPPING_COMMANDS,
  [
    'au',
    'autocmd',
    function* (editor, _bang, argument) {
      const match = /^(?:FileType)\s+(\S+)\s+setl?(?:ocal)?\s+(.*)$/.exec(argument);
      if (match)
        editor.autocommands.push({ types: (match[1] as string).split(','), words: match[2] as string });
    },
  ],
];

function foldRange(closed: boolean): ExCommand[2] {
  return function* (editor, bang, _argument, range) {
    setFolds(editor, closed, bang, range.first, range.last);
  };
}

/** `:syntax on` needs to know what the files are. */
function detectAll(editor: Editor): void {
  editor.fileTypes.detect = true;
  const { path, buffer } = editor.document;
  if (path !== undefined) applyFileType(editor, fileTypeOf(path, buffer.line(0)));
}

function* nothing(): Steps<void> {}

function* unavailable(editor: Editor): Steps<void> {
  editor.refuse('E319: Sorry, the command is not available in this version');
}

/** Whose help files are not installed knows of none. */
function* help(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  editor.refuse(`E149: Sorry, no help for ${argument === '' ? 'help.txt' : argument}`);
}

function* history(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const searched = /^[/?s]/.test(argument);
  const lines = editor.histories[searched ? '/' : ':'] ?? [];
  const rows = lines.map(
    (text, i) => `${i === lines.length - 1 ? '>' : ' '}${String(i + 1).padStart(6)}  ${text}`,
  );
  yield* editor.list([`      #  ${searched ? 'search' : 'cmd'} history`, ...rows]);
}

function* version(editor: Editor): Steps<void> {
  yield* editor.list([
    'VIM - Vi IMproved 9.1 (2024 Jan 02, compiled Apr 01 2025 20:12:31)',
    'Included patches: 1-16',
    'Modified by team+vim@tracker.debian.org',
    'Compiled by team+vim@tracker.debian.org',
  ]);
}

function set(local: boolean): ExCommand[2] {
  return function* (editor, _bang, argument) {
    const before = editor.settings.filetype;
    if (/^(?:all)?$/.test(argument)) {
      yield* editor.list(optionColumns(editor.settings, argument === 'all', editor.screen.columns));
      return;
    }
    const shown = editor.runSet(argument.replace(/\s*".*$/, ''), local);
    if (editor.settings.filetype !== before) applyFileType(editor, editor.settings.filetype);
    editor.workspace.arrange();
    editor.screen.reset();
    const error = shown.find((one) => /^E\d/.test(one));
    if (error !== undefined || shown.length === 1) editor.say(error ?? (shown[0] as string));
    else if (shown.length > 1) yield* editor.list(shown);
  };
}

/** `:silent` and the like: a command that says nothing; with `!` not even that it failed. */
function* quietly(...[editor, bang, argument, , run]: Parameters<ExCommand[2]>): Steps<void> {
  const { message } = editor;
  try {
    yield* run(editor, argument);
  } catch (error) {
    if (!bang || !(error instanceof Refused)) throw error;
  }
  editor.message = message;
}

function* mark(editor: Editor, _bang: boolean, argument: string, range: Range): Steps<void> {
  editor.buffer.marks.set(argument[0] ?? '', { line: range.last, column: 0 });
}

function registerAndCount(argument: string): { register: string | undefined; count: number | undefined } {
  const match = /^([a-zA-Z"_+*])?\s*(\d+)?$/.exec(argument);
  return { register: match?.[1], count: match?.[2] === undefined ? undefined : Number(match[2]) };
}
