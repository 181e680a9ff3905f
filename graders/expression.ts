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

/** Evaluates a CEL expression. A field that is missing makes it false: `what` then says so. */
export function holds(text: string, variables: Record<string, unknown>): { holds: boolean; what?: string } {
  try {
    const value = environment.evaluate(text, variables) as unknown;
    return value === true ? { holds: true } : { holds: false, what: String(value) };
  } catch (error) {
    return { holds: false, what: (error as Error).message.split('\n')[0] ?? 'error' };
  }
}
