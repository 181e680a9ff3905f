import { FUNCTIONS } from './functions.ts';
import { decode, encode } from './key-notation.ts';
import type { Binding, Keymap } from './keymap.ts';
import { sequencesOf } from './keys.ts';
import type { EditorSettings } from './settings.ts';

/** The same function by two names: both are on its keys. */
const SAME: Readonly<Record<string, string>> = { 'yank-last-arg': 'insert-last-argument' };
/** So many keys of a function are told of in prose. */
const TOLD = 5;

/** Names that `bind -l` lists: `interrupt` is the terminal's affair elsewhere. */
export function functionNames(): string[] {
  return Object.keys(FUNCTIONS)
    .filter((name) => name !== 'interrupt')
    .sort();
}

/** The keys that a function is on, in the order of their characters. */
export function keysOf(keymap: Keymap, name: string): string[] {
  const wanted = SAME[name] ?? name;
  const bound = bindings(keymap, 'function').filter(([, { name }]) => name === wanted);
  const named = bound.flatMap(([keys]) => {
    const sequences = sequencesOf(keys);
    return sequences.length > 0 ? sequences : [keys];
  });
  const keys = named.map(encode).sort((a, b) => (decode(a) < decode(b) ? -1 : 1));
  return wanted === 'self-insert' ? [...keys, ...plainKeys(keymap)] : keys;
}

/** Keys that stand for their character. */
function plainKeys(keymap: Keymap): string[] {
  const printed = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const others = Array.from({ length: 128 }, (_, i) => `\\${(128 + i).toString(8)}`);
  return [...printed.filter((key) => keymap.find(key) === undefined).map(encode), ...others];
}

/** `"\\C-a", "\\e[H".` as prose tells of keys. */
export function told(keys: readonly string[]): string {
  const shown = keys.slice(0, TOLD).map((key) => `"${key}"`);
  return `${shown.join(', ')}${keys.length > TOLD ? ', ...' : '.'}`;
}

export function functionLines(keymap: Keymap, prose: boolean): string {
  const lines = functionNames().flatMap((name) => {
    const keys = keysOf(keymap, name);
    if (prose)
      return [keys.length > 0 ? `${name} can be found on ${told(keys)}` : `${name} is not bound to any keys`];
    return keys.length === 0 ? [`# ${name} (not bound)`] : keys.map((key) => `"${key}": ${name}`);
  });
  return `\n${lines.join('\n')}\n`;
}

export function macroLines(keymap: Keymap, prose: boolean): string {
  return bindings(keymap, 'macro')
    .map(([keys, { text }]) =>
      prose ? `${encode(keys)} outputs ${encode(text)}\n` : `"${encode(keys)}": "${encode(text)}"\n`,
    )
    .join('');
}

export function commandLines(keymap: Keymap): string {
  return bindings(keymap, 'command')
    .map(([keys, { text }]) => `"${encode(keys)}": "${text}"\n`)
    .join('');
}

export function variableLines(settings: EditorSettings, prose: boolean): string {
  return settings
    .entries()
    .map(([name, value]) => (prose ? `${name} is set to \`${value}'\n` : `set ${name} ${value}\n`))
    .join('');
}

type Bound<Kind> = [keys: string, binding: Extract<Binding, { kind: Kind }>];

function bindings<Kind extends Binding['kind']>(keymap: Keymap, kind: Kind): Bound<Kind>[] {
  return keymap.entries().filter((entry): entry is Bound<Kind> => entry[1].kind === kind);
}
