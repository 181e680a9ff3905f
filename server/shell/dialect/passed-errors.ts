import { forEachChild, type ParsedScript, type ParseError, type SyntaxNode } from 'unbash';

/** An error with the part of the text that it lies in. */
export interface Passed extends ParseError {
  readonly within?: 'substitution' | undefined;
}

/** What the parser says of `name (` where no `)` follows. */
export const STRAY_PARENTHESIS = "expected ')'";

/** Texts without one of these hold nothing that the parser passes by: most are not looked through. */
const SUSPECT = /[$<>]\(|[^\s;&|()<>$=?*+@!{][ \t]*\([ \t]*(?!\))/;

/**
 * Errors that bash stops at as it reads, and the parser passes: a parenthesis behind a command's name, and what is wrong
 * inside of a substitution.
 */
export function passedErrors(text: string, script: ParsedScript): Passed[] {
  if (!SUSPECT.test(text)) return [];
  const found: Passed[] = [];
  // Where the text itself is wrong, a substitution may end elsewhere than the parser has it end.
  const isSure = ({ message }: ParseError) => !script.errors?.length || message.startsWith('unterminated');
  const visit = (node: SyntaxNode, within: Passed['within']) => {
    // Backticks are read when they run.
    if (node.type === 'Script' && (node.source !== undefined || text[node.pos - 1] === '`')) return;
    if (node.type === 'Script' && within)
      for (const error of node.errors ?? []) if (isSure(error)) found.push({ ...error, within });
    if (node.type === 'Command' && node.name) {
      const pos = strayParenthesis(text, node.name.end);
      if (pos !== undefined) found.push({ message: STRAY_PARENTHESIS, pos, within });
    }
    forEachChild(node, (child) => visit(child, child.type === 'Script' ? 'substitution' : within));
  };
  visit(script, undefined);
  return found;
}

/** Where bash finds something else than the `)` of a function's definition. */
function strayParenthesis(text: string, end: number): number | undefined {
  const open = /^[ \t]*\([ \t]*/.exec(text.slice(end, end + 80));
  return open ? end + open[0].length : undefined;
}
