import { forEachChild, parse, type SyntaxNode } from 'unbash';
import type { Shell } from './shell.ts';

/** Text in which aliases were replaced. */
export interface Expanded {
  readonly text: string;
  /** The offset in the text before the replacements. */
  originalOffset(at: number): number;
}

interface Replacement {
  at: number;
  /** Length of the text that stands there now, and of what stood there before. */
  length: number;
  before: number;
}

const MAX_ROUNDS = 50;

/** Replaces the command words that are aliases, on the first line of commands and below. */
export function expandAliases(shell: Shell, original: string): Expanded {
  let text = original;
  const done: Replacement[] = [];
  if (shell.aliases.size === 0) return { text, originalOffset: (at) => at };
  const spent: { name: string; from: number; to: number }[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = nextAlias(shell, text, spent);
    if (!found) break;
    const value = shell.aliases.get(found.name) as string;
    const end = found.pos + found.name.length;
    text = text.slice(0, found.pos) + value + text.slice(end);
    const shift = value.length - found.name.length;
    for (const region of spent) {
      if (region.from > found.pos) region.from += shift;
      if (region.to > found.pos) region.to += shift;
    }
    spent.push({ name: found.name, from: found.pos, to: found.pos + value.length });
    done.push({ at: found.pos, length: value.length, before: found.name.length });
  }
  return { text, originalOffset: (at) => offsetBefore(done, at) };
}

function offsetBefore(done: readonly Replacement[], at: number): number {
  let offset = at;
  for (const { at: start, length, before } of [...done].reverse()) {
    if (offset >= start + length) offset += before - length;
  }
  return offset;
}

function nextAlias(
  shell: Shell,
  text: string,
  spent: readonly { name: string; from: number; to: number }[],
): { name: string; pos: number } | undefined {
  let found: { name: string; pos: number } | undefined;
  const consider = (name: string, pos: number) => {
    if (found || !shell.aliases.has(name)) return;
    if (spent.some((region) => region.name === name && pos >= region.from && pos < region.to)) return;
    found = { name, pos };
  };
  const visit = (node: SyntaxNode): void => {
    if (found) return;
    if (node.type === 'Command' && node.name && node.name.text === node.name.value) {
      consider(node.name.text, node.name.pos);
      if (!found) afterBlank(node, spent, shell, consider);
    }
    if (node.type === 'CommandExpansion' && node.script?.source !== undefined) return;
    forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

/** An alias that ends in a blank makes the next word a candidate too (`alias sudo='sudo '`). */
function afterBlank(
  node: Extract<SyntaxNode, { type: 'Command' }>,
  spent: readonly { name: string; from: number; to: number }[],
  shell: Shell,
  consider: (name: string, pos: number) => void,
): void {
  const words = [node.name, ...node.args];
  for (const region of spent) {
    if (!/\s$/.test(shell.aliases.get(region.name) ?? '')) continue;
    const next = words.find((word) => word && word.pos >= region.to);
    if (next?.type === 'Word' && next.text === next.value) consider(next.text, next.pos);
  }
}
