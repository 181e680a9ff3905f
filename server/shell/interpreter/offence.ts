import type { ParseError } from 'unbash';
import { type Passed, STRAY_PARENTHESIS } from '../dialect/passed-errors.ts';

/** Where bash stops reading a text, and at what. */
export interface Offence {
  readonly pos: number;
  /** As messages name it; undefined: the text ends too early. */
  readonly token: string | undefined;
  /** What the text ends without. */
  readonly closing?: string | undefined;
  readonly within?: Passed['within'] | 'array';
}

const CLOSING: readonly [RegExp, string][] = [
  [/double quote/, '"'],
  [/single quote|ANSI-C quote/, "'"],
  [/backtick/, '`'],
  [/parameter expansion/, '}'],
  [/substitution|arithmetic|extended glob|for header/, ')'],
  [/array subscript/, ']'],
];

/** Further back nothing is looked for: what a candidate typed may be very long. */
const NEAR = 1000;

/** What the parser has passed when it complains, and bash has not. */
const PASSED: Readonly<Record<string, RegExp>> = {
  "expected 'do'": /(?:\bfor\s+\w+(?:\s+in\b[^;\n]*)?[;\n]\s*(\S+)|(?:^|[;&\n)}])\s*(done))[ \t]*$/,
  "expected 'then'": /(?:^|[;&\n)}])\s*(fi|else|elif)[ \t]*$/,
};

/** Errors at the end of a line that another line does not mend, and what must stand before. */
const ENDED: Readonly<Record<string, RegExp>> = {
  [STRAY_PARENTHESIS]: /$/,
  'expected redirect target': /$/,
  "expected 'do'": /\b(?:for|select)[ \t]*$/,
  "expected 'in' after 'case' word": /\bcase[ \t]*$/,
  "expected 'esac' to close 'case'": /(?:\bin|;;&?|;&)\s+\(?[^\s()|;&]+(?:[ \t]*\|[ \t]*[^\s()|;&]+)*[ \t]*$/,
  'expected compound command as function body': /\bfunction[ \t]*$/,
};

/** Brackets that hold no command: what stands behind them is wrong. */
const EMPTY = /^expected command in (?:brace group|subshell)$/;

/** The first thing that is wrong with a text, of all that the parser says in the order of the text. */
export function offenceOf(text: string, errors: readonly ParseError[]): Offence {
  const first = errors[0] as Passed;
  const array = openArray(text, first);
  if (array) return array;
  if (isUnterminated(first)) {
    const { message, pos } = errors.findLast(isUnterminated) as ParseError;
    return { pos, token: undefined, closing: CLOSING.find(([pattern]) => pattern.test(message))?.[1] };
  }
  const pos = offending(text, first);
  const within = / in array assignment$/.test(first.message) ? 'array' : first.within;
  const token = tokenAt(text, pos) ?? (endsTooEarly(text, first) ? undefined : 'newline');
  const closing = token === undefined && first.message.startsWith("expected ']]'") ? ']]' : undefined;
  return { pos, token, closing, within };
}

const isUnterminated = ({ message }: ParseError) => message.startsWith('unterminated');

const WORDS = /(?:[^'"\\;&|()<>$`]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|\$(?!\())*/suy;

/** The list of an array, `x=(a b`, that has no end: it is read up to the first thing that is no word. */
function openArray(text: string, { message, pos }: ParseError): Offence | undefined {
  if (message !== 'unterminated extended glob' || text[pos] !== '=') return undefined;
  WORDS.lastIndex = pos + 2;
  WORDS.exec(text);
  const at = WORDS.lastIndex;
  const stop = text[at];
  if (stop !== undefined && /[;&|()<>]/.test(stop))
    return { pos: at, token: tokenAt(text, at), within: 'array' };
  const open = stop === '"' || stop === "'" || stop === '`' ? stop : ')';
  return { pos: open === ')' ? pos : at, token: undefined, closing: open, within: 'array' };
}

function endsTooEarly(text: string, { message, pos }: ParseError): boolean {
  const before = ENDED[message];
  return !before?.test(text.slice(Math.max(0, pos - NEAR), pos));
}

/** Where bash stops: at a closing word that the parser has passed, or behind a bracket. */
function offending(text: string, { message, pos }: ParseError): number {
  if (EMPTY.test(message)) return pos + 1;
  const from = Math.max(0, pos - NEAR);
  const passed = PASSED[message]?.exec(text.slice(from, pos));
  return passed ? from + passed.index + passed[0].lastIndexOf((passed[1] ?? passed[2]) as string) : pos;
}

export function skipBlanks(text: string, pos: number): number {
  let at = pos;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** The token at `pos`, as messages name it; undefined at the end of the text. */
function tokenAt(text: string, pos: number): string | undefined {
  let at = skipBlanks(text, pos);
  while (text[at] === '#' || text[at] === '\n' || text[at] === ' ' || text[at] === '\t') {
    if (text[at] === '\n' && text.slice(at).trim() !== '') return 'newline';
    if (text[at] === '#') at = (text.indexOf('\n', at) + 1 || text.length + 1) - 1;
    else at++;
  }
  if (at >= text.length) return text.slice(pos).includes('\n') || pos >= text.length ? undefined : 'newline';
  return /^(?:;;&|;;|;&|&&|\|\||<<<|<<-?|>>|&>>|&>|>&|<&|<>|>\||\|&|[;&|()<>\n]|[^\s;&|()<>]+)/.exec(
    text.slice(at),
  )?.[0];
}
