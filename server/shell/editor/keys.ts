/** Parts typed input into keys: one character, `M-x`, the name of a special key, or a sequence that has no name. */
export class KeyReader {
  #pending = '';

  /** Keys of a piece of input. The start of a sequence that is cut short waits for the next piece. */
  *feed(input: string): Generator<string> {
    this.#pending += input;
    while (this.#pending !== '') {
      const key = this.#take();
      if (key === undefined) return;
      yield key;
    }
  }

  /** What waits, taken as it is. */
  flush(): string[] {
    const rest = Array.from(this.#pending);
    this.#pending = '';
    return rest;
  }

  /** An escape that stands alone at the end of the input. */
  get hasPending(): boolean {
    return this.#pending !== '';
  }

  #take(): string | undefined {
    const text = this.#pending;
    if (text[0] !== '\x1b') {
      if (/^[\ud800-\udbff]$/.test(text)) return undefined;
      const char = String.fromCodePoint(text.codePointAt(0) as number);
      this.#pending = text.slice(char.length);
      return char;
    }
    const sequence = /^\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])/.exec(text)?.[0];
    if (sequence) {
      this.#pending = text.slice(sequence.length);
      return SEQUENCES[sequence.slice(1)] ?? sequence;
    }
    if (/^\x1b(?:\[[0-9;?]*|O)?$/.test(text)) return undefined;
    const next = String.fromCodePoint(text.codePointAt(1) as number);
    this.#pending = text.slice(1 + next.length);
    return `M-${next}`;
  }
}

const SEQUENCES: Record<string, string> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[2~': 'insert',
  '[3~': 'delete',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[200~': 'paste-start',
  '[201~': 'paste-end',
  '[Z': 'back-tab',
};

/** The sequences of a key with a name that terminals send; those with letters come before those with numbers. */
export function sequencesOf(key: string): string[] {
  const all = Object.entries(SEQUENCES).filter(([, name]) => name === key);
  const lettered = all.filter(([sequence]) => !sequence.endsWith('~'));
  return (lettered.length > 0 ? lettered : all).map(([sequence]) => `\x1b${sequence}`);
}

/** The sequence that a terminal sends for a key with a name. */
export function sequenceOf(key: string): string {
  const found = Object.entries(SEQUENCES).find(([, name]) => name === key);
  return found ? `\x1b${found[0]}` : key;
}
