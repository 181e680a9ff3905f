import type { Node } from './syntax.ts';

/** Binary operators from the loosest to the tightest, below `|` and `,`. */
export const LEVELS: readonly {
  readonly marks: readonly string[];
  readonly side: 'left' | 'right' | 'none';
}[] = [
  { marks: ['//'], side: 'right' },
  { marks: ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=', '*+=', '*n='], side: 'none' },
  { marks: ['or'], side: 'left' },
  { marks: ['and'], side: 'left' },
  { marks: ['==', '!=', '<', '<=', '>', '>='], side: 'none' },
  { marks: ['+', '-'], side: 'left' },
  { marks: ['*', '/', '%', '*+', '*d', '*n', '*?', '*c', '*+n', '*n+'], side: 'left' },
];

export function index(target: Node, name: string): Node {
  return { type: 'index', target, key: { type: 'literal', value: name } };
}

/** What a binary operator makes of its sides. */
export function binary(operator: string, left: Node, right: Node): Node {
  if (operator === '//') return { type: 'alternative', left, right };
  if (operator === 'and' || operator === 'or') return { type: operator, left, right };
  if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator))
    return { type: 'assign', operator, left, right };
  return { type: 'binary', operator, left, right };
}
