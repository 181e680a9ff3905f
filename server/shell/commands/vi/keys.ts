import type { Context } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** F1 to F12. */
const FUNCTION_KEYS = Object.fromEntries(
  'OP OQ OR OS [15~ [17~ [18~ [19~ [20~ [21~ [23~ [24~'.split(' ').map((code, i) => [code, `<F${i + 1}>`]),
);

const SEQUENCES: Record<string, string> = {
  '[A': '<Up>',
  '[B': '<Down>',
  '[C': '<Right>',
  '[D': '<Left>',
  OA: '<Up>',
  OB: '<Down>',
  OC: '<Right>',
  OD: '<Left>',
  '[H': '<Home>',
  '[F': '<End>',
  OH: '<Home>',
  OF: '<End>',
  '[1~': '<Home>',
  '[4~': '<End>',
  '[2~': '<Insert>',
  '[3~': '<Del>',
  '[5~': '<PageUp>',
  '[6~': '<PageDown>',
  '[1;5C': '<C-Right>',
  '[1;5D': '<C-Left>',
  '[Z': '<S-Tab>',
  '[1;5A': '<C-Up>',
  '[1;5B': '<C-Down>',
  '[1;5H': '<C-Home>',
  '[1;5F': '<C-End>',
  '[5;5~': '<C-PageUp>',
  '[6;5~': '<C-PageDown>',
  '[3;5~': '<C-Del>',
  '[3;3~': '<M-Del>',
  '[1;3A': '<M-Up>',
  '[1;3B': '<M-Down>',
  '[1;2A': '<S-Up>',
  '[1;2B': '<S-Down>',
  '[1;2C': '<S-Right>',
  '[1;2D': '<S-Left>',
  '[1;2H': '<S-Home>',
  '[1;2F': '<S-End>',
  ...FUNCTION_KEYS,
  '[200~': '<Paste>',
  '[201~': '<PasteEnd>',
};

/** Thrown when the terminal is gone. */
export class InputEnded extends Error {
  override name = 'InputEnded';
}

/** Thrown when the keys of `:normal` are used up. */
export class QueueEnded extends Error {
  override name = 'QueueEnded';
}

/** Keys typed on a terminal in raw mode: characters, and names such as `<Up>` for escape sequences. */
export class Keys {
  readonly #context: Context;
  #typed = '';
  /** Keys to be taken before any that are typed: macros, repeats, mappings. */
  queue: string[] = [];
  /** How many of them are not looked up as mappings. */
  unmapped = 0;
  /** True: nothing is read from the terminal when the queue is empty. */
  sealed = false;

  /** What ^J is called: most take it for the key Enter. */
  readonly #lineFeed: string;

  constructor(context: Context, lineFeed = '\n') {
    this.#context = context;
    this.#lineFeed = lineFeed;
  }

  /** Whether keys wait that nobody typed just now, or that `:normal` brought. */
  get queued(): boolean {
    return this.sealed || this.queue.length > 0;
  }

  get pending(): boolean {
    return this.queued || this.#typed !== '';
  }

  /** The next key; undefined when the window changed meanwhile. */
  *next(): Steps<string | undefined> {
    const queued = this.queue.shift();
    if (this.unmapped > 0) this.unmapped--;
    if (queued !== undefined) return queued;
    if (this.sealed) throw new QueueEnded('end of keys');
    if (this.#typed === '') {
      try {
        this.#typed = yield* this.#context.read(0);
      } catch (error) {
        if (isSystemError(error, 'EINTR')) return undefined;
        throw error;
      }
      if (this.#typed === '') throw new InputEnded('end of input');
    }
    return this.#take();
  }

  #take(): string {
    const [first = ''] = this.#typed;
    if (first === '\x1b') {
      const match = /^\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z])/.exec(this.#typed);
      if (match) {
        this.#typed = this.#typed.slice(match[0].length);
        return SEQUENCES[match[1] as string] ?? '<Unknown>';
      }
    }
    this.#typed = this.#typed.slice(first.length);
    if (first === '\n') return this.#lineFeed;
    return first === '\r' ? '\n' : first;
  }
}
