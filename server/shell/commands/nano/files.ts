import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { parseSwap, swapHeader, swapPath } from '../vi/swap-header.ts';
import { insert } from './edit.ts';
import type { NanoEditor } from './editor.ts';
import { execute } from './execute.ts';
import { ask, letter } from './prompt.ts';
import { type Format, Sheet } from './sheet.ts';

const lineCount = (count: number) => `${count} line${count === 1 ? '' : 's'}`;

interface Text {
  readonly lines: readonly string[];
  readonly format: Format;
}

function parseText(data: string, converts: boolean): Text {
  const format: Format = !converts
    ? 'unix'
    : data.includes('\r\n') && !/(?<!\r)\n/.test(data)
      ? 'dos'
      : data.includes('\r') && !data.includes('\n')
        ? 'mac'
        : 'unix';
  const text =
    format === 'dos' ? data.replaceAll('\r\n', '\n') : format === 'mac' ? data.replaceAll('\r', '\n') : data;
  return { lines: text.split('\n'), format };
}

const CONVERTED: Readonly<Record<Format, string>> = {
  unix: '',
  dos: ' (Converted from DOS format)',
  mac: ' (Converted from Mac format)',
};

/** Opens a file in a sheet of its own, or an empty one when nothing is named. */
export function* openFile(editor: NanoEditor, path: string | undefined): Steps<boolean> {
  const sheet = editor.sheet;
  if (path === undefined) return true;
  const { fs } = editor.context;
  try {
    if (fs.isDirectory(path)) {
      editor.say(`"${path}" is a directory`);
      return false;
    }
    if (!(yield* claim(editor, sheet, path))) return false;
    sheet.path = path;
    if (fs.exists(path)) load(editor, sheet, path);
    else if (missingDirectory(editor, path) !== undefined)
      editor.say(`Directory '${missingDirectory(editor, path)}' does not exist`);
    else editor.say('New File');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.say(`Error reading ${path}: ${error.message}`);
    return false;
  }
  return true;
}

function load(editor: NanoEditor, sheet: Sheet, path: string): void {
  const { fs } = editor.context;
  const { lines, format } = parseText(fs.read(path), !editor.settings.noconvert);
  const complete = lines.at(-1) === '';
  sheet.buffer.load(complete || editor.settings.nonewlines ? lines : [...lines, ''], true);
  sheet.format = editor.settings.unix ? 'unix' : format;
  sheet.changedAtMs = fs.stat(path).mtimeMs;
  const count = complete ? lines.length - 1 : lines.length;
  const said = `Read ${lineCount(count)}${CONVERTED[format]}`;
  if (!editor.settings.view && !fs.can(path, 'write')) editor.say(`File '${path}' is unwritable`);
  else editor.say(said);
}

function missingDirectory({ context }: NanoEditor, path: string): string | undefined {
  const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
  return context.fs.isDirectory(directory) ? undefined : directory;
}

/** Tells others that the file is edited; asks when somebody else does. */
function* claim(editor: NanoEditor, sheet: Sheet, path: string): Steps<boolean> {
  const { fs } = editor.context;
  if (!editor.settings.locking || editor.settings.view) return true;
  const lock = swapPath(path, 'swp');
  if (fs.exists(lock) && fs.can(lock, 'read')) {
    const other = parseSwap(fs.read(lock));
    if (other) {
      const who = `${other.user} (with ${other.program}, PID ${other.pid})`;
      if ((yield* letter(editor, `File ${path} is being edited by ${who}; open anyway?`)) !== 'y')
        return false;
    }
  }
  writeLock(editor, sheet, path);
  return true;
}

function writeLock({ context }: NanoEditor, sheet: Sheet, path: string): void {
  const file = path.startsWith('/') ? path : `${context.cwd}/${path}`;
  const lock = swapPath(path, 'swp');
  try {
    context.fs.write(
      lock,
      swapHeader(context, { program: 'nano 7.2', file, modified: sheet.buffer.modified }),
      0o644,
    );
    sheet.lock = lock;
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

export function releaseLock({ context }: NanoEditor, sheet: Sheet): void {
  const { lock } = sheet;
  sheet.lock = undefined;
  if (lock !== undefined && context.fs.exists(lock)) context.fs.unlink(lock);
}

/** Another file in a window of its own, beside those there are. */
export function* openBeside(editor: NanoEditor, path: string | undefined): Steps<boolean> {
  const before = editor.sheet;
  const sheet = new Sheet();
  editor.sheets.splice(editor.sheets.indexOf(before) + 1, 0, sheet);
  editor.show(sheet);
  if (yield* openFile(editor, path)) return true;
  editor.sheets.splice(editor.sheets.indexOf(sheet), 1);
  editor.show(before);
  return false;
}

/** ^X: closes a file, which may be saved first; the last one ends the editor. */
export function* exit(editor: NanoEditor): Steps<void> {
  const { sheet, settings } = editor;
  if (sheet.buffer.modified && !settings.view) {
    const answer =
      settings.saveonexit && sheet.path !== undefined ? 'y' : yield* letter(editor, 'Save modified buffer? ');
    if (answer === undefined) return;
    if (answer === 'y' && !(yield* save(editor, !settings.saveonexit))) return;
  }
  releaseLock(editor, sheet);
  editor.closeSheet();
}

const WRITE_KEYS = ['M-d', 'M-m', 'M-a', 'M-p', 'M-b'];

interface Writing {
  format: Format;
  how: 'write' | 'append' | 'prepend';
  backup: boolean;
}

function question({ sheet }: NanoEditor, { format, how, backup }: Writing): string {
  const verbs = sheet.mark
    ? {
        write: 'Write Selection to File',
        append: 'Append Selection to File',
        prepend: 'Prepend Selection to File',
      }
    : { write: 'File Name to Write', append: 'File Name to Append to', prepend: 'File Name to Prepend to' };
  const note = { unix: '', dos: ' [DOS Format]', mac: ' [Mac Format]' }[format];
  return `${verbs[how]}${note}${backup ? ' [Backup]' : ''}`;
}

/** ^O and ^S. True: it is written. */
export function* save(editor: NanoEditor, asks: boolean): Steps<boolean> {
  const { sheet } = editor;
  const writing: Writing = { format: sheet.format, how: 'write', backup: editor.settings.backup };
  if (!asks && sheet.path !== undefined) return yield* write(editor, sheet.path, writing);
  for (let start = sheet.mark ? '' : (sheet.path ?? ''); ; ) {
    const answer = yield* ask(editor, question(editor, writing), {
      bar: 'write',
      start,
      keys: WRITE_KEYS,
      complete: (typed) => completeName(editor, typed),
    });
    if (!answer) return false;
    start = answer.text;
    if (answer.key !== '\n') toggle(writing, answer.key);
    else if (answer.text === '') {
      editor.say('Cancelled');
      return false;
    } else {
      const sure = yield* mayWrite(editor, answer.text, writing);
      if (sure === undefined) continue;
      return sure && (yield* write(editor, answer.text, writing));
    }
  }
}

function toggle(writing: Writing, key: string): void {
  if (key === 'M-d') writing.format = writing.format === 'dos' ? 'unix' : 'dos';
  else if (key === 'M-m') writing.format = writing.format === 'mac' ? 'unix' : 'mac';
  else if (key === 'M-a') writing.how = writing.how === 'append' ? 'write' : 'append';
  else if (key === 'M-p') writing.how = writing.how === 'prepend' ? 'write' : 'prepend';
  else writing.backup = !writing.backup;
}

/** Another name than the file's own is asked about. Undefined: ask for the name again. */
function* mayWrite(editor: NanoEditor, path: string, { how }: Writing): Steps<boolean | undefined> {
  const { sheet, context } = editor;
  if (how !== 'write') return true;
  if (path !== sheet.path && context.fs.exists(path)) {
    const answer = yield* letter(editor, `File "${path}" exists; OVERWRITE? `);
    return answer === 'y' ? true : undefined;
  }
  if (path !== sheet.path && sheet.path !== undefined && !sheet.mark) {
    const answer = yield* letter(editor, 'Save file under DIFFERENT NAME? ');
    return answer === 'y' ? true : undefined;
  }
  const stat = context.fs.tryStat(path);
  if (stat && sheet.changedAtMs !== undefined && stat.mtimeMs > sheet.changedAtMs) {
    const answer = yield* letter(editor, 'File was modified since you opened it; continue saving? ');
    return answer === 'y' ? true : undefined;
  }
  return true;
}

function* write(editor: NanoEditor, path: string, { format, how, backup }: Writing): Steps<boolean> {
  const { sheet, settings, context } = editor;
  const { fs } = context;
  const { region } = sheet;
  const end = { unix: '\n', dos: '\r\n', mac: '\r' }[format];
  const lines = region ? sheet.buffer.text(region.from, region.to).split('\n') : sheet.buffer.lines;
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const text = lines.join(end) + (lines.at(-1) === '' || settings.nonewlines || region ? '' : end);
  try {
    const old = fs.exists(path) ? fs.read(path) : '';
    if (backup && old !== '') fs.write(`${path}~`, old);
    fs.write(path, how === 'append' ? old + text : how === 'prepend' ? text + old : text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.say(`Error writing ${path}: ${error.message}`);
    return false;
  }
  editor.say(`Wrote ${lineCount(count)}`);
  if (how !== 'write' || region) return true;
  if (sheet.path !== path) {
    releaseLock(editor, sheet);
    if (settings.locking) writeLock(editor, sheet, path);
  }
  Object.assign(sheet, { path, format, changedAtMs: fs.stat(path).mtimeMs });
  sheet.buffer.markSaved();
  return true;
}

/** ^R: another file at the cursor, or in a buffer of its own; ^X there: what a command prints. */
export function* insertFile(editor: NanoEditor): Steps<void> {
  const { settings } = editor;
  let converts = true;
  for (let start = ''; ; ) {
    const how = converts ? '' : ' unconverted';
    const what = settings.multibuffer
      ? `File to read${how} into new buffer [from ./]`
      : `File to insert${how} [from ./]`;
    const answer = yield* ask(editor, what, {
      bar: 'insert',
      start,
      keys: ['M-f', 'M-n', '\x18'],
      complete: (typed) => completeName(editor, typed),
    });
    if (!answer) return;
    start = answer.text;
    if (answer.key === 'M-f') settings.multibuffer = !settings.multibuffer;
    else if (answer.key === 'M-n') converts = !converts;
    else if (answer.key === '\x18') return yield* execute(editor, start);
    else return yield* readInto(editor, answer.text, converts);
  }
}

function* readInto(editor: NanoEditor, path: string, converts: boolean): Steps<void> {
  const { settings, context } = editor;
  if (settings.multibuffer) {
    yield* openBeside(editor, path === '' ? undefined : path);
    return;
  }
  if (path === '') return editor.say('Cancelled');
  if (settings.view) return editor.say('Key is invalid in view mode');
  const { fs } = context;
  if (!fs.exists(path)) return editor.say(`File "${path}" not found`);
  if (fs.isDirectory(path)) return editor.say(`"${path}" is a directory`);
  try {
    const { lines, format } = parseText(fs.read(path), converts);
    insert(editor, lines.join('\n'), 'insertion');
    editor.say(
      `Read ${lineCount(lines.at(-1) === '' ? lines.length - 1 : lines.length)}${CONVERTED[format]}`,
    );
  } catch (error) {
    if (!isSystemError(error)) throw error;
    editor.say(`Error reading ${path}: ${error.message}`);
  }
}

function completeName({ context }: NanoEditor, typed: string): string {
  const slash = typed.lastIndexOf('/') + 1;
  const [directory, start] = [typed.slice(0, slash), typed.slice(slash)];
  try {
    const names = context.fs
      .list(directory === '' ? '.' : directory)
      .filter((name) => name.startsWith(start));
    const [first] = names;
    if (first === undefined) return typed;
    let common = first;
    for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
    const isDirectory = names.length === 1 && context.fs.isDirectory(directory + common);
    return directory + common + (isDirectory ? '/' : '');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return typed;
  }
}
