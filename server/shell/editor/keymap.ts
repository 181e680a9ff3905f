import { FUNCTIONS } from './functions.ts';
import { KeyReader } from './keys.ts';

/** What a key does: a function of readline, keys typed in its place, or a command of the shell (`bind -x`). */
export type Binding =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'macro'; readonly text: string }
  | { readonly kind: 'command'; readonly text: string };

/** Readline's emacs keys. Control characters are written as `bind -p` has them. */
const EMACS: readonly (readonly [sequence: string, name: string])[] = [
  ['\\C-a', 'beginning-of-line'],
  ['\\C-b', 'backward-char'],
  ['\\C-c', 'interrupt'],
  ['\\C-d', 'delete-char'],
  ['\\C-e', 'end-of-line'],
  ['\\C-f', 'forward-char'],
  ['\\C-g', 'abort'],
  ['\\C-h', 'backward-delete-char'],
  ['\\C-i', 'complete'],
  ['\\C-j', 'accept-line'],
  ['\\C-k', 'kill-line'],
  ['\\C-l', 'clear-screen'],
  ['\\C-m', 'accept-line'],
  ['\\C-n', 'next-history'],
  ['\\C-o', 'operate-and-get-next'],
  ['\\C-p', 'previous-history'],
  ['\\C-q', 'quoted-insert'],
  ['\\C-r', 'reverse-search-history'],
  ['\\C-s', 'forward-search-history'],
  ['\\C-t', 'transpose-chars'],
  ['\\C-u', 'unix-line-discard'],
  ['\\C-v', 'quoted-insert'],
  ['\\C-w', 'unix-word-rubout'],
  ['\\C-y', 'yank'],
  ['\\C-]', 'character-search'],
  ['\\e\\C-]', 'character-search-backward'],
  ['\\e\\C-e', 'shell-expand-line'],
  ['\\e\\C-y', 'yank-nth-arg'],
  ['\\e^', 'history-expand-line'],
  ['\\e&', 'tilde-expand'],
  ['\\e*', 'insert-completions'],
  ['\\e{', 'complete-into-braces'],
  ['\\e ', 'set-mark'],
  ['\\C-_', 'undo'],
  ['\\C-?', 'backward-delete-char'],
  ['\\C-@', 'set-mark'],
  ['\\C-x\\C-e', 'edit-and-execute-command'],
  ['\\C-x\\C-r', 're-read-init-file'],
  ['\\C-x\\C-u', 'undo'],
  ['\\C-x\\C-x', 'exchange-point-and-mark'],
  ['\\C-x\\C-?', 'backward-kill-line'],
  ['\\e\\C-h', 'backward-kill-word'],
  ['\\e\\C-?', 'backward-kill-word'],
  ['\\e\\C-r', 'revert-line'],
  ['\\e#', 'insert-comment'],
  ['\\e.', 'yank-last-arg'],
  ['\\e<', 'beginning-of-history'],
  ['\\e=', 'possible-completions'],
  ['\\e>', 'end-of-history'],
  ['\\e?', 'possible-completions'],
  ['\\e\\\\', 'delete-horizontal-space'],
  ['\\e_', 'yank-last-arg'],
  ['\\eb', 'backward-word'],
  ['\\ec', 'capitalize-word'],
  ['\\ed', 'kill-word'],
  ['\\ef', 'forward-word'],
  ['\\el', 'downcase-word'],
  ['\\en', 'history-search-forward'],
  ['\\ep', 'history-search-backward'],
  ['\\er', 'revert-line'],
  ['\\et', 'transpose-words'],
  ['\\eu', 'upcase-word'],
  ['\\ey', 'yank-pop'],
  ['\\e[A', 'previous-history'],
  ['\\e[B', 'next-history'],
  ['\\e[C', 'forward-char'],
  ['\\e[D', 'backward-char'],
  ['\\e[F', 'end-of-line'],
  ['\\e[H', 'beginning-of-line'],
  ['\\e[5~', 'history-search-backward'],
  ['\\e[6~', 'history-search-forward'],
  // What Ubuntu's /etc/inputrc adds.
  ['\\e[1~', 'beginning-of-line'],
  ['\\e[4~', 'end-of-line'],
  ['\\e[3~', 'delete-char'],
  ['\\e[2~', 'quoted-insert'],
  ['\\e[1;5C', 'forward-word'],
  ['\\e[1;5D', 'backward-word'],
  ['\\e[5C', 'forward-word'],
  ['\\e[5D', 'backward-word'],
  ['\\e[1;3C', 'forward-word'],
  ['\\e[1;3D', 'backward-word'],
  ['\\e[3;5~', 'kill-word'],
];

/** Control characters that mean in vi's command mode what they mean elsewhere. */
const VI_COMMAND = EMACS.filter(([sequence]) => /^\\C-[cdgjlmnprsuwy]$/.test(sequence));

/** The keys of one editing mode. */
export class Keymap {
  readonly #bindings = new Map<string, Binding>();
  readonly #prefixes = new Set<string>();

  constructor(defaults: readonly (readonly [sequence: string, name: string])[] = []) {
    for (const [sequence, name] of defaults) this.bind(decode(sequence), { kind: 'function', name });
  }

  /** Binds a key, given as the characters that it sends; undefined unbinds it. */
  bind(sequence: string, binding: Binding | undefined): void {
    const keys = keysOf(sequence);
    const whole = keys.join('');
    if (binding) this.#bindings.set(whole, binding);
    else this.#bindings.delete(whole);
    if (binding) for (let i = 1; i < keys.length; i++) this.#prefixes.add(keys.slice(0, i).join(''));
  }

  /** What keys, joined, do; `prefix` when they only begin a binding. */
  find(keys: string): Binding | 'prefix' | undefined {
    return this.#bindings.get(keys) ?? (this.#prefixes.has(keys) ? 'prefix' : undefined);
  }

  entries(): [keys: string, binding: Binding][] {
    return [...this.#bindings];
  }
}

/** The keymaps that `bind -m` and `set keymap` know. Letters of vi's command mode are its own affair. */
export class Keymaps {
  readonly #maps = { emacs: new Keymap(EMACS), insert: new Keymap(EMACS), command: new Keymap(VI_COMMAND) };

  get(name: string): Keymap | undefined {
    switch (name) {
      case 'emacs':
      case 'emacs-standard':
        return this.#maps.emacs;
      case 'vi-insert':
        return this.#maps.insert;
      case 'vi':
      case 'vi-command':
      case 'vi-move':
        return this.#maps.command;
      default:
        return undefined;
    }
  }

  get emacs(): Keymap {
    return this.#maps.emacs;
  }

  get insert(): Keymap {
    return this.#maps.insert;
  }

  get command(): Keymap {
    return this.#maps.command;
  }
}

export function isFunction(name: string): boolean {
  return name in FUNCTIONS;
}

/** The keys that a terminal's characters make, as the editor sees them. */
function keysOf(sequence: string): string[] {
  const reader = new KeyReader();
  return [...reader.feed(sequence), ...reader.flush()];
}

const NAMED: Readonly<Record<string, string>> = {
  del: '\x7f',
  rubout: '\x7f',
  esc: '\x1b',
  escape: '\x1b',
  lfd: '\n',
  newline: '\n',
  ret: '\r',
  return: '\r',
  spc: ' ',
  space: ' ',
  tab: '\t',
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  d: '\x7f',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function control(char: string): string {
  return char === '?' ? '\x7f' : String.fromCharCode(char.toUpperCase().charCodeAt(0) & 0x1f);
}

/** The characters that a quoted key sequence (`\C-x\M-a\e[A\t\101`) stands for. */
export function decode(text: string): string {
  let out = '';
  for (let rest = text; rest !== ''; ) {
    const prefix = /^(?:\\[CM]-)+/.exec(rest)?.[0] ?? '';
    rest = rest.slice(prefix.length);
    const plain = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S])|^[\s\S]/u.exec(rest)?.[0] ?? '';
    rest = rest.slice(plain.length);
    let char = plain.startsWith('\\') ? escaped(plain.slice(1)) : plain;
    if (prefix.includes('C')) char = control(char);
    out += prefix.includes('M') ? `\x1b${char}` : char;
  }
  return out;
}

function escaped(body: string): string {
  if (/^[0-7]/.test(body)) return String.fromCharCode(Number.parseInt(body, 8));
  if (/^x./.test(body)) return String.fromCharCode(Number.parseInt(body.slice(1), 16));
  return ESCAPES[body] ?? body;
}

/** The characters of a key written without quotes: `Control-u`, `Meta-Rubout`, `C-M-x`. */
export function decodeName(name: string): string {
  const parts = name.split('-');
  const last = name.endsWith('-') ? '-' : (parts.at(-1) as string);
  const modifiers = name.slice(0, name.length - last.length).toLowerCase();
  let char = NAMED[last.toLowerCase()] ?? last.slice(0, 1);
  if (/(?:^|-)(?:c|ctrl|control)-/.test(modifiers)) char = control(char);
  return /(?:^|-)(?:m|meta)-/.test(modifiers) ? `\x1b${char}` : char;
}

/** Keys as `bind -p` writes them. */
export function encode(keys: string): string {
  let out = '';
  for (const char of keys.replaceAll('M-', '\x1b')) {
    const code = char.charCodeAt(0);
    if (char === '\x1b') out += '\\e';
    else if (char === '\x7f') out += '\\C-?';
    else if (code < 32) out += `\\C-${String.fromCharCode(code + (code === 0 || code > 26 ? 64 : 96))}`;
    else out += char === '"' || char === '\\' ? `\\${char}` : char;
  }
  return out;
}
