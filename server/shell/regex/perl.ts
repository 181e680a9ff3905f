import { RE2JS, RE2JSException } from 're2js';
import { charge } from '../../sim/index.ts';
import { RegexError } from './parse.ts';

/** Where a match starts and ends. */
export interface Span {
  readonly index: number;
  readonly end: number;
}

type Find = (text: string, from: number) => Span | undefined;

/** Characters that the linear engine reads in one step of a program. */
const STEP_CHARS = 40;
/** Steps that V8's backtracking may take in the worst case, and how many cost as much as one step of a program. */
const MAX_BACKTRACKS = 50_000_000;
const STEP_BACKTRACKS = 50_000;
/** Names the part of a match behind `\K`. */
const KEPT = 'kept';

/** What V8 finds wrong, in PCRE's words. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/Unterminated group/, 'missing closing parenthesis'],
  [/Unmatched '\)'/, 'unmatched closing parenthesis'],
  [/Nothing to repeat/, 'quantifier does not follow a repeatable item'],
  [/Unterminated character class/, 'missing terminating ] for character class'],
  [/Range out of order/, 'range out of order in character class'],
];

/**
 * A regular expression in Perl's syntax. It runs on an engine of linear time; what that has not (looking ahead, back
 * references) runs on V8 as long as it cannot take long there. Throws `RegexError`.
 */
export function perlRegex(pattern: string, ignoreCase: boolean): Find {
  const source = pattern
    .replaceAll('\\h', '[ \\t]')
    .replaceAll('\\Z', '$')
    .replaceAll('\\R', '(?:\\r\\n|\\n|\\r)');
  return linear(source, ignoreCase) ?? bounded(source, ignoreCase);
}

function linear(source: string, ignoreCase: boolean): Find | undefined {
  const keep = source.indexOf('\\K');
  if (keep >= 0 && source.includes('|')) return undefined;
  const text = keep < 0 ? source : `${source.slice(0, keep)}(?P<${KEPT}>${source.slice(keep + 2)})`;
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(text, RE2JS.LOOKBEHINDS | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
  return (line, from) => {
    charge((line.length - from) / STEP_CHARS);
    const matcher = regex.matcher(line);
    if (!matcher.find(from)) return undefined;
    return { index: keep < 0 ? matcher.start() : matcher.start(KEPT), end: matcher.end() };
  };
}

function bounded(source: string, ignoreCase: boolean): Find {
  if (repeatsChoices(source)) throw new RegexError("exceeded PCRE's backtracking limit");
  const translated = source.replaceAll('\\A', '^').replaceAll('\\z', '$').replaceAll('(?P<', '(?<');
  const keep = translated.indexOf('\\K');
  const whole = keep < 0 ? translated : `(?<=${translated.slice(0, keep)})${translated.slice(keep + 2)}`;
  let regex: RegExp;
  try {
    regex = new RegExp(whole, `g${ignoreCase ? 'i' : ''}`);
  } catch (error) {
    const [, words] = FAULTS.find(([v8]) => v8.test((error as Error).message)) ?? [];
    throw new RegexError(words ?? 'unrecognized character follows \\');
  }
  const degree = 1 + (source.match(/(?<!\\)(?:[*+]|\{\d*,)/g) ?? []).length;
  return (line, from) => {
    const backtracks = (line.length - from + 1) ** degree;
    if (backtracks > MAX_BACKTRACKS) throw new RegexError("exceeded PCRE's backtracking limit");
    charge(backtracks / STEP_BACKTRACKS);
    regex.lastIndex = from;
    const match = regex.exec(line);
    return match ? { index: match.index, end: match.index + match[0].length } : undefined;
  };
}

const TOKEN = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?<?[=!:])?|\)(?<repeated>[*+]|\{\d*,)?|[|*+?{]/gs;

/** Whether a group that can match in several ways is repeated: V8 would try all of their combinations. */
function repeatsChoices(source: string): boolean {
  const choices: boolean[] = [];
  for (const { 0: token, groups } of source.matchAll(TOKEN)) {
    if (token.startsWith('(')) choices.push(false);
    else if (token.startsWith(')')) {
      if (choices.pop()) {
        if (groups?.repeated) return true;
        if (choices.length > 0) choices[choices.length - 1] = true;
      }
      if (groups?.repeated && choices.length > 0) choices[choices.length - 1] = true;
    } else if (token.length === 1 && choices.length > 0) choices[choices.length - 1] = true;
  }
  return false;
}
