import { isObject } from './values.ts';

/**
 * What one evaluation may cost, and all of those of an object together. Models apiserver/pkg/apis/cel/config.go, whose
 * limits are 1,000,000 and 10,000,000: that many steps would hold everybody's thread here for seconds.
 */
export const CALL_LIMIT = 200_000;
export const OBJECT_BUDGET = 1_000_000;
/** Reading or making a character costs this part of a step. Models cel-go/common/cost.go */
const CHARACTER_COST = 0.1;

export class CelCostError extends Error {
  override name = 'CelCostError';

  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export class CelBudgetError extends Error {
  override name = 'CelBudgetError';

  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** What is left for the expressions of one object. */
export interface CelBudget {
  left: number;
}

/** Costs of the evaluation that runs now. */
let spent = 0;

function spend(cost: number): void {
  spent += cost;
  if (spent > CALL_LIMIT) throw new CelCostError();
}

/** Runs an evaluation of metered nodes. Throws CelCostError or CelBudgetError where it costs too much. */
export function metered(evaluate: () => unknown, budget?: CelBudget): unknown {
  const outer = spent;
  spent = 0;
  let result: unknown;
  let failure: unknown;
  try {
    result = evaluate();
  } catch (error) {
    failure = error;
  }
  const cost = spent;
  spent = outer;
  if (budget) budget.left -= Math.min(cost, CALL_LIMIT);
  if (budget && budget.left < 0) throw new CelBudgetError();
  // Quantifiers and `||` pass over errors of their parts.
  if (cost > CALL_LIMIT) throw new CelCostError();
  if (failure !== undefined) throw failure;
  return result;
}

interface Evaluated {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: unknown, node: unknown, context: unknown): unknown;
}

function isNode(value: unknown): value is Evaluated {
  return isObject(value) && typeof value['op'] === 'string' && 'evaluate' in value;
}

/** What goes through all of what it is given. */
const READING = new Set(['in', '==', '!=', '<', '<=', '>', '>=', '+', 'rcall']);

/** Makes the nodes of a tree count what they do, in place. */
export function meter(node: unknown): void {
  if (Array.isArray(node)) {
    for (const part of node) meter(part);
    return;
  }
  if (!isNode(node)) return;
  meter(node.args);
  count(node, () => 1);
  if (!READING.has(node.op) || !Array.isArray(node.args) || isLazy(node)) return;
  const operands = node.op === 'rcall' ? [node.args[1]] : node.args;
  for (const operand of operands) if (isNode(operand)) count(operand, sizeCost);
}

/** Methods that do not look at what they belong to, or at its items one by one, which counts for itself. */
const NOT_READING = new Set(['size', 'all', 'exists', 'exists_one', 'map', 'filter', 'bind', 'hasValue']);

function isLazy({ op, args }: Evaluated): boolean {
  return op === 'rcall' && Array.isArray(args) && NOT_READING.has(args[0]);
}

function count(node: Evaluated, cost: (result: unknown) => number): void {
  let evaluate = node.evaluate;
  function counted(evaluator: unknown, self: unknown, context: unknown): unknown {
    if (spent > CALL_LIMIT) throw new CelCostError();
    const result = evaluate.call(node, evaluator, self, context);
    spend(cost(result));
    return result;
  }
  // A node puts a faster way in the place of its first one as soon as it knows its types.
  const set = (faster: Evaluated['evaluate']) => {
    evaluate = faster;
  };
  Object.defineProperty(node, 'evaluate', { get: () => counted, set, configurable: true });
}

function sizeCost(value: unknown): number {
  if (typeof value === 'string') return value.length * CHARACTER_COST;
  return Array.isArray(value) ? value.length : 0;
}
