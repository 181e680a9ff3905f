import { byteLength, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Editor, Quit } from './editor.ts';
import { fileTypeOf } from './highlight.ts';

/** Loads a file into the buffer and says so. */
export function openFile(editor: Editor, path: string): void {
  const { fs } = editor.context;
  editor.path = path;
  editor.cursor = { line: 0, column: 0 };
  editor.wanted = 0;
  editor.screen.top = 0;
  try {
    if (!fs.exists(path)) {
      const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
      editor.buffer.load([], true);
      editor.say(fs.isDirectory(directory) ? `"${path}" [New]` : `"${path}" [New DIRECTORY]`);
    } else if (fs.isDirectory(path)) {
      editor.buffer.load([''], true);
      editor.say(`"${path}" is a directory`);
    } else load(editor, path, fs.read(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.buffer.load([''], true);
    editor.say(`"${path}" [Permission Denied]`);
  }
  applyFileType(editor, fileTypeOf(path, editor.buffer.line(0)));
}

function load(editor: Editor, path: string, data: string): void {
  const dos = data.includes('\r\n') && !/(?<!\r)\n/.test(data);
  const text = dos ? data.replaceAll('\r\n', '\n') : data;
  const lines = text.split('\n');
  const complete = lines.at(-1) === '';
  if (complete) lines.pop();
  editor.settings.fileformat = dos ? 'dos' : 'unix';
  editor.buffer.load(lines, true);
  const writable = editor.context.fs.can(path, 'write');
  if (!writable) editor.settings.readonly = true;
  const notes = `${!complete && data !== '' ? ' [noeol]' : ''}${dos ? ' [dos]' : ''}`;
  editor.say(
    `"${path}"${editor.settings.readonly ? ' [readonly]' : ''}${notes} ${data === '' ? 0 : lines.length}L, ${byteLength(data)}B`,
  );
}

export function applyFileType(editor: Editor, type: string): void {
  editor.settings.filetype = type;
  for (const { types, words } of editor.autocommands) {
    if (types.includes(type) || types.includes('*')) editor.runSet(words);
  }
}

/** Writes lines to a file. Throws Refused with vim's message. */
export function writeFile(
  editor: Editor,
  path: string | undefined,
  force: boolean,
  range?: readonly [number, number],
): void {
  const { fs } = editor.context;
  const target = path ?? editor.path;
  if (target === undefined) editor.refuse('E32: No file name');
  const exists = fs.exists(target);
  const own = target === editor.path;
  if (own && editor.settings.readonly && !force)
    editor.refuse("E45: 'readonly' option is set (add ! to override)");
  if (!own && exists && !force) editor.refuse('E13: File exists (add ! to override)');
  if (exists && fs.isDirectory(target)) editor.refuse(`"${target}" E17: "${target}" is a directory`);
  const lines = range ? editor.buffer.lines.slice(range[0], range[1] + 1) : editor.buffer.lines;
  const end = editor.settings.fileformat === 'dos' ? '\r\n' : '\n';
  const text = editor.buffer.empty ? '' : lines.map((line) => line + end).join('');
  try {
    fs.write(target, text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.refuse(
      error.code === 'ENOSPC'
        ? 'E514: Write error (file system full?)'
        : `"${target}" E212: Can't open file for writing`,
    );
  }
  if (editor.path === undefined) editor.path = target;
  if (own && !range) editor.buffer.markSaved();
  else if (target === editor.path && !range) editor.buffer.markSaved();
  editor.say(
    `"${target}"${exists ? '' : ' [New]'} ${text === '' ? 0 : lines.length}L, ${byteLength(text)}B written`,
  );
}

/** `ZZ` and `ZQ`. */
export function* saveAndQuit(editor: Editor, save: boolean): Steps<void> {
  if (save && editor.buffer.modified) writeFile(editor, undefined, false);
  throw new Quit(0);
}
