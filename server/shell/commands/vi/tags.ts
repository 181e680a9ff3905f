import type { Buffer, Position } from './buffer.ts';
import type { Span } from './motions.ts';

interface Tag {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** `it` and `at`: what stands between `<x>` and `</x>`, or all of it. */
export function tagObject(buffer: Buffer, at: Position, around: boolean, count: number): Span | undefined {
  const text = buffer.lines.join('\n');
  const offset = offsetOf(buffer, at);
  const pairs = pairsOf(text).filter(({ open, close }) => open.start <= offset && offset < close.end);
  const pair = pairs.sort((a, b) => b.open.start - a.open.start)[count - 1];
  if (!pair) return undefined;
  const [from, to] = around ? [pair.open.start, pair.close.end] : [pair.open.end, pair.close.start];
  return { from: placeOf(text, from), to: placeOf(text, to) };
}

function pairsOf(text: string): { open: Tag; close: Tag }[] {
  const open: Tag[] = [];
  const pairs: { open: Tag; close: Tag }[] = [];
  for (const match of text.matchAll(/<(\/?)([A-Za-z][^\s<>/]*)[^<>]*>/g)) {
    const [all, slash, name] = match as unknown as [string, string, string];
    const tag = { name, start: match.index, end: match.index + all.length };
    if (slash === '') {
      if (!all.endsWith('/>')) open.push(tag);
      continue;
    }
    const depth = open.findLastIndex((one) => one.name === name);
    if (depth < 0) continue;
    pairs.push({ open: open[depth] as Tag, close: tag });
    open.length = depth;
  }
  return pairs;
}

function offsetOf({ lines }: Buffer, { line, column }: Position): number {
  return lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
}

function placeOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, column: (before.at(-1) as string).length };
}
