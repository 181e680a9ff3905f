import { append } from '../../../sim/index.ts';
import type { Hunk } from './read.ts';

/** What became of a hunk. `line` is where it fits in the old text, `fuzz` how many lines of context were left out. */
export interface Outcome {
  readonly line: number;
  readonly offset: number;
  readonly fuzz: number;
  readonly applied: boolean;
}

export interface Applied {
  readonly lines: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** The hunk as it undoes what it does. */
export function reversed(hunk: Hunk): Hunk {
  const swap: Readonly<Record<string, string>> = { '-': '+', '+': '-' };
  const lines = hunk.lines.map((line) => (swap[line[0] as string] ?? ' ') + line.slice(1));
  return { oldStart: hunk.newStart, newStart: hunk.oldStart, lines: removedFirst(lines) };
}

/** In every run of changes what goes stands before what comes. */
function removedFirst(lines: readonly string[]): string[] {
  const out: string[] = [];
  let added: string[] = [];
  for (const line of lines) {
    if (line.startsWith('+')) {
      added.push(line);
      continue;
    }
    if (line.startsWith(' ')) {
      append(out, added);
      added = [];
    }
    out.push(line);
  }
  return [...out, ...added];
}

/** Finds a place for every hunk and changes the lines there. Models patch.c main and locate_hunk. */
export function applyHunks(
  lines: readonly string[],
  hunks: readonly Hunk[],
  maxFuzz: number,
  same: (a: string, b: string) => boolean,
): Applied {
  const out: string[] = [];
  const outcomes: Outcome[] = [];
  let done = 0;
  let offset = 0;
  for (const hunk of hunks) {
    const found = locate(lines, hunk, { from: done, offset, maxFuzz, same });
    if (!found) {
      outcomes.push({ line: hunk.oldStart + offset, offset, fuzz: 0, applied: false });
      continue;
    }
    offset = found.line - hunk.oldStart;
    append(out, lines.slice(done, found.line - 1));
    let at = found.line - 1;
    for (const line of hunk.lines) {
      if (line.startsWith('+')) out.push(line.slice(1));
      else if (line.startsWith(' ')) out.push(lines[at++] ?? line.slice(1));
      else at++;
    }
    done = at;
    outcomes.push({ ...found, offset, applied: true });
  }
  append(out, lines.slice(done));
  return { lines: out, outcomes };
}

interface Search {
  readonly from: number;
  readonly offset: number;
  readonly maxFuzz: number;
  readonly same: (a: string, b: string) => boolean;
}

function locate(
  lines: readonly string[],
  hunk: Hunk,
  search: Search,
): { line: number; fuzz: number } | undefined {
  const old = hunk.lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
  const before = hunk.lines.findIndex((line) => !line.startsWith(' '));
  const after = [...hunk.lines].reverse().findIndex((line) => !line.startsWith(' '));
  const context = Math.max(before, after);
  const guess = hunk.oldStart + search.offset;
  // Nothing to compare with: it goes where it says.
  if (old.length === 0)
    return lines.length === 0 || guess - 1 <= lines.length
      ? { line: Math.max(1, guess), fuzz: 0 }
      : undefined;
  for (let fuzz = 0; fuzz <= Math.min(search.maxFuzz, context); fuzz++) {
    const prefix = Math.max(0, fuzz + before - context);
    const suffix = Math.max(0, fuzz + after - context);
    const fits = (line: number) => {
      if (line - 1 + prefix < search.from || line - 1 + old.length - suffix > lines.length) return false;
      for (let i = prefix; i < old.length - suffix; i++)
        if (!search.same(lines[line - 1 + i] as string, old[i] as string)) return false;
      return true;
    };
    // A hunk with less context at one end is held to that end of the file.
    const atStart = fuzz === 0 && before < after && hunk.oldStart <= 1;
    const atEnd = fuzz === 0 && after < before;
    for (let away = 0; away <= lines.length; away++) {
      const line = [guess + away, guess - away].find(
        (place) =>
          place >= 1 &&
          fits(place) &&
          (!atStart || place === 1) &&
          (!atEnd || place - 1 + old.length === lines.length),
      );
      if (line !== undefined) return { line, fuzz };
    }
  }
  return undefined;
}
