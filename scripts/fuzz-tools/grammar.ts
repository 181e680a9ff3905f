import type { Random } from '../../server/sim/index.ts';
import { type Grammar, VALUES } from './operands.ts';
import { FILES } from './tools-files.ts';
import { LINES } from './tools-lines.ts';
import { OTHERS } from './tools-others.ts';

export const TOOLS: Readonly<Record<string, Grammar>> = { ...LINES, ...FILES, ...OTHERS };

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T;

/** A value for an option's argument. */
function value(random: Random, { values = {} }: Grammar, name: string): string {
  return pick(random, values[name] ?? VALUES[name] ?? ['1', 'x', 'a.txt']);
}

export interface Spelled {
  readonly name: string;
  readonly argument?: string;
  readonly optional: boolean;
}

function spelling(random: Random, grammar: Grammar, { name, argument, optional }: Spelled): string {
  if (argument === undefined || (optional && random.below(2) === 0)) return name;
  const text = value(random, grammar, argument);
  if (name.startsWith('--')) return optional || random.below(4) > 0 ? `${name}=${text}` : `${name} ${text}`;
  return random.below(2) === 0 ? `${name} ${text}` : `${name}${text}`;
}

/** A command line of `tool`. */
export function commandLine(random: Random, tool: string, options: readonly Spelled[]): string {
  const grammar = TOOLS[tool] as Grammar;
  const known = options.filter(({ name }) => !grammar.without?.includes(name));
  const drawn = Array.from({ length: random.below((grammar.most ?? 3) + 1) }, () => {
    const more = grammar.more ?? [];
    const at = random.below(known.length + more.length);
    const option = known[at];
    return option ? spelling(random, grammar, option) : (more[at - known.length] as string);
  });
  const operand = pick(random, grammar.operands);
  // The expression of find stands behind its paths.
  const words = tool === 'find' ? [tool, operand, ...drawn] : [tool, ...drawn, operand];
  return `${grammar.before ?? ''}${words.filter((word) => word !== '').join(' ')}${grammar.after ?? ''}`;
}
