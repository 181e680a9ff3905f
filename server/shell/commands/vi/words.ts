import type { Buffer, Position } from './buffer.ts';
import type { Span } from './motions.ts';
import { Walker } from './walker.ts';

type Kind = 'blank' | 'word' | 'punctuation';

/** How far to go over words: `big` ones end at blanks only. */
interface Words {
  readonly big: boolean;
  readonly count: number;
}

function kindAt({ char, isBlank }: Walker, big: boolean): Kind {
  if (char === '' || isBlank) return 'blank';
  return big || /[\p{L}\p{N}_]/u.test(char) ? 'word' : 'punctuation';
}

/**
 * To the start of a word ahead. `stops`: the last word at the end of its line ends there, as operators want it.
 * False: it began at the last character. Models vim src/textobject.c fwd_word.
 */
export function forwardWord(buffer: Buffer, at: Walker, { big, count }: Words, stops = false): boolean {
  for (let left = count; left > 0; left--) {
    const own = kindAt(at, big);
    const isLastLine = at.line === buffer.count - 1;
    const ends = (step: string) => step === 'stuck' || (step === 'edge' && stops && left === 1);
    const first = at.step(1);
    if (first === 'stuck' || (first === 'edge' && isLastLine)) return false;
    if (ends(first)) return true;
    if (own !== 'blank') while (kindAt(at, big) === own) if (ends(at.step(1))) return true;
    while (kindAt(at, big) === 'blank' && !at.onEmptyLine) if (ends(at.step(1))) return true;
  }
  return true;
}

/** To the start of a word before; `stays`: at the start of one it is a step less. Models vim src/textobject.c bck_word. */
export function backWord(at: Walker, { big, count }: Words, stays = false): boolean {
  for (let left = count; left > 0; left--) {
    const own = kindAt(at, big);
    if (at.step(-1) === 'stuck') return false;
    if (!stays || left < count || own === kindAt(at, big) || own === 'blank') {
      while (kindAt(at, big) === 'blank' && !at.onEmptyLine) if (at.step(-1) === 'stuck') return true;
      if (at.onEmptyLine) continue;
      if (skip(at, big, -1)) return true;
    }
    at.step(1);
  }
  return true;
}

/** To the end of a word; `stays`: at the end of one it is a step less. Models vim src/textobject.c end_word. */
export function endOfWord(
  at: Walker,
  { big, count }: Words,
  object?: { stays: boolean; stopsAtEmpty: boolean },
): boolean {
  for (let left = count; left > 0; left--) {
    const own = kindAt(at, big);
    if (at.step(1) === 'stuck') return false;
    const stays = object?.stays && left === count;
    if (kindAt(at, big) === own && own !== 'blank') {
      if (skip(at, big, 1)) return false;
    } else if (!stays || own === 'blank') {
      while (kindAt(at, big) === 'blank' && !(object?.stopsAtEmpty && at.onEmptyLine))
        if (at.step(1) === 'stuck') return false;
      if (at.onEmptyLine) continue;
      if (skip(at, big, 1)) return false;
    }
    at.step(-1);
  }
  return true;
}

/** To the end of a word before. Models vim src/textobject.c bckend_word. */
export function backEndOfWord(at: Walker, { big, count }: Words, stops = false): boolean {
  const ends = (step: string) => step === 'stuck' || (stops && step === 'edge');
  for (let left = count; left > 0; left--) {
    const own = kindAt(at, big);
    const first = at.step(-1);
    if (first === 'stuck') return false;
    if (ends(first)) return true;
    if (own !== 'blank') while (kindAt(at, big) === own) if (ends(at.step(-1))) return true;
    while (kindAt(at, big) === 'blank' && !at.onEmptyLine) if (ends(at.step(-1))) return true;
  }
  return true;
}

/** Over characters of one kind. True: the text ended. */
function skip(at: Walker, big: boolean, by: 1 | -1): boolean {
  const own = kindAt(at, big);
  while (kindAt(at, big) === own) if (at.step(by) === 'stuck') return true;
  return false;
}

function backInLine(at: Walker, big: boolean): void {
  const own = kindAt(at, big);
  while (at.column > 0) {
    at.column--;
    if (kindAt(at, big) === own) continue;
    at.column++;
    return;
  }
}

/** `iw`, `aW`…; `anchor`: a selection that is more than a character grows. Models vim src/textobject.c current_word. */
export function wordObject(
  buffer: Buffer,
  from: Position,
  { around, big, count, anchor }: Words & { around: boolean; anchor?: Position | undefined },
): Span | undefined {
  const at = new Walker(buffer, from);
  const grows = anchor !== undefined && !at.is(anchor);
  let begin = anchor ?? from;
  let withBlanks = false;
  let inclusive = true;
  if (!grows) {
    backInLine(at, big);
    begin = at.place;
    withBlanks = around && kindAt(at, big) !== 'blank';
    if (!firstPiece(buffer, at, around, big)) return undefined;
  }
  for (let left = grows ? count : count - 1; left > 0; left--) {
    const back = grows && (at.line < begin.line || (at.line === begin.line && at.column < begin.column));
    const piece = back ? pieceBefore(at, around, big) : pieceBehind(buffer, at, { around, big, count: left });
    if (piece === undefined) return undefined;
    inclusive = piece;
  }
  if (withBlanks && (kindAt(at, big) !== 'blank' || (at.column === 0 && !inclusive)))
    begin = blanksBefore(buffer, begin, big);
  return { from: begin, to: at.place, inclusive };
}

/** The end of what is under the cursor: a word or blanks, with blanks or a word behind for `around`. */
function firstPiece(buffer: Buffer, at: Walker, around: boolean, big: boolean): boolean {
  if ((kindAt(at, big) === 'blank') === around)
    return endOfWord(at, { big, count: 1 }, { stays: true, stopsAtEmpty: true });
  forwardWord(buffer, at, { big, count: 1 }, true);
  if (at.column === 0) at.previous();
  else at.column--;
  return true;
}

/** One piece more; tells whether its last character belongs to it. Undefined: there is none. */
function pieceBehind(
  buffer: Buffer,
  at: Walker,
  { around, big, count }: Words & { around: boolean },
): boolean | undefined {
  if (!at.next()) return undefined;
  if (around === (kindAt(at, big) === 'blank'))
    return endOfWord(at, { big, count: 1 }, { stays: true, stopsAtEmpty: true }) ? true : undefined;
  if (!forwardWord(buffer, at, { big, count: 1 }, true) && count > 1) return undefined;
  if (at.column === 0) return false;
  at.column--;
  return true;
}

function pieceBefore(at: Walker, around: boolean, big: boolean): true | undefined {
  if (!at.previous()) return undefined;
  if (around !== (kindAt(at, big) !== 'blank')) return backWord(at, { big, count: 1 }, true) || undefined;
  if (!backEndOfWord(at, { big, count: 1 }, true)) return undefined;
  at.next();
  return true;
}

/** Without blanks behind it a word takes those before it, but not an indent. */
function blanksBefore(buffer: Buffer, begin: Position, big: boolean): Position {
  if (begin.column === 0) return begin;
  const at = new Walker(buffer, { line: begin.line, column: begin.column - 1 });
  backInLine(at, big);
  return kindAt(at, big) === 'blank' && at.column > 0 ? at.place : begin;
}
