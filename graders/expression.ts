import { Environment } from '@marcbachmann/cel-js';
import { quantityValue } from '../server/objects/quantity.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerFunction('quantity(string): double', (text: string) => quantityValue(text))
  .registerFunction('sum(list<dyn>): double', (items: unknown[]) =>
    items.reduce((a: number, b) => a + Number(b), 0),
  );

export class ExpressionError extends Error {
  override name = 'ExpressionError';
}

/** Throws `ExpressionError` when the text is not CEL. */
export function checkExpression(text: string): void {
  try {
    environment.parse(text);
  } catch (error) {
    throw new ExpressionError((error as Error).message.split('\n')[0]);
  }
}

/**
 * Evaluates a CEL expression. `what`, where it does not hold, is what stands after "… :" in a report; a field that is
 * missing makes the expression false, and is named.
 */
export function holds(text: string, variables: Record<string, unknown>): { holds: boolean; what?: string } {
  try {
    const value = environment.evaluate(text, variables) as unknown;
    return value === true
      ? { holds: true }
      : { holds: false, what: value === false ? 'that does not hold' : `that is ${String(value)}` };
  } catch (error) {
    return { holds: false, what: sayError(error as Error) };
  }
}

function sayError(error: Error): string {
  const [line = 'error'] = error.message.split('\n');
  const missing = /^No such key: (.+)$/.exec(line)?.[1];
  return missing === undefined ? line : `there is no field "${missing}"`;
}
