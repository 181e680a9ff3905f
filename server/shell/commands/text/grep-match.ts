import { perlRegex } from '../../regex/perl.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { Failure } from '../core/tool.ts';

/** What grep looks for in a line. */
export interface Matcher {
  readonly warnings: readonly string[];
  test(line: string): boolean;
  /** Start and end of every match that is not empty. */
  all(line: string): Iterable<readonly [number, number]>;
}

interface MatchOptions {
  readonly syntax: 'E' | 'F' | 'G' | 'P';
  readonly ignoreCase: boolean;
  readonly word: boolean;
  readonly line: boolean;
}

type Find = (line: string, from: number) => [number, number] | undefined;

export function matcherFor(patterns: readonly string[], options: MatchOptions): Matcher {
  const warnings =
    options.syntax === 'G' || options.syntax === 'E'
      ? patterns.flatMap((pattern) => warningsOf(pattern, options))
      : [];
  const finds = patterns.map((pattern) => finder(pattern, options));
  const find: Find = (line, from) => {
    let best: [number, number] | undefined;
    for (const one of finds) {
      const match = one(line, from);
      if (match && (!best || match[0] < best[0] || (match[0] === best[0] && match[1] > best[1])))
        best = match;
    }
    return best;
  };
  const plain = !options.word && !options.line;
  const tests = plain ? patterns.map((pattern) => tester(pattern, options)) : undefined;
  return {
    warnings,
    test: (line) => (tests ? tests.some((test) => test(line)) : find(line, 0) !== undefined),
    *all(line) {
      for (let at = 0; at <= line.length; ) {
        const match = find(line, at);
        if (!match) break;
        if (match[1] > match[0]) yield match;
        at = match[1] > match[0] ? match[1] : match[0] + 1;
      }
    },
  };
}

function warningsOf(pattern: string, options: MatchOptions): readonly string[] {
  try {
    return new Regex(pattern, { extended: options.syntax === 'E' }).warnings;
  } catch {
    return [];
  }
}

function tester(pattern: string, options: MatchOptions): (line: string) => boolean {
  if (options.syntax === 'F') {
    if (!options.ignoreCase) return (line) => line.includes(pattern);
    const lower = pattern.toLowerCase();
    return (line) => line.toLowerCase().includes(lower);
  }
  const regex = compile(pattern, options);
  return (line) => guarded(() => regex.test(line));
}

function finder(pattern: string, options: MatchOptions): Find {
  const base = options.syntax === 'F' ? fixedFinder(pattern, options) : regexFinder(pattern, options);
  if (options.line) return wholeLine(pattern, options, base);
  return options.word ? wholeWords(base) : base;
}

function fixedFinder(pattern: string, options: MatchOptions): Find {
  const needle = options.ignoreCase ? pattern.toLowerCase() : pattern;
  let [last, lowered] = ['', ''];
  return (line, from) => {
    if (options.ignoreCase && line !== last) [last, lowered] = [line, line.toLowerCase()];
    const at = (options.ignoreCase ? lowered : line).indexOf(needle, from);
    return at < 0 ? undefined : [at, at + needle.length];
  };
}

function regexFinder(pattern: string, options: MatchOptions): Find {
  const regex = compile(pattern, options);
  return (line, from) => {
    const match = guarded(() => regex.exec(line, from));
    return match && [match.index, match.end];
  };
}

function wholeLine(pattern: string, options: MatchOptions, base: Find): Find {
  if (options.syntax === 'F') {
    return (line, from) => {
      const match = from === 0 ? base(line, 0) : undefined;
      return match && match[0] === 0 && match[1] === line.length ? match : undefined;
    };
  }
  const wrapped = options.syntax === 'G' ? `^\\(${pattern}\\)$` : `^(${pattern})$`;
  return regexFinder(shiftReferences(wrapped, pattern), options);
}

/** The wrapping group is the first: references inside the pattern move up by one. */
function shiftReferences(wrapped: string, pattern: string): string {
  return /\\[1-8]/.test(pattern)
    ? wrapped.replace(/\\([1-8])/g, (_, n: string) => `\\${Number(n) + 1}`)
    : wrapped;
}

/** Models grep's `-w`: a match must not touch word characters; shorter matches at the same place are tried. */
function wholeWords(base: Find): Find {
  const word = /[\p{L}\p{N}_]/u;
  return (line, from) => {
    for (let at = from; at <= line.length; ) {
      const match = base(line, at);
      if (!match) return undefined;
      const [start] = match;
      const fits = (end: number) =>
        !(start > 0 && word.test(line[start - 1] as string)) &&
        !(end < line.length && word.test(line[end] as string));
      for (let end = match[1]; end >= start; ) {
        if (fits(end)) return [start, end];
        if (end <= start) break;
        const shorter = base(line.slice(0, end - 1), start);
        if (!shorter || shorter[0] !== start) break;
        end = shorter[1];
      }
      at = start + 1;
    }
    return undefined;
  };
}

interface Searcher {
  test(line: string): boolean;
  exec(line: string, from: number): { index: number; end: number } | undefined;
}

function compile(pattern: string, options: MatchOptions): Searcher {
  try {
    if (options.syntax === 'P') return perl(pattern, options.ignoreCase);
    return new Regex(pattern, { extended: options.syntax === 'E', ignoreCase: options.ignoreCase });
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message, 2);
    throw error;
  }
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RegexError)
      throw new Failure(
        error.message.replace(/^\w/, (first) => first.toLowerCase()),
        2,
      );
    throw error;
  }
}

function perl(pattern: string, ignoreCase: boolean): Searcher {
  const exec = perlRegex(pattern, ignoreCase);
  return { exec, test: (line) => exec(line, 0) !== undefined };
}
