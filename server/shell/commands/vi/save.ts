import { byteLength, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Document } from './document.ts';
import { type Editor, Quit } from './editor.ts';
import { applyFileType } from './file-type.ts';
import { fileTypeOf } from './highlight.ts';
import { claimSwap, recover } from './swap.ts';

/** The name that two ways of writing a path have in common. */
function fullPath({ context }: Editor, path: string): string {
  const joined = path.startsWith('/') ? path : `${context.cwd}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The document of a path, made when there is none. */
export function documentOf(editor: Editor, path: string): Document {
  const { workspace } = editor;
  const full = fullPath(editor, path);
  const found = workspace.documents.find(
    (one) => one.path !== undefined && fullPath(editor, one.path) === full,
  );
  if (found) return found;
  // The empty buffer that an editor begins with becomes the first file's.
  const { document } = editor;
  const isBlank = document.path === undefined && !document.buffer.modified && !document.loaded;
  if (!isBlank) return workspace.create(path);
  document.path = path;
  return document;
}

/** Shows a document in the current window, reading its file when it is not there yet. */
export function* showDocument(
  editor: Editor,
  document: Document,
  { again = false, leaves = true }: { again?: boolean; leaves?: boolean } = {},
): Steps<void> {
  const { window } = editor;
  const old = window.document;
  const stays = again && old === document ? window.cursor : undefined;
  window.show(document, leaves);
  if (old !== document) letGo(editor, old);
  if (!document.loaded || again) yield* load(editor, document);
  else if (document !== old) editor.say(description(editor, document));
  editor.moveTo(stays ?? document.left ?? { line: 0, column: 0 });
}

/** A text that no window shows is let go, unless it would be lost. */
export function letGo({ workspace }: Editor, document: Document, force = false): void {
  if (!document.loaded || workspace.showing(document).length > 0) return;
  if (!force && (document.buffer.modified || workspace.global.hidden)) return;
  document.loaded = false;
  document.buffer.load([''], true);
  document.swap?.remove();
  document.swap = undefined;
}

/** Opens a file in the current window and says so. */
export function* openFile(editor: Editor, path: string, again = false): Steps<void> {
  yield* showDocument(editor, documentOf(editor, path), { again });
}

function description(editor: Editor, { name, buffer, settings }: Document): string {
  const flags = `${buffer.modified ? ' [Modified]' : ''}${settings.readonly ? ' [readonly]' : ''}`;
  const line = editor.cursor.line + 1;
  return `"${name}"${flags} line ${line} of ${buffer.count} --${Math.floor((line * 100) / buffer.count)}%-- col 1`;
}

function* load(editor: Editor, document: Document): Steps<void> {
  const { path } = document;
  document.loaded = true;
  if (path === undefined) {
    document.buffer.load([], true);
    return;
  }
  if (editor.readOnly) document.settings.readonly = true;
  const choice = document.swap ? 'open' : yield* claimSwap(editor, document);
  if (choice === 'quit') {
    abandon(editor, document);
    return;
  }
  if (choice === 'read-only') document.settings.readonly = true;
  const { fs } = editor.context;
  try {
    if (!fs.exists(path)) {
      const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
      document.buffer.load([], true);
      editor.say(fs.isDirectory(directory) ? `"${path}" [New]` : `"${path}" [New DIRECTORY]`);
    } else if (fs.isDirectory(path)) {
      document.buffer.load([''], true);
      editor.say(`"${path}" is a directory`);
    } else fill(editor, document, fs.read(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    document.buffer.load([''], true);
    editor.say(`"${path}" [Permission Denied]`);
  }
  if (choice === 'recover') yield* recover(editor, document);
  if (editor.fileTypes.detect) applyFileType(editor, fileTypeOf(path, document.buffer.line(0)));
}

/** Somebody else edits the file: back to what was there before, or out. */
function abandon(editor: Editor, document: Document): void {
  const { window, workspace } = editor;
  document.loaded = false;
  const before = window.alternate;
  if (!before?.loaded) throw new Quit(1);
  workspace.forget(document);
  window.show(before);
}

function fill(editor: Editor, document: Document, data: string): void {
  const { settings, buffer, name } = document;
  const dos = data.includes('\r\n') && !/(?<!\r)\n/.test(data);
  const text = dos ? data.replaceAll('\r\n', '\n') : data;
  const lines = text.split('\n');
  const complete = lines.at(-1) === '';
  if (complete) lines.pop();
  settings.fileformat = dos ? 'dos' : 'unix';
  buffer.load(lines, true);
  if (!editor.context.fs.can(name, 'write')) settings.readonly = true;
  const notes = [
    settings.readonly ? '[readonly]' : '',
    !complete && data !== '' ? '[noeol]' : '',
    dos ? '[dos]' : '',
  ];
  const flags = notes.join('');
  editor.say(`"${name}"${flags && ` ${flags}`} ${data === '' ? 0 : lines.length}L, ${byteLength(data)}B`);
}

export interface WriteOptions {
  /** First and last line, when not all is written. */
  readonly lines?: readonly [number, number];
  /** Default: what the current window shows. */
  readonly document?: Document;
}

/** Writes lines to a file. Throws Refused with vim's message. */
export function writeFile(
  editor: Editor,
  path: string | undefined,
  force: boolean,
  { lines: range, document = editor.document }: WriteOptions = {},
): void {
  const { fs } = editor.context;
  const { buffer, settings } = document;
  const target = path ?? document.path;
  if (target === undefined) editor.refuse('E32: No file name');
  const exists = fs.exists(target);
  const own = target === document.path;
  if (own && settings.readonly && !force) editor.refuse("E45: 'readonly' option is set (add ! to override)");
  if (!own && exists && !force) editor.refuse('E13: File exists (add ! to override)');
  if (exists && fs.isDirectory(target)) editor.refuse(`"${target}" E17: "${target}" is a directory`);
  const lines = range ? buffer.lines.slice(range[0], range[1] + 1) : buffer.lines;
  const end = settings.fileformat === 'dos' ? '\r\n' : '\n';
  const text = buffer.empty ? '' : lines.map((line) => line + end).join('');
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
  if (document.path === undefined) document.path = target;
  if (target === document.path && !range) buffer.markSaved();
  editor.say(
    `"${target}"${exists ? '' : ' [New]'} ${text === '' ? 0 : lines.length}L, ${byteLength(text)}B written`,
  );
}
