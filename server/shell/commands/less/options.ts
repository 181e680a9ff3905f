import { PROMPTS } from './prompt.ts';

/** A switch that `-X` turns while less runs: what it says when it is off, on, and on with the capital letter. */
export interface Toggle {
  readonly name: string;
  readonly says: readonly string[];
  /** Where it stands at the start. */
  readonly start?: number;
}

/** Models less opttbl.c. Capitals of a triple share the letter. */
export const TOGGLES: Readonly<Record<string, Toggle>> = {
  a: {
    name: 'search-skip-screen',
    says: [
      'Search includes displayed screen',
      'Search skips displayed screen',
      'Search includes all of displayed screen',
    ],
    start: 2,
  },
  c: {
    name: 'clear-screen',
    says: [
      'Repaint by scrolling from bottom of screen',
      'Repaint by painting from top of screen',
      'Repaint by painting from top of screen',
    ],
  },
  e: {
    name: 'quit-at-eof',
    says: ["Don't quit at end-of-file", 'Quit at end-of-file', 'Quit immediately at end-of-file'],
  },
  f: { name: 'force', says: ['Open only regular files', 'Open even non-regular files'] },
  F: {
    name: 'quit-if-one-screen',
    says: ["Don't quit if end-of-file on first screen", 'Quit if end-of-file on first screen'],
  },
  g: {
    name: 'hilite-search',
    says: [
      "Don't highlight search matches",
      'Highlight matches for previous search only',
      'Highlight all matches for previous search pattern',
    ],
    start: 2,
  },
  i: {
    name: 'ignore-case',
    says: [
      'Case is significant in searches',
      'Ignore case in searches',
      'Ignore case in searches and in patterns',
    ],
  },
  J: { name: 'status-column', says: ["Don't display a status column", 'Display a status column'] },
  K: {
    name: 'quit-on-intr',
    says: ['Interrupt (ctrl-C) returns to prompt', 'Interrupt (ctrl-C) exits less'],
  },
  m: { name: 'long-prompt', says: ['Short prompt', 'Medium prompt', 'Long prompt'] },
  n: {
    name: 'line-numbers',
    says: ["Don't use line numbers", 'Use line numbers', 'Constantly display line numbers'],
    start: 1,
  },
  q: {
    name: 'quiet',
    says: [
      'Ring the bell for errors AND at eof/bof',
      'Ring the bell for errors but not at eof/bof',
      'Never ring the bell',
    ],
  },
  r: {
    name: 'raw-control-chars',
    says: [
      'Display control characters as ^X',
      'Display control characters directly (not recommended)',
      'Display ANSI sequences directly, other control characters as ^X',
    ],
  },
  s: { name: 'squeeze-blank-lines', says: ['Display all blank lines', 'Squeeze multiple blank lines'] },
  S: { name: 'chop-long-lines', says: ['Fold long lines', 'Chop long lines'] },
  u: {
    name: 'underline-special',
    says: [
      'Display underlined text in underline mode',
      'Backspaces cause overstrike',
      'Print backspace as ^H',
    ],
  },
  w: {
    name: 'hilite-unread',
    says: [
      "Don't highlight first unread line",
      'Highlight first unread line after forward-screen',
      'Highlight first unread line after any forward movement',
    ],
  },
  X: { name: 'no-init', says: [] },
  '~': {
    name: 'tilde',
    says: ["Don't show tildes after end of file", 'Show tildes after end of file'],
    start: 1,
  },
};

export interface NumberOption {
  readonly ask: string;
  readonly says: (value: number) => string;
  readonly start: number;
  /** Says so when it was changed. */
  readonly tells: boolean;
}

/** Options with a number that may be changed, the question for it, and what is said of them. */
export const NUMBERS: Readonly<Record<string, NumberOption>> = {
  h: {
    ask: 'Backwards scroll limit: ',
    says: (n) => `Backwards scroll limit is ${n} lines`,
    start: -1,
    tells: true,
  },
  j: { ask: 'Target line: ', says: (n) => `Position target at screen line ${n}`, start: 1, tells: false },
  x: { ask: 'Tab stops: ', says: (n) => `Tab stops every ${n} spaces`, start: 8, tells: false },
  y: {
    ask: 'Forward scroll limit: ',
    says: (n) => `Forward scroll limit is ${n} lines`,
    start: -1,
    tells: true,
  },
  z: { ask: 'Scroll window size: ', says: (n) => `Scroll window size is ${n} lines`, start: -1, tells: true },
  '#': { ask: 'Horizontal shift: ', says: (n) => `Horizontal shift ${n} columns`, start: 0, tells: false },
};

/** The toggle that a letter turns, and whether it is the capital of a triple. */
export function toggleOf(letter: string): { key: string; plus: boolean } | undefined {
  if (TOGGLES[letter]) return { key: letter, plus: false };
  const lower = letter.toLowerCase();
  return TOGGLES[lower]?.says.length === 3 ? { key: lower, plus: true } : undefined;
}

/** Where the switches and numbers stand. */
export class PagerSettings {
  readonly #on: Record<string, number> = {};
  readonly numbers: Record<string, number> = {};
  readonly prompts: Record<string, string> = { ...PROMPTS };

  constructor(given: (letter: string) => boolean) {
    for (const [letter, { says, start = 0 }] of Object.entries(TOGGLES)) {
      this.#on[letter] = given(letter) ? (start === 1 && says.length === 2 ? 0 : 1) : start;
      if (says.length === 3 && given(letter.toUpperCase())) this.#on[letter] = letter === 'g' ? 0 : 2;
    }
    for (const [letter, { start }] of Object.entries(NUMBERS)) this.numbers[letter] = start;
  }

  at(letter: string): number {
    return this.#on[letter] ?? 0;
  }

  /** `-P`: a letter that names the prompt, the short one without, and the prompt. */
  givePrompt(text: string): void {
    const named = text[0] !== undefined && PROMPTS[text[0]] !== undefined;
    this.prompts[named ? (text[0] as string) : 's'] = named ? text.slice(1) : text;
  }

  /** A prompt tells how many lines there are. */
  get countsLines(): boolean {
    return /%[LPD]/.test(this.prompts[['s', 'm', 'M'][this.at('m')] as string] ?? '');
  }

  is(letter: string): boolean {
    return this.at(letter) > 0;
  }

  /** Turns a switch as `-` and its letter do. Returns what is said. */
  flip(key: string, plus: boolean): string {
    const wanted = plus ? 2 : 1;
    this.#on[key] = this.at(key) === wanted ? 0 : wanted;
    return this.says(key);
  }

  says(key: string): string {
    return TOGGLES[key]?.says[this.at(key)] ?? '';
  }
}
