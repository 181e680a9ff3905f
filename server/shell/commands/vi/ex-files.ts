import type { Steps } from '../../../sim/index.ts';
import type { Document } from './document.ts';
import type { Editor } from './editor.ts';
import type { ExCommand, ExFunction } from './ex-command.ts';
import { read, shell } from './ex-lines.ts';
import { checkAbandon, closeWindow, leave, quitAll, quitWindow, writeAll, writeAndQuit } from './leave.ts';
import { letGo, openFile, showDocument, writeFile } from './save.ts';
import { recover } from './swap.ts';

/** What `%`, `#`, `~` and variables in a file name stand for. */
export function fileName(editor: Editor, text: string): string {
  const { context } = editor;
  const home = context.env.get('HOME') ?? '/';
  const named = text.replace(
    /\\([%# \\])|([%#])(?!\d)((?::[pht])*)|#(\d+)/g,
    (whole, plain, sign, modifiers, number) => {
      if (plain !== undefined) return plain;
      const document = number === undefined ? ofSign(editor, sign) : numbered(editor, Number(number));
      return document?.path === undefined ? whole : modified(context.cwd, document.path, modifiers ?? '');
    },
  );
  return named
    .replace(/^~(?=\/|$)/, home)
    .replace(/\$(\w+)/g, (whole, name: string) => context.env.get(name) ?? whole);
}

function ofSign(editor: Editor, sign: string): Document | undefined {
  if (sign === '%') {
    if (editor.path === undefined)
      editor.refuse("E499: Empty file name for '%' or '#', only works with \":p:h\"");
    return editor.document;
  }
  return editor.window.alternate ?? editor.refuse("E194: No alternate file name to substitute for '#'");
}

/** `:p` the whole path, `:h` its directory, `:t` its last part. */
function modified(cwd: string, path: string, modifiers: string): string {
  let out = path;
  for (const letter of modifiers.split(':').slice(1)) {
    if (letter === 'p' && !out.startsWith('/')) out = `${cwd}/${out}`;
    if (letter === 'h') out = out.includes('/') ? out.slice(0, out.lastIndexOf('/')) || '/' : '.';
    if (letter === 't') out = out.slice(out.lastIndexOf('/') + 1);
  }
  return out;
}

function numbered(editor: Editor, number: number): Document | undefined {
  return editor.workspace.documents.find((one) => one.number === number);
}

function* write(
  editor: Editor,
  bang: boolean,
  argument: string,
  range: Parameters<ExFunction>[3],
): Steps<void> {
  const lines = range.given > 0 ? ([range.first, range.last] as const) : undefined;
  if (argument.startsWith('!')) {
    const text = editor.buffer.lines.slice(lines?.[0] ?? 0, lines === undefined ? undefined : lines[1] + 1);
    yield* shell(editor, argument.slice(1), { ...range, given: 0 }, `${text.join('\n')}\n`);
    return;
  }
  if (argument.startsWith('>>')) {
    const path = fileName(editor, argument.slice(2).trim());
    editor.context.fs.append(path, `${editor.buffer.lines.join('\n')}\n`);
    return;
  }
  const path = argument === '' ? undefined : fileName(editor, argument);
  writeFile(editor, path, bang, lines === undefined ? {} : { lines });
}

function* edit(editor: Editor, bang: boolean, argument: string): Steps<void> {
  const path = argument === '' ? editor.path : fileName(editor, argument);
  const again = path === editor.path;
  if (editor.buffer.modified && (again ? !bang : true)) checkAbandonOrHere(editor, bang, again);
  if (path === undefined) editor.refuse('E32: No file name');
  if (bang && again) editor.document.settings.readonly = false;
  yield* openFile(editor, path, again);
  if (bang && !again) editor.say(editor.message);
}

/** A text read anew is lost even when other windows show it. */
function checkAbandonOrHere(editor: Editor, bang: boolean, again: boolean): void {
  if (again && !bang) editor.refuse('E37: No write since last change (add ! to override)');
  checkAbandon(editor, bang);
}

function* rename(editor: Editor, _bang: boolean, argument: string): Steps<void> {
  if (argument !== '') editor.document.path = fileName(editor, argument);
  editor.say(fileInfo(editor));
}

/** What `:f` and `^G` say. */
export function fileInfo({ buffer, document, cursor }: Editor): string {
  const flags = `${buffer.modified ? ' [Modified]' : ''}${document.settings.readonly ? ' [readonly]' : ''}`;
  const name = `"${document.name}"${flags}`;
  if (buffer.empty) return `${name} --No lines in buffer--`;
  const lines = `${buffer.count} line${buffer.count === 1 ? '' : 's'}`;
  return `${name} ${lines} --${Math.floor(((cursor.line + 1) * 100) / buffer.count)}%--`;
}

/** Goes through the files of the command line. */
function argument(step: (index: number, last: number) => number): ExFunction {
  return (editor, bang) => toArgument(editor, step(editor.window.fileIndex, editor.files.length - 1), bang);
}

function* toArgument(editor: Editor, index: number, bang: boolean): Steps<void> {
  const { files, window } = editor;
  const path = files[index];
  if (path === undefined) {
    if (files.length < 2) editor.refuse('E163: There is only one file to edit');
    editor.refuse(index < 0 ? 'E164: Cannot go before first file' : 'E165: Cannot go beyond last file');
  }
  checkAbandon(editor, bang);
  window.fileIndex = index;
  if (index === files.length - 1) editor.sawLastFile = true;
  yield* openFile(editor, path);
}

function* writeNext(editor: Editor, bang: boolean): Steps<void> {
  writeFile(editor, undefined, bang);
  yield* toArgument(editor, editor.window.fileIndex + 1, bang);
}

function* listArguments(editor: Editor, bang: boolean, argument: string): Steps<void> {
  if (argument !== '') {
    checkAbandon(editor, bang);
    editor.files = argument.split(/\s+/).map((one) => fileName(editor, one));
    yield* toArgument(editor, 0, bang);
    return;
  }
  const shown = editor.files.map((path, i) => (i === editor.window.fileIndex ? `[${path}]` : path));
  const width = Math.max(...shown.map((one) => one.length)) + 1;
  editor.say(
    shown
      .map((one) => one.padEnd(width))
      .join('')
      .trimEnd(),
  );
}

/** `:ls`. Models vim src/buffer.c buflist_list. */
function* listBuffers(editor: Editor, bang: boolean): Steps<void> {
  const { workspace, document: current, window } = editor;
  const lines = workspace.documents
    .filter((one) => one.listed || bang)
    .map((one) => {
      const mark = one === current ? '%' : one === window.alternate ? '#' : ' ';
      const state = !one.loaded ? ' ' : workspace.showing(one).length === 0 ? 'h' : 'a';
      const fixed = one.settings.modifiable ? (one.settings.readonly ? '=' : ' ') : '-';
      const head = `${String(one.number).padStart(3)}${one.listed ? ' ' : 'u'}${mark}${state}${fixed}${
        one.loaded && one.buffer.modified ? '+' : ' '
      } "${one.name}"`;
      const line = one === current ? editor.cursor.line + 1 : one.left === undefined ? 0 : one.left.line + 1;
      return `${head.padEnd(Math.max(40, head.length + 1))} line ${line}`.replace(/^(.{40}) /, '$1');
    });
  yield* editor.list(lines);
}

/** The buffer that a number or a part of its name stands for. */
function bufferOf(editor: Editor, argument: string): Document {
  const { workspace, window } = editor;
  if (argument === '') return editor.document;
  if (argument === '#') return window.alternate ?? editor.refuse('E23: No alternate file');
  if (argument === '%') return editor.document;
  if (/^\d+$/.test(argument))
    return numbered(editor, Number(argument)) ?? editor.refuse(`E86: Buffer ${argument} does not exist`);
  const exact = workspace.documents.find((one) => one.path === argument);
  const alike = workspace.documents.filter((one) => one.listed && one.path?.includes(argument));
  if (!exact && alike.length > 1) editor.refuse(`E93: More than one match for ${argument}`);
  return exact ?? alike[0] ?? editor.refuse(`E94: No matching buffer for ${argument}`);
}

/** The number before or behind `:b`. */
function target(argument: string, range: Parameters<ExFunction>[3]): string {
  return argument === '' && range.given > 0 ? String(range.last + 1) : argument;
}

const buffer: ExFunction = function* (editor, bang, argument, range) {
  const document = bufferOf(editor, target(argument, range));
  if (document === editor.document) return;
  checkAbandon(editor, bang);
  yield* showDocument(editor, document);
};

/** Goes to another of the listed buffers, around the ends. */
function stepBuffer(step: (index: number, count: number) => number): ExFunction {
  return function* (editor, bang) {
    const listed = editor.workspace.documents.filter((one) => one.listed);
    const { length } = listed;
    const at = (step(listed.indexOf(editor.document), length) + length) % length;
    const document = listed[at] as Document;
    if (document === editor.document) return;
    checkAbandon(editor, bang);
    yield* showDocument(editor, document);
  };
}

/** `:bd`, `:bw`, `:bun`. */
function dropBuffer(kind: 'delete' | 'wipe' | 'unload'): ExFunction {
  return function* (editor, bang, argument, range) {
    const { workspace } = editor;
    const names = target(argument, range).split(/\s+/);
    for (const name of names) {
      const document = bufferOf(editor, name);
      if (document.buffer.modified && !bang)
        editor.refuse(`E89: No write since last change for buffer ${document.number} (add ! to override)`);
      yield* leaveBuffer(editor, document);
      letGo(editor, document, true);
      if (kind === 'delete') document.listed = false;
      if (kind === 'wipe') workspace.forget(document);
    }
  };
}

/** Shows something else where a buffer is shown; other windows on it close. */
function* leaveBuffer(editor: Editor, document: Document): Steps<void> {
  const { workspace } = editor;
  for (const window of workspace.showing(document)) {
    if (workspace.allWindows.length > 1) closeWindow(editor, window, false);
    else {
      const others = workspace.documents.filter((one) => one !== document && one.listed);
      const { alternate } = window;
      const next =
        alternate && others.includes(alternate) ? alternate : (others.find((one) => one.loaded) ?? others[0]);
      yield* showDocument(editor, next ?? workspace.create(undefined));
    }
  }
}

function* newText(editor: Editor, bang: boolean): Steps<void> {
  checkAbandon(editor, bang);
  yield* showDocument(editor, editor.workspace.create(undefined));
}

/** `:argdo`, `:bufdo`: a command in each file. */
function everyFile(places: (editor: Editor) => (() => Steps<void>)[]): ExFunction {
  return function* (editor, bang, argument, _range, run) {
    for (const go of places(editor)) {
      checkAbandon(editor, bang);
      yield* go();
      yield* run(editor, argument);
    }
  };
}

const givenFiles = (editor: Editor) => editor.files.map((path) => () => openFile(editor, path));

const listedBuffers = (editor: Editor) =>
  editor.workspace.documents
    .filter(({ listed }) => listed)
    .map((document) => () => showDocument(editor, document));

/** Commands by the shortest name that is enough, with the full one. */
export const FILE_COMMANDS: readonly ExCommand[] = [
  ['w', 'write', write],
  [
    'wq',
    'wq',
    function* (editor, bang, argument) {
      writeFile(editor, argument === '' ? undefined : fileName(editor, argument), bang);
      yield* quitWindow(editor, bang);
    },
  ],
  ['x', 'xit', writeAndQuit],
  ['exi', 'exit', writeAndQuit],
  ['q', 'quit', quitWindow],
  ['qa', 'qall', quitAll],
  ['quita', 'quitall', quitAll],
  ['wa', 'wall', writeAll],
  ['wqa', 'wqall', writeAllAndQuit],
  ['xa', 'xall', writeAllAndQuit],
  [
    'cq',
    'cquit',
    function* (editor) {
      leave(editor, 1);
    },
  ],
  ['e', 'edit', edit],
  ['ene', 'enew', newText],
  [
    'vie',
    'view',
    function* (editor, bang, argument) {
      yield* edit(editor, bang, argument);
      editor.document.settings.readonly = true;
    },
  ],
  [
    'sav',
    'saveas',
    function* (editor, bang, argument) {
      const path = fileName(editor, argument);
      writeFile(editor, path, bang);
      editor.document.path = path;
      editor.buffer.markSaved();
    },
  ],
  ['f', 'file', rename],
  ['n', 'next', argument((index) => index + 1)],
  ['prev', 'previous', argument((index) => index - 1)],
  ['N', 'Next', argument((index) => index - 1)],
  ['rew', 'rewind', argument(() => 0)],
  ['fir', 'first', argument(() => 0)],
  ['la', 'last', argument((_, last) => last)],
  ['wn', 'wnext', writeNext],
  ['ar', 'args', listArguments],
  ['argdo', 'argdo', everyFile(givenFiles)],
  ['bufdo', 'bufdo', everyFile(listedBuffers)],
  ['ls', 'ls', listBuffers],
  ['files', 'files', listBuffers],
  ['buffers', 'buffers', listBuffers],
  ['b', 'buffer', buffer, 'count'],
  ['bn', 'bnext', stepBuffer((index) => index + 1)],
  ['bp', 'bprevious', stepBuffer((index) => index - 1)],
  ['bN', 'bNext', stepBuffer((index) => index - 1)],
  ['bf', 'bfirst', stepBuffer(() => 0)],
  ['br', 'brewind', stepBuffer(() => 0)],
  ['bl', 'blast', stepBuffer((_, count) => count - 1)],
  ['bd', 'bdelete', dropBuffer('delete'), 'count'],
  ['bw', 'bwipeout', dropBuffer('wipe'), 'count'],
  ['bun', 'bunload', dropBuffer('unload'), 'count'],
  ['r', 'read', read],
  [
    'rec',
    'recover',
    function* (editor) {
      yield* recover(editor, editor.document);
    },
  ],
  [
    'pw',
    'pwd',
    function* (editor) {
      editor.say(editor.context.cwd);
    },
  ],
];

function* writeAllAndQuit(editor: Editor, bang: boolean): Steps<void> {
  yield* writeAll(editor, bang);
  yield* quitAll(editor, bang);
}
