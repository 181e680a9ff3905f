import { FUNCTIONS } from './functions.ts';
import { decode, decodeName } from './key-notation.ts';
import type { Binding, Keymaps } from './keymap.ts';
import type { EditorSettings } from './settings.ts';

/** What lines of `~/.inputrc` change. */
export interface Inputrc {
  readonly keymaps: Keymaps;
  readonly settings: EditorSettings;
  setMode(mode: 'emacs' | 'vi'): void;
  /** What `$if` asks about. */
  isMode(mode: string): boolean;
  readonly term: string;
  /** Text of an included file. */
  include(path: string): string | undefined;
}

const MAX_INCLUDES = 10;

/** Reads a whole file. Lines that cannot be understood are complained about and skipped, as readline does. */
export function readInputrc(rc: Inputrc, name: string, text: string, depth = 0): string[] {
  const complaints: string[] = [];
  /** Whether each open `$if` holds. */
  const conditions: boolean[] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const directive = /^\$(\w+)\s*(.*)$/.exec(line);
    if (directive) {
      const [, word = '', rest = ''] = directive;
      if (word === 'if') conditions.push(holds(rc, rest));
      else if (word === 'else' && conditions.length > 0) conditions.push(!conditions.pop());
      else if (word === 'endif') conditions.pop();
      else if (word === 'include' && conditions.every(Boolean) && depth < MAX_INCLUDES) {
        const included = rc.include(rest);
        if (included !== undefined) complaints.push(...readInputrc(rc, rest, included, depth + 1));
      }
      return;
    }
    if (!conditions.every(Boolean)) return;
    const complaint = readLine(rc, line);
    if (complaint !== undefined) complaints.push(`readline: ${name}: line ${i + 1}: ${complaint}`);
  });
  return complaints;
}

function holds(rc: Inputrc, test: string): boolean {
  const mode = /^mode=(\w+)$/.exec(test)?.[1];
  if (mode !== undefined) return rc.isMode(mode);
  const term = /^term=(\S+)$/.exec(test)?.[1];
  if (term !== undefined) return rc.term === term || rc.term.split('-')[0] === term;
  return test.toLowerCase() === 'bash';
}

/** One `set` or binding; a text says what is wrong with it. */
export function readLine(rc: Inputrc, line: string, keymap?: string): string | undefined {
  const set = /^set\s+(\S+)\s*(.*)$/i.exec(line);
  if (set) return setVariable(rc, (set[1] as string).toLowerCase(), (set[2] as string).trim());
  const parsed = parseBinding(line);
  if (typeof parsed === 'string') return parsed;
  const target = rc.keymaps.get(keymap ?? rc.settings.get('keymap')) ?? rc.keymaps.emacs;
  if (parsed.binding?.kind === 'function' && !(parsed.binding.name in FUNCTIONS))
    return `${parsed.binding.name}: unknown function name`;
  target.bind(parsed.keys, parsed.binding);
  return undefined;
}

function setVariable(rc: Inputrc, name: string, value: string): string | undefined {
  if (name === 'editing-mode' && /^(?:vi|emacs)$/.test(value)) {
    rc.setMode(value as 'vi' | 'emacs');
    rc.settings.set('keymap', value === 'vi' ? 'vi-insert' : 'emacs');
  }
  return rc.settings.set(name, value) ? undefined : `${name}: unknown variable name`;
}

/** `"keys": function`, `"keys": "macro"` or `Control-x: function`. */
export function parseBinding(line: string): { keys: string; binding: Binding | undefined } | string {
  const match = /^(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s:"]+))\s*:?\s*(.*)$/.exec(line);
  if (!match) return `${line}: no closing \`"' in key binding`;
  const [, quoted, named = '', target = ''] = match;
  if (!line.includes(':')) return `${line}: first non-whitespace character is not \`"'`;
  const keys = quoted === undefined ? decodeName(named) : decode(quoted);
  const macro = /^(["'])((?:[^\\]|\\[\s\S])*)\1/.exec(target);
  if (macro) return { keys, binding: { kind: 'macro', text: decode(macro[2] as string) } };
  const name = target.split(/\s/)[0] as string;
  return { keys, binding: name === '' ? undefined : { kind: 'function', name: name.toLowerCase() } };
}
