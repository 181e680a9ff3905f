import type { Steps } from '../../../sim/index.ts';
import { type Editor, NOT_HERE, Quit } from './editor.ts';
import { copyLines, global, normal, type RunEx, read, shell, sort, untab } from './ex-lines.ts';
import { join, operate, put, undo } from './operators.ts';
import type { Range } from './range.ts';
import { applyFileType, openFile, writeFile } from './save.ts';
import { substitute } from './substitute.ts';

/** What a command does; `run` carries out a line of commands inside it (`:g`). */
type ExFunction = (editor: Editor, bang: boolean, argument: string, range: Range, run: RunEx) => Steps<void>;

const whole = (range: Range) => ({
  from: { line: Math.max(0, range.first), column: 0 },
  to: { line: Math.max(0, range.last), column: 0 },
  linewise: true,
});

function* quit(editor: Editor, bang: boolean): Steps<never> {
  if (editor.buffer.modified && !bang) editor.refuse('E37: No write since last change (add ! to override)');
  throw new Quit(0);
}

function neighbour(step: 1 | -1): ExFunction {
  return (editor, bang) => otherFile(editor, step, bang);
}

/** Commands by the shortest name that is enough, with the full one. */
export const COMMANDS: readonly (readonly [string, string, ExFunction])[] = [
  [
    'w',
    'write',
    function* (editor, bang, argument, range) {
      if (argument.startsWith('!')) {
        yield* shell(
          editor,
          argument.slice(1),
          { ...range, given: 0 },
          editor.buffer.lines
            .slice(range.given ? range.first : 0, range.given ? range.last + 1 : undefined)
            .join('\n') + '\n',
        );
        return;
      }
      if (argument.startsWith('>>')) {
        const path = argument.slice(2).trim();
        editor.context.fs.append(path, `${editor.buffer.lines.join('\n')}\n`);
        return;
      }
      writeFile(
        editor,
        argument === '' ? undefined : argument,
        bang,
        range.given > 0 ? [range.first, range.last] : undefined,
      );
    },
  ],
  [
    'wq',
    'wq',
    function* (editor, bang, argument) {
      writeFile(editor, argument === '' ? undefined : argument, bang);
      throw new Quit(0);
    },
  ],
  ['x', 'xit', exit],
  ['exi', 'exit', exit],
  ['q', 'quit', quit],
  ['qa', 'qall', quit],
  ['quita', 'quitall', quit],
  [
    'wa',
    'wall',
    function* (editor, bang) {
      if (editor.buffer.modified) writeFile(editor, undefined, bang);
    },
  ],
  ['wqa', 'wqall', exit],
  ['xa', 'xall', exit],
  [
    'cq',
    'cquit',
    function* () {
      throw new Quit(1);
    },
  ],
  [
    'e',
    'edit',
    function* (editor, bang, argument) {
      if (editor.buffer.modified && !bang)
        editor.refuse('E37: No write since last change (add ! to override)');
      const path = argument === '' || argument === '%' ? editor.path : argument;
      if (path === undefined) editor.refuse('E32: No file name');
      const at = path === editor.path ? editor.cursor : { line: 0, column: 0 };
      if (bang && path === editor.path) editor.settings.readonly = false;
      openFile(editor, path as string);
      editor.moveTo(at);
    },
  ],
  [
    'sav',
    'saveas',
    function* (editor, bang, argument) {
      writeFile(editor, argument, bang);
      editor.path = argument;
      editor.buffer.markSaved();
    },
  ],
  [
    'f',
    'file',
    function* (editor, _bang, argument) {
      if (argument !== '') editor.path = argument;
      editor.say(
        `"${editor.path ?? '[No Name]'}"${editor.buffer.modified ? ' [Modified]' : ''} ${editor.buffer.count} lines`,
      );
    },
  ],
  ['n', 'next', neighbour(1)],
  ['prev', 'previous', neighbour(-1)],
  ['N', 'Next', neighbour(-1)],
  ['bn', 'bnext', neighbour(1)],
  [
    'wn',
    'wnext',
    function* (editor, bang) {
      writeFile(editor, undefined, bang);
      yield* otherFile(editor, 1, bang);
    },
  ],
  ['r', 'read', read],
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
      const register = editor.register(argument === '' ? undefined : argument);
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
  ['se', 'set', set],
  ['setl', 'setlocal', set],
  ['setg', 'setglobal', set],
  [
    'noh',
    'nohlsearch',
    function* (editor) {
      editor.highlighting = false;
    },
  ],
  [
    'u',
    'undo',
    function* (editor, _bang, _argument, range) {
      if (range.given > 0) editor.refuse('E481: No range allowed');
      undo(editor, true);
    },
  ],
  [
    'red',
    'redo',
    function* (editor, _bang, _argument, range) {
      if (range.given > 0) editor.refuse('E481: No range allowed');
      undo(editor, false);
    },
  ],
  ['sor', 'sort', sort],
  ['k', 'k', mark],
  ['ma', 'mark', mark],
  [
    'reg',
    'registers',
    function* (editor) {
      const lines = [...editor.registers].map(
        ([name, { text }]) => `"${name}   ${text.replaceAll('\n', '^J').slice(0, 60)}`,
      );
      editor.say(lines.join(' | '));
    },
  ],
  [
    '=',
    '=',
    function* (editor, _bang, _argument, range) {
      editor.say(String(range.given > 0 ? range.last + 1 : editor.buffer.count));
    },
  ],
  ['ter', 'terminal', unavailable],
  ['sp', 'split', unavailable],
  ['vs', 'vsplit', unavailable],
  ['new', 'new', unavailable],
  ['tabe', 'tabedit', unavailable],
  ['tabnew', 'tabnew', unavailable],
  ['h', 'help', unavailable],
  [
    'syn',
    'syntax',
    function* (editor, _bang, argument) {
      editor.settings.syntax = argument === 'off' ? 'none' : '';
    },
  ],
  ['filet', 'filetype', nothing],
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
  ['map', 'map', mapping],
  ['nm', 'nmap', mapping],
  ['nn', 'nnoremap', mapping],
  ['no', 'noremap', mapping],
  ['vn', 'vnoremap', mapping],
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

function* nothing(): Steps<void> {}

function* unavailable(editor: Editor): Steps<void> {
  editor.refuse(NOT_HERE);
}

function* exit(editor: Editor, bang: boolean, argument: string): Steps<void> {
  if (editor.buffer.modified || argument !== '')
    writeFile(editor, argument === '' ? undefined : argument, bang);
  throw new Quit(0);
}

function* set(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const before = editor.settings.filetype;
  editor.runSet(argument.replace(/\s*".*$/, ''));
  if (editor.settings.filetype !== before) applyFileType(editor, editor.settings.filetype);
  editor.screen.reset();
}

function* mark(editor: Editor, _bang: boolean, argument: string, range: Range): Steps<void> {
  editor.buffer.marks.set(argument[0] ?? '', { line: range.last, column: 0 });
}

function* mapping(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  const match = /^(?:<silent>\s*)?(\S+)\s+(.+)$/.exec(argument);
  if (!match) return;
  const named = (text: string) =>
    text
      .replace(/<CR>|<Enter>/gi, '\n')
      .replace(/<Esc>/gi, '\x1b')
      .replace(/<Space>|<leader>/gi, ' ');
  editor.mappings.push({ modes: 'nv', from: named(match[1] as string), to: named(match[2] as string) });
}

function registerAndCount(argument: string): { register: string | undefined; count: number | undefined } {
  const match = /^([a-zA-Z"_+*])?\s*(\d+)?$/.exec(argument);
  return { register: match?.[1], count: match?.[2] === undefined ? undefined : Number(match[2]) };
}

function* otherFile(editor: Editor, step: 1 | -1, bang: boolean): Steps<void> {
  if (editor.buffer.modified && !bang) editor.refuse('E37: No write since last change (add ! to override)');
  const index = editor.fileIndex + step;
  const path = editor.files[index];
  if (path === undefined)
    editor.refuse(
      step > 0
        ? editor.files.length < 2
          ? 'E163: There is only one file to edit'
          : 'E165: Cannot go beyond last file'
        : 'E164: Cannot go before first file',
    );
  editor.fileIndex = index;
  openFile(editor, path);
}
