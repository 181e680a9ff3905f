/** What a key asks for. */
export type Action =
  | 'again'
  | 'back'
  | 'clear'
  | 'edit'
  | 'help'
  | 'lineNumber'
  | 'lines'
  | 'nextFile'
  | 'place'
  | 'previousFile'
  | 'quit'
  | 'repeat'
  | 'return'
  | 'screen'
  | 'scroll'
  | 'search'
  | 'setScreen'
  | 'shell'
  | 'skipLines'
  | 'skipScreens';

export interface Order {
  readonly action: Action;
  /** The number before it; zero when there is none. */
  readonly number: number;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  '.': 'repeat',
  ' ': 'screen',
  '\n': 'lines',
  '\f': 'clear',
  "'": 'return',
  '=': 'lineNumber',
  '/': 'search',
  '!': 'shell',
  '?': 'help',
  '\x02': 'back',
  '\x04': 'scroll',
  '\x06': 'skipScreens',
  b: 'back',
  d: 'scroll',
  f: 'skipScreens',
  h: 'help',
  n: 'again',
  q: 'quit',
  Q: 'quit',
  s: 'skipLines',
  v: 'edit',
  z: 'setScreen',
};

const AFTER_COLON: Readonly<Record<string, Action>> = { f: 'place', n: 'nextFile', p: 'previousFile' };

const ARROWS: Readonly<Record<string, Action>> = {
  '\x1b[A': 'back',
  '\x1b[5~': 'back',
  '\x1b[B': 'screen',
  '\x1b[6~': 'screen',
};

const GREATEST = 0xffff_ffff;

/** Understands keys as they come; of those that come at once the last command counts. Models more.c read_command. */
export class Keys {
  #digits = '';
  #colon = false;

  take(keys: string): Order | undefined {
    const arrow = ARROWS[keys];
    if (arrow) return { action: arrow, number: 0 };
    let order: Order | undefined;
    for (const key of keys) {
      if (/\d/.test(key)) {
        this.#digits += key;
        continue;
      }
      const number = Math.min(GREATEST, Number(this.#digits));
      this.#digits = '';
      if (this.#colon) {
        this.#colon = false;
        const action = AFTER_COLON[key];
        return action && { action, number };
      }
      this.#colon = key === ':';
      const action = ACTIONS[key] ?? order?.action;
      order = action && { action, number };
      if (action === 'quit') return order;
    }
    return order;
  }
}
