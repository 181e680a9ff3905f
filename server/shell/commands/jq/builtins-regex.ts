import { RE2JS, RE2JSException } from 're2js';
import type { Steps } from '../../../sim/index.ts';
import { type Builtins, worked } from './builtin.ts';
import type { Turns } from './machine.ts';
import { described } from './operators.ts';
import { codePoints, isArray, JqError, type Json, Offsets, typeName } from './values.ts';

const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 200;
/** Characters that are looked through in the time of one step. */
const CHARS_PER_STEP = 64;

/** Flags of `match` and the others: what RE2 is told, and what is done here. */
function flagsOf(flags: Json): { re2: number; everywhere: boolean; nonEmpty: boolean; extended: boolean } {
  const out = { re2: RE2JS.LOOKBEHINDS, everywhere: false, nonEmpty: false, extended: false };
  if (flags === null) return out;
  if (typeof flags !== 'string') throw new JqError(`${described(flags)} is not a string`);
  for (const flag of flags) {
    if (flag === 'g') out.everywhere = true;
    else if (flag === 'i') out.re2 |= RE2JS.CASE_INSENSITIVE;
    else if (flag === 'x') out.extended = true;
    else if (flag === 's' || flag === 'p') out.re2 |= RE2JS.DOTALL;
    else if (flag === 'n') out.nonEmpty = true;
    else if (flag === 'l') out.re2 |= RE2JS.LONGEST_MATCH;
    else throw new JqError(`${flags} is not a valid modifier string`);
  }
  return out;
}

/** White space and comments, which the flag `x` lets a pattern have. */
const plain = (pattern: string) =>
  pattern.replace(/(\\.|\[(?:\\.|[^\]])*\])|\s+|#.*/g, (_all, kept) => kept ?? '');

/** What RE2 finds wrong, in the words of the library that jq uses. */
const ONIGURUMA: readonly (readonly [string, string])[] = [
  ['missing closing )', 'end pattern with unmatched parenthesis'],
  ['unexpected )', 'unmatched close parenthesis'],
  ['missing closing ]', 'premature end of char-class'],
  ['missing argument to repetition', 'target of repeat operator is not specified'],
  ['trailing backslash', 'end pattern at escape'],
  ['invalid character class range', 'empty range in char class'],
];

function compilePattern(pattern: string, flags: number): RE2JS {
  const key = `${flags}:${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  try {
    const regex = RE2JS.compile(pattern.replaceAll('\\Z', '\\z').replaceAll('\\h', '[0-9a-fA-F]'), flags);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(key, regex);
    return regex;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const why = ONIGURUMA.find(([words]) => error.message.includes(words))?.[1] ?? error.message;
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: ${why}`);
  }
}

/** Models jq src/builtin.c f_match; the engine is of linear time, so lookahead is refused as no valid regex. */
function* match(turns: Turns, input: Json, pattern: Json, flags: Json, testing: boolean): Steps<Json> {
  if (typeof input !== 'string')
    throw new JqError(`${described(input)} cannot be matched, as it is not a string`);
  if (typeof pattern !== 'string')
    throw new JqError(`${described(pattern)} cannot be matched, as it is not a string`);
  const { re2, everywhere, nonEmpty, extended } = flagsOf(flags);
  const regex = compilePattern(extended ? plain(pattern) : pattern, re2);
  const matcher = regex.matcher(input);
  const names = new Map(Object.entries(regex.namedGroups()).map(([name, index]) => [index, name]));
  const found: Json[] = [];
  const offsets = new Offsets(input);
  yield* turns.spend(input.length / CHARS_PER_STEP);
  while (matcher.find()) {
    yield* turns.spend();
    if (nonEmpty && matcher.start() === matcher.end()) continue;
    if (testing) return true;
    const groups = Array.from({ length: regex.groupCount() }, (_, i) =>
      group(input, offsets, matcher.start(i + 1), matcher.end(i + 1)).set('name', names.get(i + 1) ?? null),
    );
    found.push(group(input, offsets, matcher.start(), matcher.end()).set('captures', groups));
    if (!everywhere) break;
  }
  return testing ? false : found;
}

/** A part of the text; offsets count characters. A group that took no part has offset -1. */
function group(text: string, offsets: Offsets, start: number, end: number): Map<string, Json> {
  const missing = start < 0;
  return new Map<string, Json>([
    ['offset', missing ? -1 : offsets.of(start)],
    ['length', missing ? 0 : codePoints(text.slice(start, end))],
    ['string', missing ? null : text.slice(start, end)],
  ]);
}

/** `match(["re", "flags"])` is `match("re"; "flags")`. */
function* withFlags(turns: Turns, input: Json, value: Json, testing: boolean): Steps<Json> {
  if (!isArray(value)) {
    if (typeof value !== 'string') throw new JqError(`${typeName(value)} not a string or array`);
    return yield* match(turns, input, value, null, testing);
  }
  return yield* match(turns, input, value[0] ?? null, value[1] ?? null, testing);
}

export const REGEX_BUILTINS: Builtins = worked({
  '_match/2': (turns, input, pattern, flags) => match(turns, input, pattern, flags ?? null, false),
  '_match/1': (turns, input, value) => withFlags(turns, input, value ?? null, false),
  'test/2': (turns, input, pattern, flags) => match(turns, input, pattern, flags ?? null, true),
  'test/1': (turns, input, value) => withFlags(turns, input, value ?? null, true),
});
