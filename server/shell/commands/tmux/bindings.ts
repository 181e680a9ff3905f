/** What tmux's keys do after the prefix, as its own commands. */
export const DEFAULT_BINDINGS: readonly (readonly [key: string, command: readonly string[]])[] = [
  ['C-b', ['send-prefix']],
  ['c', ['new-window']],
  ['n', ['next-window']],
  ['p', ['previous-window']],
  ['l', ['last-window']],
  ['w', ['choose-tree', '-Zw']],
  ['s', ['choose-tree', '-Zs']],
  ['d', ['detach-client']],
  ['x', ['confirm-before', '-p', 'kill-pane #P? (y/n)', 'kill-pane']],
  ['&', ['confirm-before', '-p', 'kill-window #W? (y/n)', 'kill-window']],
  ['%', ['split-window', '-h']],
  ['"', ['split-window']],
  ['o', ['select-pane', '-t', ':.+']],
  [';', ['last-pane']],
  ['z', ['resize-pane', '-Z']],
  ['!', ['break-pane']],
  ['{', ['swap-pane', '-U']],
  ['}', ['swap-pane', '-D']],
  [' ', ['next-layout']],
  ['Up', ['select-pane', '-U']],
  ['Down', ['select-pane', '-D']],
  ['Left', ['select-pane', '-L']],
  ['Right', ['select-pane', '-R']],
  ['C-Up', ['resize-pane', '-U']],
  ['C-Down', ['resize-pane', '-D']],
  ['C-Left', ['resize-pane', '-L']],
  ['C-Right', ['resize-pane', '-R']],
  ['M-Up', ['resize-pane', '-U', '5']],
  ['M-Down', ['resize-pane', '-D', '5']],
  ['M-Left', ['resize-pane', '-L', '5']],
  ['M-Right', ['resize-pane', '-R', '5']],
  ['[', ['copy-mode']],
  ['PPage', ['copy-mode', '-u']],
  [']', ['paste-buffer']],
  ['?', ['list-keys']],
  [':', ['command-prompt']],
  ['$', ['command-prompt', '-I', '#S', 'rename-session']],
  [',', ['command-prompt', '-I', '#W', 'rename-window']],
  ['t', ['clock-mode']],
  ['i', ['display-message']],
  ['q', ['display-panes']],
  ['(', ['switch-client', '-p']],
  [')', ['switch-client', '-n']],
  ...Array.from({ length: 10 }, (_, i) => [String(i), ['select-window', '-t', `:${i}`]] as const),
  ['M-1', ['select-layout', 'even-horizontal']],
  ['M-2', ['select-layout', 'even-vertical']],
  ['M-3', ['select-layout', 'main-horizontal']],
  ['M-4', ['select-layout', 'main-vertical']],
  ['M-5', ['select-layout', 'tiled']],
];

const SEQUENCES: readonly (readonly [string, string])[] = [
  ['\x1b[A', 'Up'],
  ['\x1b[B', 'Down'],
  ['\x1b[C', 'Right'],
  ['\x1b[D', 'Left'],
  ['\x1bOA', 'Up'],
  ['\x1bOB', 'Down'],
  ['\x1bOC', 'Right'],
  ['\x1bOD', 'Left'],
  ['\x1b[1;5A', 'C-Up'],
  ['\x1b[1;5B', 'C-Down'],
  ['\x1b[1;5C', 'C-Right'],
  ['\x1b[1;5D', 'C-Left'],
  ['\x1b[1;3A', 'M-Up'],
  ['\x1b[1;3B', 'M-Down'],
  ['\x1b[1;3C', 'M-Right'],
  ['\x1b[1;3D', 'M-Left'],
  ['\x1b[H', 'Home'],
  ['\x1b[1~', 'Home'],
  ['\x1b[F', 'End'],
  ['\x1b[4~', 'End'],
  ['\x1b[5~', 'PPage'],
  ['\x1b[6~', 'NPage'],
  ['\x1b[3~', 'DC'],
  ['\x1b[2~', 'IC'],
  ['\x1b[Z', 'BTab'],
];

export interface Key {
  readonly name: string;
  /** As it was typed. */
  readonly raw: string;
}

/** Takes typed text apart into keys by tmux's names. */
export function readKeys(text: string): Key[] {
  const out: Key[] = [];
  for (let rest = text; rest !== ''; ) {
    const sequence = SEQUENCES.find(([raw]) => rest.startsWith(raw));
    const raw = sequence?.[0] ?? unnamed(rest);
    out.push({ name: sequence?.[1] ?? nameOf(raw), raw });
    rest = rest.slice(raw.length);
  }
  return out;
}

function unnamed(text: string): string {
  const sequence = /^\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Za-z])/.exec(text);
  if (sequence) return sequence[0];
  if (text.startsWith('\x1b') && text.length > 1)
    return text.slice(0, 1 + String.fromCodePoint(text.codePointAt(1) ?? 0).length);
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function nameOf(raw: string): string {
  if (raw.length > 1 && raw.startsWith('\x1b')) return `M-${nameOf(raw.slice(1))}`;
  const code = raw.charCodeAt(0);
  if (raw === '\r') return 'Enter';
  if (raw === '\t') return 'Tab';
  if (raw === '\x1b') return 'Escape';
  if (raw === '\x7f') return 'BSpace';
  if (raw === '\0') return 'C-Space';
  if (code < 32) return `C-${String.fromCharCode(code + 96)}`;
  return raw;
}

/** What a key of that name sends to a program: for `send-keys`. */
export function typedBy(name: string): string {
  const known = SEQUENCES.find(([, other]) => other === name);
  if (known) return known[0];
  const named: Readonly<Record<string, string>> = {
    Enter: '\r',
    Tab: '\t',
    Escape: '\x1b',
    Space: ' ',
    BSpace: '\x7f',
  };
  if (named[name] !== undefined) return named[name];
  const control = /^(?:C-|\^)(.)$/.exec(name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 31);
  const meta = /^M-(.+)$/.exec(name)?.[1];
  return meta === undefined ? name : `\x1b${typedBy(meta)}`;
}

/** One spelling for a key: `^A` and `C-A` are `C-a`, `Space` is a blank. */
export function canonicalKey(name: string): string {
  if (name === 'Space') return ' ';
  if (name === 'PageUp') return 'PPage';
  if (name === 'PageDown') return 'NPage';
  return name
    .replace(/^\^(.)$/, 'C-$1')
    .replace(/^C-([A-Z])$/, (_all, letter: string) => `C-${letter.toLowerCase()}`);
}
