import type { Steps } from '../../../sim/index.ts';
import { positionText } from './bars.ts';
import {
  chop,
  comment,
  copy,
  countWords,
  cut,
  erase,
  indent,
  insert,
  newline,
  pasteCut,
  tab,
  unindent,
  verbatim,
  zap,
} from './edit.ts';
import type { NanoEditor } from './editor.ts';
import { execute } from './execute.ts';
import { exit, insertFile, save } from './files.ts';
import { breakLongLine, justify } from './fill.ts';
import { showHelp } from './help.ts';
import { moveBy } from './moves.ts';
import { nextKey } from './prompt.ts';
import { findAgain, goToLine, search } from './search.ts';
import type { Switches } from './settings.ts';

/** What M- and a letter turn on and off, as the message names it. */
const TOGGLES: Readonly<Record<string, readonly [keyof Switches, string]>> = {
  'M-c': ['constantshow', 'Constant cursor position display'],
  'M-h': ['smarthome', 'Smart home key'],
  'M-i': ['autoindent', 'Auto indent'],
  'M-k': ['cutfromcursor', 'Cut to end'],
  'M-l': ['breaklonglines', 'Hard wrapping of overlong lines'],
  'M-m': ['mouse', 'Mouse support'],
  'M-n': ['linenumbers', 'Line numbering'],
  'M-#': ['linenumbers', 'Line numbering'],
  'M-o': ['tabstospaces', 'Conversion of typed tabs to spaces'],
  'M-p': ['whitespacedisplay', 'Whitespace display'],
  'M-s': ['softwrap', 'Soft wrapping of overlong lines'],
  'M-$': ['softwrap', 'Soft wrapping of overlong lines'],
  'M-x': ['nohelp', 'Help mode'],
  'M-z': ['zero', 'Hidden interface'],
};

type Action = (editor: NanoEditor) => void | Steps<void>;

const ACTIONS: Readonly<Record<string, Action>> = {
  '\x18': exit,
  '\x0f': (editor) => discard(save(editor, true)),
  '\x13': (editor) => discard(save(editor, false)),
  '\x12': insertFile,
  '<Insert>': insertFile,
  '\x17': (editor) => search(editor),
  '\x11': (editor) => search(editor, { back: true }),
  '\x1c': (editor) => search(editor, { replaces: true }),
  'M-r': (editor) => search(editor, { replaces: true }),
  'M-w': (editor) => findAgain(editor, false),
  'M-q': (editor) => findAgain(editor, true),
  '\x1f': (editor) => goToLine(editor),
  'M-g': (editor) => goToLine(editor),
  '\x14': (editor) => execute(editor),
  '\x07': (editor) => showHelp(editor, 'main'),
  '\x0b': (editor) => cut(editor),
  'M-t': (editor) => cut(editor, true),
  '<M-Del>': zap,
  'M-6': copy,
  'M-^': copy,
  '\x15': pasteCut,
  '<LineFeed>': (editor) => justify(editor, false),
  'M-j': (editor) => justify(editor, true),
  '\n': newline,
  '\t': tab,
  '<S-Tab>': unindent,
  '\x04': (editor) => erase(editor, true),
  '<Del>': (editor) => erase(editor, true),
  '\x7f': (editor) => erase(editor, false),
  '\b': (editor) => erase(editor, false),
  'M-\x7f': (editor) => chop(editor, false),
  'M-\b': (editor) => chop(editor, false),
  '<C-Del>': (editor) => chop(editor, true),
  'M-}': indent,
  'M-{': unindent,
  'M-3': comment,
  'M-a': toggleMark,
  '\x1e': toggleMark,
  'M-u': (editor) => undo(editor, 'undo'),
  'M-e': (editor) => undo(editor, 'redo'),
  'M-d': countWords,
  'M-v': verbatim,
  '\x03': (editor) => editor.say(positionText(editor.sheet, editor.settings.tabsize)),
  '\x0c': (editor) => editor.putOnRow(editor.height >> 1),
  'M-<': (editor) => turnTo(editor, -1),
  'M-,': (editor) => turnTo(editor, -1),
  'M->': (editor) => turnTo(editor, 1),
  'M-.': (editor) => turnTo(editor, 1),
  'M-:': record,
  'M-;': play,
  'M-y': (editor) => {
    editor.colours = !editor.colours;
    editor.say(`Color syntax highlighting ${editor.colours ? 'enabled' : 'disabled'}`);
  },
  '\x1a': (editor) => editor.say('To suspend, type ^T^Z'),
  '<Paste>': paste,
};

/** Keys that take lines one after another, and what was cut with them. */
const CUTTING = new Set(['\x0b', 'M-6', 'M-^']);

const SHIFTED: Readonly<Record<string, string>> = {
  '<S-Left>': '<Left>',
  '<S-Right>': '<Right>',
  '<S-Up>': '<Up>',
  '<S-Down>': '<Down>',
  '<S-Home>': '<Home>',
  '<S-End>': '<End>',
};

/** Carries out one key. */
export function* carryOut(editor: NanoEditor): Steps<void> {
  const key = yield* nextKey(editor);
  if (key === undefined) return editor.follow('centering');
  editor.age();
  if (!CUTTING.has(key)) editor.keepsCut = false;
  if ([...key].length > 1 || key < ' ') editor.spill = undefined;
  const { sheet } = editor;
  const plain = SHIFTED[key];
  if (plain !== undefined && !sheet.mark) {
    sheet.mark = sheet.cursor;
    sheet.softMark = true;
  }
  if (moveBy(editor, plain ?? key)) {
    if (plain === undefined && sheet.softMark) dropMark(editor);
    return;
  }
  const action = ACTIONS[key];
  const toggle = TOGGLES[key];
  if (action) {
    const steps = action(editor);
    if (steps) yield* steps;
  } else if (toggle) flip(editor, ...toggle);
  else if ([...key].length === 1 && key >= ' ') {
    insert(editor, key);
    breakLongLine(editor);
  } else if (key.startsWith('M-')) editor.say(`Unbound key: M-${key.slice(2).toUpperCase()}`);
  else
    editor.say(
      key.length === 1 ? `Unbound key: ^${String.fromCharCode(key.charCodeAt(0) ^ 64)}` : 'Unbound key',
    );
}

function* discard(steps: Steps<unknown>): Steps<void> {
  yield* steps;
}

function dropMark({ sheet }: NanoEditor): void {
  sheet.mark = undefined;
  sheet.softMark = false;
}

function flip(editor: NanoEditor, name: keyof Switches, what: string): void {
  const { settings } = editor;
  settings[name] = !settings[name];
  const on = name === 'nohelp' ? !settings.nohelp : settings[name];
  if (name === 'constantshow' || name === 'zero') editor.say('');
  else editor.say(`${what} ${on ? 'enabled' : 'disabled'}`);
  editor.follow('flowing');
}

function toggleMark(editor: NanoEditor): void {
  const { sheet } = editor;
  const isSet = sheet.mark === undefined;
  sheet.mark = isSet ? sheet.cursor : undefined;
  sheet.softMark = false;
  editor.say(isSet ? 'Mark Set' : 'Mark Unset');
}

function undo(editor: NanoEditor, which: 'undo' | 'redo'): void {
  if (editor.settings.view) {
    editor.say('Key is invalid in view mode');
    return;
  }
  const what = editor.sheet[which]();
  if (what === undefined) {
    editor.say(`Nothing to ${which}`);
    return;
  }
  editor.sheet.mark = undefined;
  editor.aim();
  editor.follow('centering');
  editor.say(`${which === 'undo' ? 'Undid' : 'Redid'} ${what}`);
}

function turnTo(editor: NanoEditor, step: 1 | -1): void {
  const { sheets, sheet } = editor;
  if (sheets.length === 1) {
    editor.say('No more open file buffers');
    return;
  }
  editor.show(sheets[(sheets.indexOf(sheet) + step + sheets.length) % sheets.length] ?? sheet);
  const { path, buffer } = editor.sheet;
  const count = buffer.count - (buffer.line(buffer.count - 1) === '' ? 1 : 0);
  editor.say(`${path ?? 'New Buffer'} -- ${count} line${count === 1 ? '' : 's'}`);
}

function record(editor: NanoEditor): void {
  editor.recording = !editor.recording;
  if (editor.recording) editor.macro = [];
  else editor.macro.splice(-2);
  editor.say(editor.recording ? 'Recording a macro...' : 'Stopped recording');
}

function play(editor: NanoEditor): void {
  if (editor.recording) {
    editor.say('Cannot run macro while recording');
    return;
  }
  if (editor.macro.length === 0) {
    editor.say('Macro is empty');
    return;
  }
  editor.feed(editor.macro);
}

function* paste(editor: NanoEditor): Steps<void> {
  let text = '';
  for (let key = yield* editor.key(); key !== '<PasteEnd>'; key = yield* editor.key())
    if (key === '<LineFeed>') text += '\n';
    else if (key !== undefined && !(key.startsWith('<') && key.length > 1)) text += key;
  insert(editor, text);
}
