import { LIMITS, PREEMPT, type Steps } from '../../../../sim/index.ts';
import type { Regex } from '../../../regex/regex.ts';
import { sprintf } from '../../core/printf.ts';
import { type Call, Failure } from '../../core/tool.ts';
import { AwkArray } from './awk-array.ts';
import { callBuiltin } from './builtins.ts';
import { AwkState, isNumberKey, type Slot } from './state.ts';
import { AwkStreams } from './streams.ts';
import type { AwkProgram, Expr, Rule, Stmt, Value } from './syntax.ts';
import { arithmetic, compare, fromInput, isTrue, toNumber, toText } from './values.ts';

/** How a statement ended, when not by running through. */
type Jump =
  | { readonly type: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly type: 'exit' | 'return'; readonly value: Value };

/** Runs an awk program: variables, fields, rules. */
export class AwkMachine extends AwkState {
  readonly streams: AwkStreams;
  readonly #program: AwkProgram;
  readonly #ranges = new Set<Rule>();
  exitCode = 0;
  /** `srand`'s seed. */
  seed = 0;

  constructor(call: Call, program: AwkProgram, operands: readonly string[]) {
    super(call, operands);
    this.#program = program;
    this.streams = new AwkStreams(this);
  }

  *run(): Steps<number> {
    const { rules } = this.#program;
    let jump = yield* this.#runAll('BEGIN');
    const reads = rules.some((rule) => rule.pattern !== 'BEGIN');
    if (jump?.type !== 'exit' && reads) {
      const main = rules.filter((rule) => typeof rule.pattern !== 'string');
      while (this.streams.recordAtHand() || (yield* this.streams.nextRecord())) {
        jump = yield* this.#runRecord(main);
        if (jump?.type === 'exit') break;
        if (jump?.type === 'nextfile') this.streams.skipFile();
      }
    }
    if (jump?.type === 'exit') this.#setExit(jump);
    const last = yield* this.#runAll('END');
    if (last?.type === 'exit') this.#setExit(last);
    yield* this.streams.closeAll();
    return this.exitCode;
  }

  #setExit(jump: Jump): void {
    if ('value' in jump && jump.value !== undefined) this.exitCode = Math.trunc(toNumber(jump.value)) & 0xff;
  }

  *#runAll(which: 'BEGIN' | 'END'): Steps<Jump | undefined> {
    for (const rule of this.#program.rules) {
      if (rule.pattern !== which || !rule.body) continue;
      const jump = yield* this.exec(rule.body);
      if (jump) return jump;
    }
    return undefined;
  }

  *#runRecord(rules: readonly Rule[]): Steps<Jump | undefined> {
    for (const rule of rules) {
      const [test, last] = rule.pattern as readonly Expr[];
      const selected =
        last || test?.waits ? yield* this.#selects(rule) : test === undefined || isTrue(this.value(test));
      if (!selected) continue;
      if (!rule.body) yield* this.streams.print(this.record + this.text('ORS'), undefined);
      else {
        const jump = yield* this.exec(rule.body);
        if (jump?.type === 'next') return undefined;
        if (jump) return jump;
      }
    }
    return undefined;
  }

  *#selects(rule: Rule): Steps<boolean> {
    const [from, to] = rule.pattern as readonly Expr[];
    if (!from) return true;
    if (!to) return isTrue(yield* this.evaluate(from));
    if (!this.#ranges.has(rule)) {
      if (!isTrue(yield* this.evaluate(from))) return false;
      this.#ranges.add(rule);
    }
    if (isTrue(yield* this.evaluate(to))) this.#ranges.delete(rule);
    return true;
  }

  /** Runs a statement. */
  *exec(stmt: Stmt): Steps<Jump | undefined> {
    if (this.call.context.process.spend(1)) yield PREEMPT;
    switch (stmt.type) {
      case 'expr':
        if (stmt.expr.waits) yield* this.evaluate(stmt.expr);
        else this.value(stmt.expr);
        return undefined;
      case 'block':
        for (const one of stmt.body) {
          // Most statements wait for nothing: a generator for each would cost more than they do.
          if (one.type === 'expr' && !one.expr.waits && !this.call.context.process.spend(1)) {
            this.value(one.expr);
            continue;
          }
          const jump = yield* this.exec(one);
          if (jump) return jump;
        }
        return undefined;
      case 'print':
      case 'printf':
        yield* this.#print(stmt);
        return undefined;
      case 'if':
        if (isTrue(stmt.test.waits ? yield* this.evaluate(stmt.test) : this.value(stmt.test)))
          return yield* this.exec(stmt.yes);
        return stmt.no ? yield* this.exec(stmt.no) : undefined;
      case 'while':
      case 'do':
      case 'for':
        return yield* this.#loop(stmt);
      case 'forin':
        return yield* this.#forIn(stmt);
      case 'delete':
        if (!stmt.keys) this.array(stmt.name).clear();
        else this.array(stmt.name).delete(yield* this.#key(stmt.keys));
        return undefined;
      case 'exit':
      case 'return':
        return { type: stmt.type, value: stmt.value && (yield* this.evaluate(stmt.value)) };
      default:
        return { type: stmt.type };
    }
  }

  *#loop(stmt: Extract<Stmt, { type: 'while' | 'do' | 'for' }>): Steps<Jump | undefined> {
    if (stmt.type === 'for' && stmt.init) yield* this.exec(stmt.init);
    for (let first = true; ; first = false) {
      const tested = stmt.type !== 'do' || !first;
      if (tested && stmt.test) {
        const value = stmt.test.waits ? yield* this.evaluate(stmt.test) : this.value(stmt.test);
        if (!isTrue(value)) return undefined;
      }
      const jump = yield* this.exec(stmt.body);
      if (jump?.type === 'break') return undefined;
      if (jump && jump.type !== 'continue') return jump;
      if (stmt.type === 'for' && stmt.step) yield* this.exec(stmt.step);
    }
  }

  *#forIn(stmt: Extract<Stmt, { type: 'forin' }>): Steps<Jump | undefined> {
    for (const key of this.array(stmt.array).ordered()) {
      this.setVariable(stmt.name, fromInput(key));
      const jump = yield* this.exec(stmt.body);
      if (jump?.type === 'break') return undefined;
      if (jump && jump.type !== 'continue') return jump;
    }
    return undefined;
  }

  *#print(stmt: Extract<Stmt, { type: 'print' | 'printf' }>): Steps<void> {
    const values: Value[] = [];
    for (const arg of stmt.args) values.push(arg.waits ? yield* this.evaluate(arg) : this.value(arg));
    let text: string;
    if (stmt.type === 'printf') text = this.format(values);
    else if (values.length === 0) text = this.record + this.text('ORS');
    else
      text =
        values.map((value) => toText(value, this.text('OFMT'))).join(this.text('OFS')) + this.text('ORS');
    const to = stmt.to && { op: stmt.to.op, name: this.toText(yield* this.evaluate(stmt.to.to)) };
    yield* this.streams.print(text, to);
  }

  /** `sprintf`: the first value is the format. */
  format(values: readonly Value[]): string {
    const [format, ...rest] = values;
    return sprintf(this.toText(format), (type) => {
      if (rest.length === 0) this.#fewArguments(this.toText(format));
      const value = rest.shift();
      if (type === 's') return this.toText(value);
      if (type === 'c' && typeof value === 'string') return value;
      return toNumber(value);
    });
  }

  #fewArguments(format: string): never {
    const where = `FILENAME="${this.text('FILENAME')}" FNR=${this.text('FNR')} NR=${this.text('NR')}`;
    throw new Failure(`run time error: not enough arguments passed to printf("${format}")\n\t${where}`, 2);
  }

  /** Evaluates an expression that may have to wait. */
  *evaluate(expr: Expr): Steps<Value> {
    if (!expr.waits) return this.value(expr);
    switch (expr.type) {
      case 'and':
        return isTrue(yield* this.evaluate(expr.left)) && isTrue(yield* this.evaluate(expr.right)) ? 1 : 0;
      case 'or':
        return isTrue(yield* this.evaluate(expr.left)) || isTrue(yield* this.evaluate(expr.right)) ? 1 : 0;
      case 'choice':
        return yield* this.evaluate(isTrue(yield* this.evaluate(expr.test)) ? expr.yes : expr.no);
      case 'getline':
        return yield* this.#getline(expr);
      case 'call':
        if (expr.own) return yield* this.#callOwn(expr.name, expr.args);
        return yield* this.#waitingBuiltin(expr);
      default:
        return this.value(yield* this.#settle(expr));
    }
  }

  /** The same expression with the parts that wait replaced by what they gave. */
  *#settle(expr: Expr): Steps<Expr> {
    const copy: Record<string, unknown> = { ...expr, waits: false };
    for (const [key, part] of Object.entries(expr)) {
      if (Array.isArray(part)) copy[key] = yield* this.#settleAll(part as Expr[]);
      else if (isExpr(part) && part.waits) {
        const isTarget = key === 'target';
        copy[key] = isTarget
          ? yield* this.#settle(part)
          : { type: 'value', value: yield* this.evaluate(part) };
      }
    }
    return copy as unknown as Expr;
  }

  *#settleAll(parts: readonly Expr[]): Steps<Expr[]> {
    const out: Expr[] = [];
    for (const part of parts)
      out.push(part.waits ? { type: 'value', value: yield* this.evaluate(part) } : part);
    return out;
  }

  *#getline(expr: Extract<Expr, { type: 'getline' }>): Steps<Value> {
    const source = expr.source ? this.toText(yield* this.evaluate(expr.source)) : '';
    const line = yield* this.streams.getline(expr.from, source);
    if (typeof line === 'number') return line;
    if (expr.target) this.assign(expr.target, fromInput(line));
    else this.setRecord(line);
    return 1;
  }

  *#waitingBuiltin(expr: Extract<Expr, { type: 'call' }>): Steps<Value> {
    const args: Value[] = [];
    for (const arg of expr.args) args.push(yield* this.evaluate(arg));
    const name = this.toText(args[0]);
    if (expr.name === 'system') return yield* this.streams.system(name);
    if (expr.name === 'close') return yield* this.streams.close(name);
    if (expr.name === 'fflush') {
      yield* this.call.flush();
      return 0;
    }
    return this.value({ ...expr, args: yield* this.#settleAll(expr.args), waits: false });
  }

  *#callOwn(name: string, args: readonly Expr[]): Steps<Value> {
    const fn = this.#program.functions.get(name);
    if (!fn) throw new Failure(`line 0: function ${name} never defined`, 2);
    if (args.length > fn.params.length) throw new Failure(`function ${name} called with too many args`, 2);
    if (this.frames.length > 1000) throw new Failure('function call nesting too deep', 2);
    const frame = new Map<string, Slot>();
    const untyped: [string, string][] = [];
    for (const [i, param] of fn.params.entries()) {
      const arg = args[i];
      const slot = arg?.type === 'var' ? this.slot(arg.name) : undefined;
      if (slot instanceof AwkArray) frame.set(param, slot);
      else {
        if (arg?.type === 'var' && slot === undefined) untyped.push([param, arg.name]);
        frame.set(param, arg && (yield* this.evaluate(arg)));
      }
    }
    this.frames.push(frame);
    const jump = yield* this.exec(fn.body);
    this.frames.pop();
    // A variable that was nothing yet, and that the function used as an array, is that array now.
    for (const [param, outer] of untyped) {
      const made = frame.get(param);
      if (made instanceof AwkArray) this.setSlot(outer, made);
    }
    if (jump?.type === 'exit') throw new AwkExit(jump);
    return jump && 'value' in jump ? jump.value : undefined;
  }

  /** Evaluates an expression that never waits. */
  value(expr: Expr): Value {
    switch (expr.type) {
      case 'value':
        return expr.value;
      case 'regex':
        return this.test(expr.regex, this.record) ? 1 : 0;
      case 'var':
        return this.variable(expr.name);
      case 'field':
        return this.field(toNumber(this.value(expr.index)));
      case 'item':
        return this.#item(expr);
      case 'assign':
        return this.#assignment(expr);
      case 'step': {
        const old = toNumber(this.value(expr.target));
        this.assign(expr.target, old + expr.op);
        return expr.prefix ? old + expr.op : old;
      }
      case 'unary': {
        const of = this.value(expr.of);
        return expr.op === '!' ? (isTrue(of) ? 0 : 1) : expr.op === '-' ? -toNumber(of) : toNumber(of);
      }
      case 'binary':
        return this.#binary(expr);
      case 'and':
        return isTrue(this.value(expr.left)) && isTrue(this.value(expr.right)) ? 1 : 0;
      case 'or':
        return isTrue(this.value(expr.left)) || isTrue(this.value(expr.right)) ? 1 : 0;
      case 'choice':
        return this.value(isTrue(this.value(expr.test)) ? expr.yes : expr.no);
      case 'match':
        return this.test(this.regex(expr.right), this.toText(this.value(expr.left))) !== expr.negate ? 1 : 0;
      case 'in':
        return this.array(expr.name).has(this.keyOf(expr.keys.map((key) => this.value(key)))) ? 1 : 0;
      case 'call':
        return callBuiltin(this, expr.name, expr.args);
      case 'group':
        return expr.items.length === 1
          ? this.value(expr.items[0] as Expr)
          : expr.items.map((item) => this.toText(this.value(item))).join('');
      case 'getline':
        return -1;
    }
  }

  #item(expr: Extract<Expr, { type: 'item' }>): Value {
    const keys = expr.keys.map((one) => this.value(one));
    return this.array(expr.name).use(this.keyOf(keys), isNumberKey(keys));
  }

  #assignment(expr: Extract<Expr, { type: 'assign' }>): Value {
    let value = this.value(expr.value);
    if (expr.op !== '=')
      value = arithmetic(expr.op.slice(0, -1), toNumber(this.value(expr.target)), toNumber(value));
    this.assign(expr.target, value);
    return value;
  }

  #binary(expr: Extract<Expr, { type: 'binary' }>): Value {
    const left = this.value(expr.left);
    const right = this.value(expr.right);
    switch (expr.op) {
      case ' ':
        return joined(this.toText(left), this.toText(right));
      case '<':
        return compare(left, right, this.text('CONVFMT')) < 0 ? 1 : 0;
      case '<=':
        return compare(left, right, this.text('CONVFMT')) <= 0 ? 1 : 0;
      case '>':
        return compare(left, right, this.text('CONVFMT')) > 0 ? 1 : 0;
      case '>=':
        return compare(left, right, this.text('CONVFMT')) >= 0 ? 1 : 0;
      case '==':
        return compare(left, right, this.text('CONVFMT')) === 0 ? 1 : 0;
      case '!=':
        return compare(left, right, this.text('CONVFMT')) !== 0 ? 1 : 0;
      default:
        return arithmetic(expr.op, toNumber(left), toNumber(right));
    }
  }

  /** The regex that an expression stands for: a literal, or its text. */
  regex(expr: Expr): Regex {
    return expr.type === 'regex' ? expr.regex : this.dynamicRegex(this.toText(this.value(expr)));
  }

  *#key(keys: readonly Expr[]): Steps<string> {
    const values: Value[] = [];
    for (const key of keys) values.push(yield* this.evaluate(key));
    return this.keyOf(values);
  }
}

/** `exit` inside a function ends the program from any depth. */
export class AwkExit extends Error {
  override name = 'AwkExit';
  readonly value: Value;

  constructor(jump: Jump) {
    super('exit');
    this.value = 'value' in jump ? jump.value : undefined;
  }
}

function joined(left: string, right: string): string {
  if (left.length + right.length > LIMITS.stringBytes) throw new Failure('out of memory', 2);
  return left + right;
}

function isExpr(part: unknown): part is Expr {
  return typeof part === 'object' && part !== null && 'type' in part;
}
