import type { Shell } from '../interpreter/shell.ts';

/** The word that is being completed. */
export interface Word {
  /** Where it begins in the line, its opening quote included. */
  readonly start: number;
  /** Its text without quotes and backslashes. */
  readonly value: string;
  readonly quote: '"' | "'" | '';
  /** Text as typed. */
  readonly raw: string;
}

/** The word before the cursor. It begins after a character of `COMP_WORDBREAKS` that is not quoted. */
export function wordAt(shell: Shell, text: string, point: number): Word {
  const breaks = shell.variables.get('COMP_WORDBREAKS') ?? ' \t\n"\'><=;|&(:';
  let start = 0;
  let quote: Word['quote'] = '';
  let value = '';
  for (let i = 0; i < point; i++) {
    const char = text[i] as string;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && i + 1 < point) value += text[++i];
      else value += char;
    } else if (char === '\\') value += text[++i] ?? '';
    else if (char === '"' || char === "'") {
      quote = char;
      start = value === '' ? i : start;
    } else if (breaks.includes(char)) {
      start = i + 1;
      value = '';
    } else value += char;
  }
  return { start, value, quote, raw: text.slice(start, point) };
}

export interface CommandLine {
  /** Words of the command that the cursor is in, the one at the cursor last. */
  readonly words: readonly string[];
  /** Where the command begins. */
  readonly start: number;
  /** Index of the word at the cursor. */
  readonly index: number;
  readonly afterRedirection: boolean;
}

/** Parts the command around the cursor into words, as `COMP_WORDS` has them. */
export function commandLineAt(shell: Shell, text: string, point: number): CommandLine {
  const start = commandStart(text, point);
  const end = commandEnd(text, point);
  const breaks = (shell.variables.get('COMP_WORDBREAKS') ?? ' \t\n"\'><=;|&(:').replace(/[\s"'\\]/g, '');
  const words: string[] = [];
  let index = -1;
  let i = start;
  while (i < end) {
    while (i < end && /\s/.test(text[i] as string)) i++;
    if (i > point && index < 0) {
      index = words.length;
      words.push('');
    }
    if (i >= end) break;
    const from = i;
    if (breaks.includes(text[i] as string)) {
      while (i < end && breaks.includes(text[i] as string)) i++;
    } else i = wordEnd(text, i, end, breaks);
    if (point >= from && point <= i && index < 0) {
      // A separator that the cursor stands right after begins an empty word.
      const separator = breaks.includes(text[from] as string);
      if (point === i && separator && (i >= end || /\s/.test(text[i] as string) || true)) {
        words.push(text.slice(from, i));
        if (i >= end || /\s/.test(text[i] as string)) {
          index = words.length;
          words.push('');
        }
        continue;
      }
      index = words.length;
    }
    words.push(text.slice(from, i));
  }
  if (index < 0) {
    index = words.length;
    words.push('');
  }
  const previous = words[index - 1] ?? '';
  return { words, start, index, afterRedirection: /^(?:<|>|>>|&>|2>)$/.test(previous) };
}

function wordEnd(text: string, from: number, end: number, breaks: string): number {
  let quote = '';
  let i = from;
  for (; i < end; i++) {
    const char = text[i] as string;
    if (quote) {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if (char === '\\') i++;
    else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char) || breaks.includes(char)) break;
  }
  return Math.min(i, end);
}

/** Where the command that the cursor is in begins: after `;`, `|`, `&`, `(`, a keyword or assignments. */
function commandStart(text: string, point: number): number {
  let start = 0;
  let quote = '';
  for (let i = 0; i < point; i++) {
    const char = text[i] as string;
    if (quote) {
      if (char === '\\' && quote === '"') i++;
      else if (char === quote) quote = '';
    } else if (char === '\\') i++;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '&' && (text[i - 1] === '>' || text[i + 1] === '>')) continue;
    else if (/[;|&(\n`]/.test(char) || (char === '{' && /\s/.test(text[i + 1] ?? ''))) start = i + 1;
  }
  for (;;) {
    const lead = /^\s*(?:(?:then|do|else|elif|if|while|until|!|time)\s+|[A-Za-z_]\w*=\S*\s+)/.exec(
      text.slice(start, point),
    );
    if (!lead) break;
    start += lead[0].length;
  }
  while (start < point && /\s/.test(text[start] as string)) start++;
  return start;
}

function commandEnd(text: string, point: number): number {
  const rest = text.slice(point).search(/[;|&\n)]/);
  return rest < 0 ? text.length : point + rest;
}
