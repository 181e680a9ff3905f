import { RE2JS, RE2JSSyntaxException } from 're2js';

/** Patterns that were compiled; users write few of them. */
const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 500;
/** Longest pattern that is compiled. */
const MAX_PATTERN = 10_000;

/**
 * A regular expression in Go's syntax, matched in time linear in the text: whatever a user writes, no match hangs.
 * Throws Go's words when it is none.
 */
export function linearRegex(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  if (pattern.length > MAX_PATTERN) throw new Error('error parsing regexp: expression too large');
  const regex = compile(pattern);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(pattern, regex);
  return regex;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new Error(error.message);
    throw error;
  }
}

/** True when some part of the text matches. */
export function matchesPart(pattern: string, text: string): boolean {
  return linearRegex(pattern).matcher(text).find();
}

/** The parts of a text that match, from left to right, at most `limit`. */
export function matchingParts(pattern: string, text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const matcher = linearRegex(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < limit && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}
