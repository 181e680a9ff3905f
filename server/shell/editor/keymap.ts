import { EMACS_KEYS, VI_COMMAND_KEYS, VI_INSERT_KEYS } from './default-keys.ts';
import { decode } from './key-notation.ts';
import { KeyReader } from './keys.ts';

/** What a key does: a function of readline, keys typed in its place, or a command of the shell (`bind -x`). */
export type Binding =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'macro'; readonly text: string }
  | { readonly kind: 'command'; readonly text: string };

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
  readonly #maps = {
    emacs: new Keymap(EMACS_KEYS),
    insert: new Keymap(VI_INSERT_KEYS),
    command: new Keymap(VI_COMMAND_KEYS),
  };

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

/** The keys that a terminal's characters make, as the editor sees them. */
function keysOf(sequence: string): string[] {
  const reader = new KeyReader();
  return [...reader.feed(sequence), ...reader.flush()];
}
