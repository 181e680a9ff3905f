import { printFunction } from './print-ast.ts';
import type { Shell } from './shell.ts';

/** A function as `declare -f` shows it, with its newline. */
export function functionText(shell: Shell, name: string): string {
  const found = shell.functions.get(name);
  return found ? `${printFunction(found.node, found.source.text)}\n` : '';
}
