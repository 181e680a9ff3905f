import type { Buffer, Position } from './buffer.ts';
import type { Span } from './motions.ts';
import { Walker } from './walker.ts';

const ENDS = '.!?';
const CLOSERS = ')]"\'';
const among = (signs: string, char: string) => char !== '' && signs.includes(char);

/** The start of the next sentence, or of this one and those before. Models vim src/textobject.c findsent. */
export function sentence(buffer: Buffer, from: Position, step: 1 | -1, count = 1): Position | undefined {
  const at = new Walker(buffer, from);
  const move = () => (step > 0 ? at.next() : at.previous());
  for (let left = count; left > 0; left--) {
    let skips = true;
    const way = start(buffer, at, step, move);
    if (way === 'fails') return undefined;
    if (way === 'search') {
      backOverBlanks(buffer, at, step);
      const found = toSentenceEnd(at, step, move);
      if (!found && left > 1) return undefined;
      skips = found;
    }
    while (skips && at.isBlank && at.next());
  }
  return at.place;
}

function start(buffer: Buffer, at: Walker, step: 1 | -1, move: () => boolean): 'search' | 'found' | 'fails' {
  if (at.char === '') {
    while (move() && at.char === '');
    if (step > 0) return 'found';
  } else if (step > 0 && at.column === 0 && buffer.line(at.line) === '') return 'fails';
  else if (step < 0) at.previous();
  return 'search';
}

/** Back to the last character that belongs to the sentence. */
function backOverBlanks(buffer: Buffer, at: Walker, step: 1 | -1): void {
  let foundEnd = false;
  while (at.isBlank || among(ENDS + CLOSERS, at.char)) {
    const before = at.copy;
    if (!before.previous() || (buffer.line(before.line) === '' && step > 0) || foundEnd) return;
    if (among(ENDS, at.char)) foundEnd = true;
    if (among(CLOSERS, at.char) && !among(ENDS + CLOSERS, before.char)) return;
    at.previous();
  }
}

/** Behind the sign that ends a sentence, or to a line without text. False: the text ended before. */
function toSentenceEnd(at: Walker, step: 1 | -1, move: () => boolean): boolean {
  const { line } = at;
  for (;;) {
    if (at.char === '') {
      if (step < 0 && at.line !== line) [at.line, at.column] = [at.line + 1, 0];
      return true;
    }
    if (among(ENDS, at.char)) {
      const behind = at.copy;
      let more = behind.on();
      while (more && among(CLOSERS, behind.char)) more = behind.on();
      if (!more || behind.isBlank || behind.char === '') {
        [at.line, at.column] = [behind.line, behind.column];
        if (at.char === '') at.on();
        return true;
      }
    }
    if (!move()) return false;
  }
}

function toFirstBlank(at: Walker): void {
  while (at.previous())
    if (!at.isBlank) {
      at.next();
      return;
    }
}

/** `is` and `as`. Models vim src/textobject.c current_sent. */
export function sentenceObject(buffer: Buffer, from: Position, around: boolean, count: number): Span {
  const ahead = sentence(buffer, from, 1) ?? from;
  const blanks = new Walker(buffer, from);
  while (blanks.isBlank && blanks.next());
  const inBlanks = blanks.is(ahead);
  const begin = new Walker(buffer, inBlanks ? from : (sentence(buffer, ahead, -1) ?? from));
  if (inBlanks) toFirstBlank(begin);
  const end = new Walker(buffer, inBlanks ? ahead : begin.place);
  const steps = around ? count * 2 : inBlanks ? count - 1 : count;
  if (steps > 0) forwardPieces(buffer, end, steps);
  else end.previous();
  if (around && inBlanks) {
    toFirstBlank(end);
    if (end.isBlank) end.previous();
  } else if (around && !end.isBlank) toFirstBlank(begin);
  if (!end.next()) end.column = buffer.line(end.line).length;
  return { from: begin.place, to: end.place };
}

/** Sentences and the blanks between them in turn. */
function forwardPieces(buffer: Buffer, at: Walker, pieces: number): void {
  let atStart = true;
  for (let left = pieces; left > 0; left--) {
    const to = sentence(buffer, at.place, 1) ?? at.place;
    [at.line, at.column] = [to.line, to.column];
    if (atStart) toFirstBlank(at);
    if (left === 1 || atStart) at.previous();
    atStart = !atStart;
  }
}
