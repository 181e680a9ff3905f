import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { compareBytes } from '../core/numbers.ts';
import { type Editor, Quit } from './editor.ts';
import { QueueEnded } from './keys.ts';
import { firstNonBlank } from './motions.ts';
import { join, operate, put } from './operators.ts';
import { nextDelimiter, type Range } from './range.ts';
import { applyFileType, openFile, writeFile } from './save.ts';
import { filterLines, runShell } from './shell-out.ts';
import { substitute } from './substitute.ts';

/** Reads a command line and carries it out. */
export function* exCommand(editor: Editor, start: string): Steps<void> {
  const text = yield* editor.prompt(':', start);
  if (text === undefined) return;
  yield* runEx(editor, text);
  editor.moveTo(editor.cursor);
}

/** Carries out one line of ex commands. */
export function* runEx(editor: Editor, text: string): Steps<void> {
  const line = text.replace(/^[\s:]+/, '');
  if (line === '' || line.startsWith('"')) return;
  const { range, rest } = parseRange(editor, line);
  const match = /^([a-zA-Z]+|[&<>!=@#~]|)(!?)\s*(.*)$/s.exec(rest.trimStart());
  const [, word = '', bang = '', argument = ''] = match ?? [];
  if (rest.trim() === '') {
    goTo(editor, range.last);
    return;
  }
  // `s/a/b/` and `g/x/d` need no blank behind the name.
  const joined = /^(s|g|v|d|y|m|t|j|k)([^a-zA-Z].*)?$/s.exec(rest.trimStart());
  if (
    joined?.[2] !== undefined &&
    /^[gsv]/.test(rest.trimStart()) &&
    /^[gsv][!]?[^\w\s"|]/.test(rest.trimStart())
  ) {
    const name = joined[1] as string;
    const inverted = name === 'g' && rest.trimStart()[1] === '!';
    yield* command(editor, inverted ? 'v' : name, '', rest.trimStart().slice(inverted ? 2 : 1), range);
    return;
  }
  if (word === '!' || (bang === '!' && word === '')) {
    yield* shell(editor, rest.trimStart().slice(1), range);
    return;
  }
  const bar = /^(w|wq|x|q|set|e|noh|d|y)$/.test(word) ? argument.indexOf('|') : -1;
  yield* command(editor, word, bang, (bar < 0 ? argument : argument.slice(0, bar)).trim(), range);
  if (bar >= 0) yield* runEx(editor, argument.slice(bar + 1));
}

function goTo(editor: Editor, line: number): void {
  const at = Math.max(0, Math.min(editor.buffer.count - 1, line));
  editor.markJump();
  editor.moveTo({ line: at, column: firstNonBlank(editor.buffer.line(at)) });
}

function parseRange(editor: Editor, text: string): { range: Range; rest: string } {
  let rest = text;
  const { line } = editor.cursor;
  if (rest.startsWith('%'))
    return { range: { first: 0, last: editor.buffer.count - 1, given: 2 }, rest: rest.slice(1) };
  const addresses: number[] = [];
  for (;;) {
    const found = address(editor, rest, addresses.at(-1) ?? line);
    if (found) {
      addresses.push(found.line);
      rest = found.rest;
    }
    if (!/^[,;]/.test(rest)) break;
    if (!found) addresses.push(line);
    rest = rest.slice(1);
    if (!address(editor, rest, line)) {
      addresses.push(line);
      break;
    }
  }
  const last = addresses.at(-1) ?? line;
  const first = addresses.length > 1 ? (addresses.at(-2) as number) : last;
  const valid = (at: number) => at >= -1 && at < editor.buffer.count;
  if (addresses.length > 0 && rest.trim() !== '' && (!valid(first) || !valid(last)))
    editor.refuse('E16: Invalid range');
  if (first > last) return { range: { first: last, last: first, given: addresses.length }, rest };
  return { range: { first, last, given: addresses.length }, rest };
}

function address(editor: Editor, text: string, current: number): { line: number; rest: string } | undefined {
  const match =
    /^(?:(\d+)|(\.)|(\$)|'(.)|\/((?:[^/\\]|\\.)*)\/?|\?((?:[^?\\]|\\.)*)\??)?((?:[-+]\d*)*)/s.exec(text);
  if (!match || match[0] === '') return undefined;
  let line = current;
  if (match[1] !== undefined) line = Number(match[1]) - 1;
  else if (match[3] !== undefined) line = editor.buffer.count - 1;
  else if (match[4] !== undefined) {
    const mark = editor.buffer.marks.get(match[4]);
    if (!mark) return editor.refuse('E20: Mark not set');
    line = Math.min(mark.line, editor.buffer.count - 1);
  } else if (match[5] !== undefined || match[6] !== undefined) {
    const pattern = match[5] ?? (match[6] as string);
    if (pattern !== '') editor.search = { pattern, forward: match[5] !== undefined };
    line = editor.find(match[5] !== undefined, {
      line,
      column: match[5] !== undefined ? editor.buffer.line(line).length : 0,
    }).line;
  }
  for (const step of (match[7] ?? '').match(/[-+]\d*/g) ?? [])
    line += Number(step.length === 1 ? `${step}1` : step);
  return { line, rest: text.slice(match[0].length) };
}

type ExFunction = (editor: Editor, bang: boolean, argument: string, range: Range) => Steps<void>;

const whole = (range: Range) => ({
  from: { line: Math.max(0, range.first), column: 0 },
  to: { line: Math.max(0, range.last), column: 0 },
  linewise: true,
});

function quit(editor: Editor, bang: boolean): never {
  if (editor.buffer.modified && !bang) editor.refuse('E37: No write since last change (add ! to override)');
  throw new Quit(0);
}

/** Commands by the shortest name that is enough, with the full one. */
const COMMANDS: readonly (readonly [string, string, ExFunction])[] = [
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
  [
    'q',
    'quit',
    function* (editor, bang) {
      quit(editor, bang);
    },
  ],
  [
    'qa',
    'qall',
    function* (editor, bang) {
      quit(editor, bang);
    },
  ],
  [
    'quita',
    'quitall',
    function* (editor, bang) {
      quit(editor, bang);
    },
  ],
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
  [
    'n',
    'next',
    function* (editor, bang) {
      yield* otherFile(editor, 1, bang);
    },
  ],
  [
    'prev',
    'previous',
    function* (editor, bang) {
      yield* otherFile(editor, -1, bang);
    },
  ],
  [
    'N',
    'Next',
    function* (editor, bang) {
      yield* otherFile(editor, -1, bang);
    },
  ],
  [
    'bn',
    'bnext',
    function* (editor, bang) {
      yield* otherFile(editor, 1, bang);
    },
  ],
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
      put(editor, register && { ...register, kind: 'lines' }, !bang, 1, false);
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
    },
  ],
  [
    '>',
    '>',
    function* (editor, _bang, _argument, range) {
      operate(editor, '>', whole(range), undefined);
    },
  ],
  [
    '<',
    '<',
    function* (editor, _bang, _argument, range) {
      operate(editor, '<', whole(range), undefined);
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
    function* (editor, bang, argument, range) {
      yield* global(editor, argument, range, bang);
    },
  ],
  [
    'v',
    'vglobal',
    function* (editor, _bang, argument, range) {
      yield* global(editor, argument, range, true);
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
    function* (editor) {
      const to = editor.buffer.undo(editor.cursor);
      if (to) editor.moveTo(to);
      else editor.say('Already at oldest change');
    },
  ],
  [
    'red',
    'redo',
    function* (editor) {
      const to = editor.buffer.redo(editor.cursor);
      if (to) editor.moveTo(to);
      else editor.say('Already at newest change');
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
  editor.refuse('E319: Sorry, the command is not available in this version');
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

function* command(editor: Editor, word: string, bang: string, argument: string, range: Range): Steps<void> {
  const found = COMMANDS.find(
    ([short, full]) =>
      word === short || word === full || (word.length > short.length && full.startsWith(word)),
  );
  if (!found)
    editor.refuse(`E492: Not an editor command: ${word}${bang}${argument === '' ? '' : ` ${argument}`}`);
  yield* found[2](editor, bang === '!', argument, range);
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

function* read(editor: Editor, bang: boolean, argument: string, range: Range): Steps<void> {
  const { buffer, context } = editor;
  let text: string;
  const command = bang ? argument : argument.startsWith('!') ? argument.slice(1) : undefined;
  if (command !== undefined) text = yield* filterLines(editor, command, '');
  else {
    try {
      text = context.fs.read(argument);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return editor.refuse(`E484: Can't open file ${argument}`);
    }
  }
  const lines = text.replace(/\n$/, '').split('\n');
  buffer.checkpoint(editor.cursor);
  const at = range.last + 1;
  buffer.splice(at, 0, lines);
  editor.moveTo({ line: at, column: 0 });
  if (command === undefined) editor.say(`"${argument}" ${lines.length}L, ${text.length}B`);
}

function copyLines(editor: Editor, argument: string, range: Range, move: boolean): void {
  const target = argument === '0' ? { line: -1 } : address(editor, argument, editor.cursor.line);
  if (!target) editor.refuse('E14: Invalid address');
  const { buffer } = editor;
  const lines = buffer.lines.slice(range.first, range.last + 1);
  if (move && target.line >= range.first && target.line < range.last)
    editor.refuse('E134: Cannot move a range of lines into itself');
  buffer.checkpoint(editor.cursor);
  let at = target.line + 1;
  if (move) {
    buffer.splice(range.first, lines.length, []);
    if (at > range.first) at -= lines.length;
    if (buffer.count === 1 && buffer.line(0) === '' && lines.length > 0) buffer.splice(0, 1, []);
  }
  buffer.splice(at, 0, lines);
  editor.moveTo({ line: at + lines.length - 1, column: 0 });
}

function* global(editor: Editor, argument: string, range: Range, invert: boolean): Steps<void> {
  const delimiter = argument[0];
  if (delimiter === undefined) editor.refuse('E148: Regular expression missing from :global');
  const end = nextDelimiter(argument, 1, delimiter);
  const pattern = argument.slice(1, end);
  if (pattern !== '') editor.search = { pattern, forward: true };
  const regex = editor.regex(pattern === '' ? (editor.search?.pattern ?? '') : pattern);
  const rest = argument.slice(end + 1).trim() || 'p';
  const [first, last] = range.given > 0 ? [range.first, range.last] : [0, editor.buffer.count - 1];
  const { buffer } = editor;
  buffer.checkpoint(editor.cursor);
  if (/^d(elete)?$/.test(rest)) {
    const kept = buffer.lines.filter((line, i) => i < first || i > last || regex.test(line) === invert);
    const gone = buffer.count - kept.length;
    if (gone === 0) editor.say(`E486: Pattern not found: ${pattern}`);
    else if (gone > 2) editor.say(`${gone} fewer lines`);
    buffer.load(kept, false);
    editor.moveTo({ line: Math.min(editor.cursor.line, buffer.count - 1), column: 0 });
    return;
  }
  let shift = 0;
  for (const line of [...buffer.lines.keys()].filter(
    (i) => i >= first && i <= last && regex.test(buffer.line(i)) !== invert,
  )) {
    const before = buffer.count;
    editor.moveTo({ line: line + shift, column: 0 });
    if (rest !== 'p') yield* runEx(editor, rest);
    shift += buffer.count - before;
  }
}

/** Runs keys as if typed, on each line of a range. */
function* normal(editor: Editor, keys: string, range: Range): Steps<void> {
  const queue = editor.keys.queue;
  const lines = range.given > 0 ? range.last - range.first + 1 : 1;
  for (let i = 0; i < lines; i++) {
    if (range.given > 0) editor.moveTo({ line: range.first + i, column: 0 });
    editor.keys.queue = [];
    // The escape ends what is unfinished.
    editor.feed(`${keys}\x1b`);
    editor.keys.sealed = true;
    try {
      yield* editor.normal(editor);
    } catch (error) {
      if (!(error instanceof QueueEnded)) throw error;
    } finally {
      editor.keys.sealed = false;
    }
    editor.mode = 'normal';
  }
  editor.keys.queue = queue;
}

function* sort(editor: Editor, bang: boolean, argument: string, range: Range): Steps<void> {
  const { buffer } = editor;
  const [first, last] = range.given > 0 ? [range.first, range.last] : [0, buffer.count - 1];
  const number = (line: string) => Number(/-?\d+/.exec(line)?.[0] ?? Number.NEGATIVE_INFINITY);
  const key = (line: string) => (argument.includes('i') ? line.toLowerCase() : line);
  let lines = buffer.lines
    .slice(first, last + 1)
    .sort((a, b) => (argument.includes('n') ? number(a) - number(b) : compareBytes(key(a), key(b))));
  if (bang) lines.reverse();
  if (argument.includes('u'))
    lines = lines.filter((line, i) => i === 0 || key(line) !== key(lines[i - 1] as string));
  buffer.checkpoint(editor.cursor);
  buffer.splice(first, last - first + 1, lines);
}

function untab(line: string, tabstop: number): string {
  let out = '';
  for (const char of line) out += char === '\t' ? ' '.repeat(tabstop - (out.length % tabstop)) : char;
  return out;
}

/** `:!command`, or a filter when there is a range. */
function* shell(editor: Editor, text: string, range: Range, input?: string): Steps<void> {
  const command = text.replace(/(?<!\\)%/g, editor.path ?? '');
  if (range.given === 0) {
    yield* runShell(editor, command, input);
    return;
  }
  const lines = editor.buffer.lines.slice(range.first, range.last + 1);
  const made = yield* filterLines(editor, command, `${lines.join('\n')}\n`);
  editor.buffer.checkpoint(editor.cursor);
  editor.buffer.splice(range.first, lines.length, made === '' ? [] : made.replace(/\n$/, '').split('\n'));
  editor.moveTo({ line: range.first, column: 0 });
  editor.say(`${lines.length} lines filtered`);
}
