import type { Function as FunctionNode } from 'unbash';

/** A function definition in bash's own layout. */
export function printFunction(node: FunctionNode, text: string): string {
  return `${node.name.value} () \n${text.slice(node.body.pos, node.body.end)}`;
}
