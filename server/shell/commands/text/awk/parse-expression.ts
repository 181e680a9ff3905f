import { Regex, RegexError } from '../../../regex/regex.ts';
import { AwkSyntaxError, type Token } from './lex.ts';
import type { AwkFunction, Expr, Target } from './syntax.ts';

const WAITING = new Set(['system', 'close', 'fflush']);
const BINARY: readonly (readonly string[])[] = [
  ['+', '-'],
  ['*', '/', '%'],
];

/** Expressions of awk, and what statements read tokens with. */
export class ExpressionParser {
  readonly tokens: readonly Token[];
  at = 0;
  /** Inside `print a > b`, `>` redirects; inside `for (x in y)`, `in` is not an operator. */
  noGreater = 0;
  noIn = 0;
  readonly functions = new Map<string, AwkFunction>();

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get peek(): Token {
    return this.tokens[this.at] as Token;
  }

  fail(): never {
    const { text, type, line } = this.peek;
    const near = type === 'end' ? 'end of file' : type === 'newline' ? 'end of line' : text;
    // mawk knows what is missing where a statement ends inside brackets, and sees the newline at the end of the text.
    if (this.#inBrackets() && (type === 'end' || type === 'newline' || text === ';' || text === '}'))
      throw new AwkSyntaxError(`missing ) near ${type === 'end' ? 'end of line' : near}`, line);
    throw new AwkSyntaxError(`syntax error at or near ${near}`, line);
  }

  /** Whether a `(` before this place is still open. */
  #inBrackets(): boolean {
    let depth = 0;
    for (const { type, text } of this.tokens.slice(0, this.at)) {
      if (type !== 'op') continue;
      if (text === '(' || text === 'func(') depth++;
      if (text === ')') depth--;
    }
    return depth > 0;
  }

  isOp(...ops: string[]): boolean {
    return this.peek.type === 'op' && ops.includes(this.peek.text);
  }

  isKeyword(word: string): boolean {
    return this.peek.type === 'keyword' && this.peek.text === word;
  }

  take(op: string): boolean {
    if (!this.isOp(op)) return false;
    this.at++;
    return true;
  }

  expect(op: string): void {
    if (!this.take(op)) this.fail();
  }

  skipNewlines(): void {
    while (this.peek.type === 'newline') this.at++;
  }

  skipEnds(): void {
    while (this.peek.type === 'newline' || this.isOp(';')) this.at++;
  }

  list(): Expr[] {
    const items = [this.expr()];
    while (this.take(',')) {
      this.skipNewlines();
      items.push(this.expr());
    }
    return items;
  }

  /** Parses with `>` and `in` as operators again, inside brackets. */
  free<T>(parse: () => T): T {
    const [greater, within] = [this.noGreater, this.noIn];
    this.noGreater = 0;
    this.noIn = 0;
    const result = parse();
    this.noGreater = greater;
    this.noIn = within;
    return result;
  }

  expr(): Expr {
    return this.assignment();
  }

  assignment(): Expr {
    const left = this.choice();
    if (!this.isOp('=', '+=', '-=', '*=', '/=', '%=', '^=')) return left;
    if (left.type !== 'var' && left.type !== 'field' && left.type !== 'item') this.fail();
    const op = this.peek.text;
    this.at++;
    this.skipNewlines();
    return waiting({ type: 'assign', op, target: left, value: this.assignment() });
  }

  choice(): Expr {
    const test = this.or();
    if (!this.take('?')) return test;
    this.skipNewlines();
    const yes = this.assignment();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return waiting({ type: 'choice', test, yes, no: this.assignment() });
  }

  or(): Expr {
    let left = this.and();
    while (this.take('||')) {
      this.skipNewlines();
      left = waiting({ type: 'or', left, right: this.and() });
    }
    return left;
  }

  and(): Expr {
    let left = this.in();
    while (this.take('&&')) {
      this.skipNewlines();
      left = waiting({ type: 'and', left, right: this.in() });
    }
    return left;
  }

  in(): Expr {
    let left = this.match();
    while (this.noIn === 0 && this.isKeyword('in')) {
      this.at++;
      const name = this.peek.text;
      this.at++;
      left = waiting({ type: 'in', keys: left.type === 'group' ? left.items : [left], name });
    }
    return left;
  }

  match(): Expr {
    let left = this.comparison();
    for (;;) {
      const negate = this.isOp('!') && this.tokens[this.at + 1]?.text === '~';
      if (!this.isOp('~') && !negate) return left;
      this.at += negate ? 2 : 1;
      left = waiting({ type: 'match', negate, left, right: this.comparison() });
    }
  }

  comparison(): Expr {
    const left = this.concatenation(false);
    if (!this.isOp('<', '<=', '==', '!=', '>', '>=') || (this.isOp('>') && this.noGreater > 0)) return left;
    const op = this.peek.text;
    this.at++;
    return waiting({ type: 'binary', op, left, right: this.concatenation(false) });
  }

  concatenation(single: boolean): Expr {
    let left = this.additive(0);
    while (!single && this.startsOperand())
      left = waiting({ type: 'binary', op: ' ', left, right: this.additive(0) });
    if (single)
      while (this.startsOperand()) left = waiting({ type: 'binary', op: ' ', left, right: this.additive(0) });
    return this.pipeGetline(left);
  }

  /** `"cmd" | getline [var]`, as often as it stands. */
  pipeGetline(left: Expr): Expr {
    let source = left;
    while (this.isOp('|') && this.tokens[this.at + 1]?.text === 'getline') {
      this.at += 2;
      const target = this.optionalTarget();
      source = { type: 'getline', from: '|', source, ...(target ? { target } : {}), waits: true };
    }
    return source;
  }

  startsOperand(): boolean {
    const { type, text } = this.peek;
    if (type === 'keyword') return false;
    if (type === 'op')
      return (
        ['$', '!', '(', '-', '+', '++', '--'].includes(text) &&
        !(text === '!' && this.tokens[this.at + 1]?.text === '~')
      );
    return type !== 'newline' && type !== 'end';
  }

  additive(level: number): Expr {
    const ops = BINARY[level];
    if (!ops) return this.unary();
    let left = this.additive(level + 1);
    while (this.isOp(...ops)) {
      const op = this.peek.text;
      this.at++;
      left = waiting({ type: 'binary', op, left, right: this.additive(level + 1) });
    }
    return left;
  }

  unary(): Expr {
    for (const op of ['!', '-', '+']) {
      if (this.take(op)) return waiting({ type: 'unary', op, of: op === '!' ? this.unary() : this.unary() });
    }
    return this.power();
  }

  power(): Expr {
    const left = this.postfix();
    if (!this.take('^')) return left;
    const right = this.isOp('-', '+', '!') ? this.unary() : this.power();
    return waiting({ type: 'binary', op: '^', left, right });
  }

  postfix(): Expr {
    const expr = this.primary();
    if (expr.type !== 'var' && expr.type !== 'field' && expr.type !== 'item') return expr;
    if (this.take('++')) return waiting({ type: 'step', op: 1, prefix: false, target: expr });
    if (this.take('--')) return waiting({ type: 'step', op: -1, prefix: false, target: expr });
    return expr;
  }

  primary(): Expr {
    const token = this.peek;
    this.at++;
    switch (token.type) {
      case 'number':
        return { type: 'value', value: Number(token.text) };
      case 'string':
        return { type: 'value', value: token.text };
      case 'regex':
        return { type: 'regex', regex: compile(token) };
      case 'builtin':
        return this.builtin(token.text);
      case 'funcname':
        return this.call(token.text);
      case 'name':
        return this.variable(token.text);
      case 'keyword':
        if (token.text === 'getline') return this.getline();
        break;
      case 'op': {
        const expr = this.operator(token.text);
        if (expr) return expr;
      }
    }
    this.at--;
    return this.fail();
  }

  operator(op: string): Expr | undefined {
    if (op === '$') return waiting({ type: 'field', index: this.fieldIndex() });
    if (op === '++' || op === '--') {
      const target = this.primary();
      if (target.type !== 'var' && target.type !== 'field' && target.type !== 'item') this.fail();
      return waiting({ type: 'step', op: op === '++' ? 1 : -1, prefix: true, target });
    }
    if (op !== '(') return undefined;
    const items = this.free(() => this.list());
    this.expect(')');
    return waiting({ type: 'group', items });
  }

  fieldIndex(): Expr {
    if (this.isOp('-', '+', '!')) return this.unary();
    if (this.isOp('++', '--')) return this.primary();
    return this.primary();
  }

  variable(name: string): Target {
    if (!this.take('[')) return { type: 'var', name };
    const keys = this.free(() => this.list());
    this.expect(']');
    return waiting({ type: 'item', name, keys }) as Target;
  }

  builtin(name: string): Expr {
    if (!this.isOp('(')) {
      if (name !== 'length') this.fail();
      return { type: 'call', name, args: [], own: false };
    }
    const args = this.arguments();
    const expr: Expr = { type: 'call', name, args, own: false };
    return WAITING.has(name) ? { ...expr, waits: true } : waiting(expr);
  }

  call(name: string): Expr {
    return { type: 'call', name, args: this.arguments(), own: true, waits: true };
  }

  arguments(): Expr[] {
    this.expect('(');
    this.skipNewlines();
    const args = this.isOp(')') ? [] : this.free(() => this.list());
    this.skipNewlines();
    this.expect(')');
    return args;
  }

  getline(): Expr {
    const target = this.optionalTarget();
    const base = target ? { target } : {};
    if (!this.take('<')) return { type: 'getline', from: 'main', ...base, waits: true };
    return { type: 'getline', from: '<', source: this.postfix(), ...base, waits: true };
  }

  optionalTarget(): Target | undefined {
    if (this.peek.type !== 'name' && !this.isOp('$')) return undefined;
    const target = this.primary();
    return target.type === 'var' || target.type === 'field' || target.type === 'item' ? target : this.fail();
  }
}

function compile(token: Token): Regex {
  try {
    return new Regex(token.text, { extended: true, escapes: true });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new AwkSyntaxError(
      `regular expression compile failed (${error.message})\n${token.text}`,
      token.line,
    );
  }
}

/** Marks an expression as waiting when one of its parts does. */
function waiting(expr: Expr): Expr {
  return children(expr).some((child) => child.waits) ? { ...expr, waits: true } : expr;
}

export function children(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case 'field':
      return [expr.index];
    case 'item':
    case 'in':
      return expr.keys;
    case 'assign':
      return [...children(expr.target), expr.value];
    case 'step':
      return children(expr.target);
    case 'unary':
      return [expr.of];
    case 'binary':
    case 'and':
    case 'or':
    case 'match':
      return [expr.left, expr.right];
    case 'choice':
      return [expr.test, expr.yes, expr.no];
    case 'call':
      return expr.args;
    case 'group':
      return expr.items;
    default:
      return [];
  }
}
