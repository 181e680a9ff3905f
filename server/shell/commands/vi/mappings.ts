import type { Steps } from '../../../sim/index.ts';
import type { Mode } from './document.ts';
import type { Editor } from './editor.ts';
import type { ExCommand } from './ex-command.ts';

/** Keys that stand for others, in the modes of which the letters are given. */
export interface Mapping {
  readonly modes: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** What it stands for is not looked up again. */
  readonly plain: boolean;
}

const LETTERS: Readonly<Record<Mode, string>> = {
  normal: 'n',
  insert: 'i',
  replace: 'i',
  visual: 'x',
  'visual-line': 'x',
  'visual-block': 'x',
};

const NAMED: Readonly<Record<string, string>> = {
  cr: '\n',
  enter: '\n',
  return: '\n',
  esc: '\x1b',
  space: ' ',
  tab: '\t',
  bs: '\x7f',
  bar: '|',
  lt: '<',
  bslash: '\\',
  nl: '\n',
};

const PRESSED = new Set(
  'Up Down Left Right Home End Del Insert PageUp PageDown F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12'.split(' '),
);

/** `<leader>w<CR>` as keys. */
export function keysOf(text: string): string[] {
  return [...text.matchAll(/<([\w-]+)>|./gsu)].flatMap(([all, name]) => {
    if (name === undefined) return [all];
    const lower = name.toLowerCase();
    if (lower === 'nop') return [];
    if (lower === 'leader') return ['\\'];
    const control = /^c-(.)$/.exec(lower);
    if (control) return [String.fromCharCode((control[1] as string).toUpperCase().charCodeAt(0) & 0x1f)];
    const pressed = [...PRESSED].find((one) => one.toLowerCase() === lower);
    if (pressed) return [`<${pressed}>`];
    return NAMED[lower] === undefined ? [...all] : [NAMED[lower] as string];
  });
}

const MODES: Readonly<Record<string, string>> = {
  '': 'nxo',
  n: 'n',
  v: 'x',
  x: 'x',
  s: '',
  o: 'o',
  i: 'i',
  c: 'c',
};

/** `:map`, `:nnoremap`, `:imap`…, and what takes them away. */
export const MAPPING_COMMANDS: readonly ExCommand[] = Object.entries(MODES).flatMap(
  ([letter, modes]): ExCommand[] => {
    const short =
      letter === ''
        ? { map: 'map', nore: 'no', un: 'unm' }
        : { map: `${letter}m`, nore: `${letter}no`, un: `${letter}un` };
    if (letter === 'n') short.nore = 'nn';
    return [
      [short.map, `${letter}map`, define(modes, false)],
      [short.nore, `${letter}noremap`, define(modes, true)],
      [short.un, `${letter}unmap`, remove(modes)],
    ];
  },
);

function define(modes: string, plain: boolean): ExCommand[2] {
  return function* (editor, bang, argument) {
    const used = bang ? 'ic' : modes;
    const [, from, to] =
      /^(?:<(?:silent|buffer|nowait|unique|expr)>\s*)*(\S+)(?:\s+(.*))?$/is.exec(argument) ?? [];
    if (from === undefined || to === undefined) {
      yield* list(editor, used, from);
      return;
    }
    forget(editor, used, keysOf(from));
    editor.mappings.push({ modes: used, from: keysOf(from), to: keysOf(to), plain });
  };
}

function* list(editor: Editor, modes: string, from: string | undefined): Steps<void> {
  const shown = editor.mappings.filter(
    (one) =>
      [...modes].some((mode) => one.modes.includes(mode)) &&
      (from === undefined || one.from.join('').startsWith(keysOf(from).join(''))),
  );
  if (shown.length === 0) editor.say('No mapping found');
  else
    yield* editor.list(
      shown.map((one) => {
        const mode =
          one.modes === 'nxo' ? ' ' : one.modes === 'x' ? 'v' : one.modes === 'ic' ? '!' : one.modes;
        return `${mode.padEnd(3)}${written(one.from).padEnd(12)} ${one.plain ? '*' : ' '} ${written(one.to)}`;
      }),
    );
}

function written(keys: readonly string[]): string {
  const names = new Map(
    Object.entries({ '\n': '<CR>', '\x1b': '<Esc>', ' ': '<Space>', '\t': '<Tab>', '\x7f': '<BS>' }),
  );
  return keys
    .map((key) => names.get(key) ?? (key < ' ' ? `<C-${String.fromCharCode(key.charCodeAt(0) + 64)}>` : key))
    .join('');
}

function remove(modes: string): ExCommand[2] {
  return function* (editor, bang, argument) {
    if (!forget(editor, bang ? 'ic' : modes, keysOf(argument.trim()))) editor.refuse('E31: No such mapping');
  };
}

/** Takes keys out of some modes. False: they meant nothing there. */
function forget(editor: Editor, modes: string, from: readonly string[]): boolean {
  let found = false;
  for (const [i, one] of [...editor.mappings.entries()].reverse()) {
    if (one.from.join('\0') !== from.join('\0')) continue;
    const left = [...one.modes].filter((mode) => !modes.includes(mode)).join('');
    if (left === one.modes) continue;
    found = true;
    editor.mappings.splice(i, 1, ...(left === '' ? [] : [{ ...one, modes: left }]));
  }
  return found;
}

const MOST = 1000;

/** The next key where a command may begin: what it is mapped to in this mode. */
export function* mappedKey(editor: Editor, waits = false): Steps<string> {
  for (let steps = 0; ; steps++) {
    const plain = editor.keys.unmapped > 0;
    const first = yield* editor.key();
    const mode = waits ? 'o' : LETTERS[editor.mode];
    const all = plain
      ? []
      : editor.mappings.filter((one) => one.modes.includes(mode) && one.from[0] === first);
    const found = all.length === 0 ? undefined : yield* longest(editor, all, first);
    if (!found) return first;
    if (steps > MOST) editor.refuse('E223: Recursive mapping');
    editor.commandKeys.splice(-found.from.length);
    const own = !found.plain && found.to.slice(0, found.from.length).join('\0') === found.from.join('\0');
    editor.keys.queue = [...found.to, ...editor.keys.queue];
    if (found.plain || own) editor.keys.unmapped = found.plain ? found.to.length : found.from.length;
  }
}

/** The longest of some mappings whose keys are typed; keys that were read in vain go back. */
function* longest(editor: Editor, all: readonly Mapping[], first: string): Steps<Mapping | undefined> {
  const typed = [first];
  for (;;) {
    const open = all.filter((one) => typed.every((key, i) => one.from[i] === key));
    const exact = open.find((one) => one.from.length === typed.length);
    const isLonger = open.some((one) => one.from.length > typed.length);
    if (exact && !isLonger) return exact;
    if (isLonger) {
      typed.push(yield* editor.key());
      continue;
    }
    const best = all
      .filter((one) => one.from.length < typed.length && one.from.every((key, i) => typed[i] === key))
      .sort((a, b) => b.from.length - a.from.length)[0];
    const back = typed.splice(best ? best.from.length : 1);
    editor.commandKeys.splice(editor.commandKeys.length - back.length);
    editor.keys.queue.unshift(...back);
    if (!best) editor.keys.unmapped = 0;
    return best;
  }
}
