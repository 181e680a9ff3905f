import type { TestExpression } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { arithmeticText, expandEscaped, expandPattern, expandString } from '../expand/expand.ts';
import { lookUp } from '../expand/lookup.ts';
import { pattern } from '../expand/pattern.ts';
import { quoteIfNeeded } from '../expand/quote.ts';
import { type Match, Regex, RegexError } from '../regex/regex.ts';
import { evaluateText, splitReference } from './assign.ts';
import { ShellError, TestError } from './flow.ts';
import { Indexed } from './indexed.ts';
import type { Shell } from './shell.ts';
import { compareFiles, fileTest } from './test-files.ts';
import { trace } from './trace.ts';
import { compareBytes } from './variables.ts';

/** `[[ … ]]`. */
export function* testExpression(shell: Shell, node: TestExpression, sign = ''): Steps<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return yield* testExpression(shell, node.expression);
    case 'TestNot': {
      const negated = node.negations.length % 2 === 1;
      return (yield* testExpression(shell, node.operand, negated ? '! ' : '')) !== negated;
    }
    case 'TestLogical': {
      const wanted = node.operator === '||';
      for (const operand of node.operands) {
        if ((yield* testExpression(shell, operand)) === wanted) return wanted;
      }
      return !wanted;
    }
    case 'TestUnary': {
      const operand = yield* expandString(shell, node.operand);
      if (shell.options.on('xtrace'))
        yield* trace(shell, `[[ ${sign}${node.operator} ${quoteIfNeeded(operand)} ]]`);
      return yield* unaryTest(shell, node.operator, operand);
    }
    case 'TestBinary':
      return yield* binaryNode(shell, node, sign);
  }
}

function* binaryNode(
  shell: Shell,
  { operator, left: leftWord, right: rightWord }: Extract<TestExpression, { type: 'TestBinary' }>,
  sign: string,
): Steps<boolean> {
  const left = yield* expandString(shell, leftWord);
  if (operator === '==' || operator === '=' || operator === '!=') {
    const source = yield* expandPattern(shell, rightWord);
    if (shell.options.on('xtrace'))
      yield* trace(shell, `[[ ${sign}${quoteIfNeeded(left)} ${operator} ${source} ]]`);
    const compiled = pattern(source, { ignoreCase: shell.options.shopt('nocasematch') });
    return compiled.matches(left) === (operator !== '!=');
  }
  if (operator === '=~') {
    const source = yield* expandEscaped(shell, rightWord, (text) =>
      text.replace(/[.[\](){}\\*+?^$|]/g, '\\$&'),
    );
    if (shell.options.on('xtrace')) yield* trace(shell, `[[ ${sign}${quoteIfNeeded(left)} =~ ${source} ]]`);
    return matchRegex(shell, left, source);
  }
  const right = yield* expandString(shell, rightWord);
  if (shell.options.on('xtrace')) {
    yield* trace(shell, `[[ ${sign}${quoteIfNeeded(left)} ${operator} ${quoteIfNeeded(right)} ]]`);
  }
  if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) {
    const a = yield* arithmeticText(shell, left);
    const b = yield* arithmeticText(shell, right);
    return compareNumbers(operator, operandValue(shell, a), operandValue(shell, b));
  }
  return binaryTest(shell, operator, left, right);
}

function operandValue(shell: Shell, text: string): number | bigint {
  try {
    return evaluateText(shell, text);
  } catch (error) {
    if (error instanceof ShellError && !error.fatal) throw new TestError(error.message);
    throw error;
  }
}

function matchRegex(shell: Shell, text: string, source: string): boolean {
  const match = exec(source, text, shell.options.shopt('nocasematch'));
  shell.variables.put('BASH_REMATCH', Indexed.of(match ? match.groups.map((group) => group ?? '') : []));
  return match !== undefined;
}

function exec(source: string, text: string, ignoreCase: boolean): Match | undefined {
  try {
    return new Regex(source, { extended: true, strict: true, ignoreCase }).exec(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    // Bash does not say what is wrong with the expression.
    throw new TestError('', 2);
  }
}

export function compareNumbers(operator: string, a: number | bigint, b: number | bigint): boolean {
  switch (operator) {
    case '-eq':
      return BigInt(a) === BigInt(b);
    case '-ne':
      return BigInt(a) !== BigInt(b);
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

/** Binary operators that `test` and `[[` share; numbers are compared elsewhere. */
export function binaryTest(shell: Shell, operator: string, left: string, right: string): boolean {
  switch (operator) {
    case '<':
      return compareBytes(left, right) < 0;
    case '>':
      return compareBytes(left, right) > 0;
    default:
      return compareFiles(shell.context, operator, left, right);
  }
}

/** Unary operators that `test` and `[[` share. */
export function* unaryTest(shell: Shell, operator: string, operand: string): Steps<boolean> {
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-v':
      return isSet(shell, operand);
    case '-R':
      return shell.variables.find(operand)?.nameref === true;
    case '-o':
      return shell.options.on(operand);
    case '-t':
      return /^\d+$/.test(operand) && shell.context.isTerminal(Number(operand));
    default:
      return fileTest(shell.context, operator, operand);
  }
}

function isSet(shell: Shell, name: string): boolean {
  if (/^\d+$/.test(name)) return lookUp(shell, name, undefined).value !== undefined;
  const reference = splitReference(name);
  if (!reference) return false;
  const found = lookUp(shell, reference.name, reference.subscript);
  return found.list ? found.list.items.length > 0 : found.value !== undefined;
}
