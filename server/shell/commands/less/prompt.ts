import { byteLength } from '../../../host/index.ts';
import type { PagerSettings } from './options.ts';
import type { View } from './view.ts';

export interface PromptState {
  readonly view: View;
  readonly settings: PagerSettings;
  /** Which of how many files. */
  readonly index: number;
  readonly files: readonly string[];
  /** The file was not named yet. */
  readonly fresh: boolean;
}

const NAMES = '?n?f%f .?m(%T %i of %m) ..?e(END) ?x- Next\\: %x.';

/** What stands on the last row, by the letter that `-P` knows it by. Models less prompt.c. */
export const PROMPTS: Readonly<Record<string, string>> = {
  s: `${NAMES}.%t`,
  m: `${NAMES}:?pB%pB\\%:byte %bB?s/%s...%t`,
  M: '?f%f .?n?m(%T %i of %m) ..?ltlines %lt-%lb?L/%L. :byte %bB?s/%s. .?e(END) ?x- Next\\: %x.:?pB%pB\\%..%t',
  '=': '?f%f .?m(%T %i of %m) .?ltlines %lt-%lb?L/%L. .byte %bB?s/%s. ?e(END) :?pB%pB\\%..%t',
  h: 'HELP -- ?eEND -- Press g to see it again:Press RETURN for more., or q when done',
  w: 'Waiting for data',
};

/** The letters of the short, the medium and the long prompt. */
const KINDS = ['s', 'm', 'M'];

/** The line that begins in a row of the window; `B` is the row after the last. */
type Where = 't' | 'm' | 'b' | 'B' | 'j';

/** Letters after which a row may be named. */
const PLACED = 'bdlpP';

/** What the signs of a prompt stand for. */
class Facts {
  readonly #state: PromptState;

  constructor(state: PromptState) {
    this.#state = state;
  }

  get #view(): View {
    return this.#state.view;
  }

  /** Bytes of the text; undefined while that is not known. */
  get #length(): number | undefined {
    const { source } = this.#view;
    if (source.isPipe && !source.complete) return undefined;
    return source.size ?? source.lines.reduce((sum, line) => sum + byteLength(line) + 1, 0);
  }

  #row(where: Where): number {
    const { height } = this.#view;
    const { settings } = this.#state;
    const rows = { t: 0, m: (height - 1) >> 1, j: (settings.numbers.j ?? 1) - 1, b: height - 1, B: height };
    return rows[where];
  }

  /** Where the row begins: for rows from the top, or the next one that has text. */
  #position(where: Where): { byte: number; line: number } | undefined {
    const from = this.#row(where);
    const last = where === 'b' || where === 'B' ? from : this.#view.height;
    for (let row = from; row <= last; row++) {
      const place = this.#view.positionOf(row);
      if (place) return place;
    }
    const byte = this.#length;
    return byte === undefined ? undefined : { byte, line: this.#view.source.lines.length };
  }

  #byte(where: Where): number | undefined {
    const byte = this.#position(where)?.byte;
    return byte === undefined ? undefined : Math.min(byte, this.#length ?? byte);
  }

  #line(where: Where): number {
    return this.#state.settings.at('n') === 0 ? 0 : (this.#position(where)?.line ?? 0);
  }

  #lines(): number {
    return this.#state.settings.at('n') === 0 || this.#length === undefined
      ? 0
      : this.#view.source.lines.length;
  }

  #pageOf(line: number): number {
    return line === 0 ? 0 : Math.floor((line - 1) / this.#view.height) + 1;
  }

  /** Whether a condition holds. Models cond. */
  holds(sign: string, where: Where, said: boolean): boolean {
    const { files, index, fresh } = this.#state;
    const { source, left, atEnd } = this.#view;
    const length = this.#length;
    switch (sign) {
      case 'a':
        return said;
      case 'b':
        return this.#byte(where) !== undefined;
      case 'c':
        return left > 0;
      case 'e':
        return atEnd;
      case 'f':
      case 'g':
        return !source.isPipe;
      case 'l':
      case 'd':
        return this.#line(where) !== 0;
      case 'L':
      case 'D':
        return this.#state.settings.at('n') > 0 && length !== undefined;
      case 'm':
        return files.length > 1;
      case 'n':
        return fresh;
      case 'p':
        return this.#byte(where) !== undefined && (length ?? 0) > 0;
      case 'P':
        return this.#line(where) !== 0 && this.#lines() > 0;
      case 's':
      case 'B':
        return length !== undefined;
      case 'x':
        return index + 1 < files.length;
      default:
        return false;
    }
  }

  /** What stands for a sign. Models protochar. */
  text(sign: string, where: Where): string {
    const { files, index } = this.#state;
    const { source, left } = this.#view;
    const known = (value: number | undefined) => (value === undefined ? '?' : String(value));
    const percent = (part: number, whole: number) =>
      known(whole > 0 ? Math.round((100 * part) / whole) : undefined);
    const signs: Readonly<Record<string, () => string>> = {
      b: () => known(this.#byte(where)),
      c: () => String(left),
      d: () => known(this.#pageOf(this.#line(where)) || undefined),
      D: () => known(this.#pageOf(this.#lines()) || undefined),
      E: () => 'vi',
      f: () => source.name,
      F: () => source.name.replace(/^.*\//, ''),
      g: () => source.name,
      i: () => String(index + 1),
      l: () => known(this.#line(where) || undefined),
      L: () => known(this.#lines() || undefined),
      m: () => String(files.length),
      p: () => percent(this.#byte(where) ?? 0, this.#length ?? 0),
      P: () => percent(this.#line(where), this.#lines()),
      s: () => known(this.#length),
      B: () => known(this.#length),
      T: () => 'file',
      x: () => files[index + 1] ?? '?',
    };
    return signs[sign]?.() ?? '';
  }
}

/** Fills in a prompt's conditions and signs. Models pr_expand. */
export function expandPrompt(prompt: string, state: PromptState): string {
  const facts = new Facts(state);
  let out = '';
  /** For each condition that is open: whether its part is left out. */
  const skips: boolean[] = [];
  const skipping = () => skips.some((skip) => skip);
  for (let at = 0; at < prompt.length; at++) {
    const sign = prompt[at] as string;
    if (sign === '\\') {
      at++;
      if (!skipping()) out += prompt[at] ?? '';
    } else if (sign === '?' || sign === '%') {
      const name = prompt[++at] ?? '';
      const placed = PLACED.includes(name) && /[tmbBj]/.test(prompt[at + 1] ?? '');
      const where = (placed ? prompt[++at] : 't') as Where;
      if (sign === '?') skips.push(!facts.holds(name, where, out !== ''));
      else if (skipping()) continue;
      else if (name === 't') out = out.trimEnd();
      else out += facts.text(name, where);
    } else if (sign === ':' && skips.length > 0) skips.push(!skips.pop());
    else if (sign === '.' && skips.length > 0) skips.pop();
    else if (!skipping()) out += sign;
  }
  return out;
}

/** The prompt at the bottom of the window. */
export function promptText(state: PromptState): string {
  return expandPrompt(state.settings.prompts[KINDS[state.settings.at('m')] as string] as string, state);
}
