import type { ParseError } from 'unbash';
import { REFUSED } from './reading.ts';
import { syntaxFault, unexpected } from './wording.ts';

/** What dash or ash says of a text it cannot parse. */
export interface SyntaxFault {
  readonly text: string;
  /** How far it had read: the line is told of this place. */
  readonly pos: number;
}

const UNTERMINATED: readonly [RegExp, string][] = [
  [/double quote|single quote|ANSI-C quote/, 'Unterminated quoted string'],
  [/backtick/, 'EOF in backquote substitution'],
  [/parameter expansion/, "Missing '}'"],
  [/arithmetic/, "Missing '))'"],
];

const REFUSALS: Readonly<Record<string, string>> = {
  'bad for': 'Bad for loop variable',
  'bad fd': 'Bad fd number',
};

const KEYWORDS = new Set('if then else elif fi case esac for while until do done in { } !'.split(' '));

/** `expected 'fi' to close 'if'`: what alone may stand there. */
function expectedAt(error: ParseError, text: string, what: string | undefined): string | undefined {
  const expected = /^expected '([^']+)'/.exec(error.message)?.[1];
  if (expected === undefined || (expected !== 'esac' && what === undefined)) return expected;
  // A case of which the end is missing wants a pattern's end, or that of its commands.
  if (expected === 'esac') return /\)[^)]*$/.test(text.slice(text.lastIndexOf(' in'))) ? ';;' : ')';
  return ['do', 'then', 'in', ')'].includes(expected) ? expected : undefined;
}

type Almquist = 'dash' | 'ash';

/** A form that the shell does not know. */
function refusal(shell: Almquist, what: string): string {
  const special = REFUSALS[what];
  if (special !== undefined) return syntaxFault(shell, special);
  if (what === 'word') return unexpected(shell, 'word', ')');
  return unexpected(shell, what === 'redirection' ? what : `"${what}"`, undefined);
}

/** Quotes and substitutions that the text ends in. */
function openEnd(shell: Almquist, text: string, { message, pos }: ParseError): string {
  if (/substitution/.test(message) && text.startsWith('$((', text.indexOf('$(', pos)))
    return syntaxFault(shell, "Missing '))'");
  const known = UNTERMINATED.find(([pattern]) => pattern.test(message))?.[1];
  return known ? syntaxFault(shell, known) : unexpected(shell, 'end of file', ')');
}

export function syntaxFaultOf(shell: Almquist, text: string, error: ParseError): SyntaxFault {
  const { message, pos } = error;
  const end = text.length;
  if (message.startsWith(REFUSED)) return { text: refusal(shell, message.slice(REFUSED.length)), pos };
  if (message.startsWith('unterminated')) return { text: openEnd(shell, text, error), pos: end };
  const place = placeOf(text, error);
  const what = tokenAt(text, place);
  if (/^\s*for\s*$/.test(text.slice(text.lastIndexOf(';') + 1)))
    return { text: syntaxFault(shell, 'Bad for loop variable'), pos: end };
  if (what === undefined)
    return { text: unexpected(shell, 'end of file', expectedAt(error, text, undefined)), pos: end };
  return {
    text: unexpected(shell, what, expectedAt(error, text, what)),
    pos: what === 'newline' ? place + 1 : place,
  };
}

/** A word longer than that is not looked for. */
const NEAR = 1000;

/** The parser tells of a missing `do` behind what stands in its place. */
function placeOf(text: string, error: ParseError): number {
  if (error.message !== "expected 'do'") return error.pos;
  const passed = /(?:[;\n&]\s*)(\S+)[ \t]*$/.exec(text.slice(Math.max(0, error.pos - NEAR), error.pos));
  return passed ? error.pos - (passed[0].length - passed[0].indexOf(passed[1] as string)) : error.pos;
}

const TOKEN = /[ \t]*(?:(\n)|(;;|&&|\|\||[;&|()])|(<<-?|>>|>&|<&|<>|>\||[<>])|([^\s;&|()<>]+))/y;

/** The token at a place as messages name it; undefined at the end of the text. */
function tokenAt(text: string, pos: number): string | undefined {
  TOKEN.lastIndex = pos;
  const [, newline, operator, redirection, word] = TOKEN.exec(text) ?? [];
  if (newline !== undefined) return text.slice(pos).trim() === '' ? undefined : 'newline';
  if (operator !== undefined) return `"${operator}"`;
  if (redirection !== undefined) return 'redirection';
  if (word === undefined) return undefined;
  return KEYWORDS.has(word) ? `"${word}"` : 'word';
}
