import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import type { Call } from '../core/tool.ts';
import { FUNCTIONS } from './math.ts';
import {
  add,
  compare,
  divide,
  isZero,
  length,
  modulo,
  multiply,
  type Num,
  negate,
  num,
  ONE,
  parse,
  raise,
  show,
  squareRoot,
  subtract,
  withScale,
  ZERO,
} from './number.ts';
import type { Argument, Definition, Expression, Local, Place, Statement } from './syntax.ts';

/** A line that cannot be worked out: what is left of it is skipped. */
class RuntimeFault extends Error {}

/** bc is over. */
export class Quit extends Error {}

type Flow = 'break' | 'continue' | { readonly returned: Num } | undefined;

/** Calls inside each other that bc has room for. */
const DEPTH = 1000;
const LINE = 70;
const ARRAY = 16_777_216;

const RELATIONS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  q: '"',
  r: '\r',
  t: '\t',
  '\\': '\\',
};

/** bc's variables, functions and registers. */
export class Machine {
  readonly #call: Call;
  readonly #library: boolean;
  readonly #variables = new Map<string, Num>();
  readonly #arrays = new Map<string, Map<number, Num>>();
  readonly #functions = new Map<string, Definition>();
  #scale = 0;
  #ibase = 10;
  #obase = 10;
  #last: Num = ZERO;
  #column = 0;
  #function = '(main)';
  #depth = 0;
  /** Where `read()` reads from. */
  input: Input | undefined;

  constructor(call: Call, library: boolean) {
    this.#call = call;
    this.#library = library;
    if (library) this.#scale = 20;
  }

  /** Runs a line's statements; a fault ends the line and is told. */
  *line(statements: readonly Statement[]): Steps<void> {
    try {
      yield* this.#all(statements);
    } catch (error) {
      if (!(error instanceof RuntimeFault)) throw error;
      this.#function = '(main)';
      this.#depth = 0;
      yield* this.#call.flush();
      yield* this.#call.context.err(`${error.message}\n`);
    }
  }

  *#all(statements: readonly Statement[]): Steps<Flow> {
    for (const statement of statements) {
      const flow = yield* this.#statement(statement);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  *#statement(statement: Statement): Steps<Flow> {
    yield* this.#call.spend();
    switch (statement.kind) {
      case 'expression': {
        const value = yield* this.#value(statement.value);
        if (statement.prints) yield* this.#printNumber(value, true);
        return undefined;
      }
      case 'text':
        yield* this.#write(statement.text);
        return undefined;
      case 'print':
        for (const item of statement.items) {
          if (item.kind === 'text') yield* this.#write(unescaped(item.text));
          else yield* this.#printNumber(yield* this.#value(item), false);
        }
        return undefined;
      case 'block':
        return yield* this.#all(statement.body);
      case 'if': {
        const chosen = isZero(yield* this.#value(statement.condition)) ? statement.no : statement.yes;
        return chosen && (yield* this.#statement(chosen));
      }
      case 'while':
      case 'for':
        return yield* this.#loop(statement);
      case 'return':
        return { returned: statement.value ? yield* this.#value(statement.value) : ZERO };
      case 'define':
        this.#functions.set(statement.definition.name, statement.definition);
        return undefined;
      case 'halt':
      case 'quit':
        throw new Quit();
      case 'limits':
        yield* this.#write(
          'BC_BASE_MAX     = 2147483647\nBC_DIM_MAX      = 16777215\nBC_SCALE_MAX    = 2147483647\nBC_STRING_MAX   = 2147483647\nMAX Exponent    = 9223372036854775807\nNumber of vars  = 32767\n',
        );
        return undefined;
      case 'warranty':
        yield* this.#write('bc is distributed without any warranty.\n');
        return undefined;
      default:
        return statement.kind;
    }
  }

  *#loop(statement: Statement & { kind: 'while' | 'for' }): Steps<Flow> {
    const steps = statement.kind === 'for' ? statement : undefined;
    if (steps?.first) yield* this.#value(steps.first);
    while (!statement.condition || !isZero(yield* this.#value(statement.condition))) {
      const flow = yield* this.#statement(statement.body);
      if (flow === 'break') break;
      if (flow !== undefined && flow !== 'continue') return flow;
      if (steps?.next) yield* this.#value(steps.next);
      yield* this.#call.spend();
    }
    return undefined;
  }

  *#value(node: Expression): Steps<Num> {
    yield* this.#call.spend();
    switch (node.kind) {
      case 'number':
        return parse(node.text, this.#ibase);
      case 'load':
        return yield* this.#load(node.place);
      case 'negate':
        return negate(yield* this.#value(node.operand));
      case 'not':
        return isZero(yield* this.#value(node.operand)) ? ONE : ZERO;
      case 'logic':
        return yield* this.#logic(node);
      case 'binary': {
        const left = yield* this.#value(node.left);
        return yield* this.#calculate(node.operator, left, yield* this.#value(node.right), node.address);
      }
      case 'assign':
        return yield* this.#assign(node);
      case 'step': {
        const before = yield* this.#load(node.place);
        const after = add(before, num(node.by));
        yield* this.#store(node.place, after, 0);
        return node.before ? after : before;
      }
      case 'builtin':
        return yield* this.#builtin(node);
      case 'call':
        return yield* this.#invoke(node);
    }
  }

  *#logic(node: Expression & { kind: 'logic' }): Steps<Num> {
    const left = !isZero(yield* this.#value(node.left));
    const decided = node.operator === '&&' ? !left : left;
    if (decided) return left ? ONE : ZERO;
    return isZero(yield* this.#value(node.right)) ? ZERO : ONE;
  }

  *#calculate(operator: string, left: Num, right: Num, address: number): Steps<Num> {
    yield* this.#call.spend((left.scale + right.scale) >> 4);
    const relation = RELATIONS[operator];
    if (relation) return relation(compare(left, right)) ? ONE : ZERO;
    switch (operator) {
      case '+':
        return add(left, right);
      case '-':
        return subtract(left, right);
      case '*':
        return multiply(left, right, this.#scale);
      case '/':
        if (isZero(right)) this.#fault('Divide by zero', address);
        return divide(left, right, this.#scale);
      case '%':
        if (isZero(right)) this.#fault('Modulo by zero', address);
        return modulo(left, right, this.#scale);
      default:
        return yield* this.#raise(left, right, address);
    }
  }

  *#raise(left: Num, right: Num, address: number): Steps<Num> {
    if (right.scale !== 0) yield* this.#warn('non-zero scale in exponent', address);
    const exponent = withScale(right, 0).digits;
    if (exponent > 1_000_000_000n || exponent < -1_000_000_000n)
      this.#fault('exponent too large in raise', address);
    return raise(left, Number(exponent), this.#scale);
  }

  *#assign({ place, operator, value, address }: Expression & { kind: 'assign' }): Steps<Num> {
    const before = operator === '=' ? ZERO : yield* this.#load(place);
    const right = yield* this.#value(value);
    const after =
      operator === '=' ? right : yield* this.#calculate(operator.slice(0, 1), before, right, address);
    yield* this.#store(place, after, address);
    return after;
  }

  *#load(place: Place): Steps<Num> {
    if (place.kind === 'variable') return this.#variables.get(place.name) ?? ZERO;
    if (place.kind === 'element') return this.#arrays.get(place.name)?.get(yield* this.#index(place)) ?? ZERO;
    if (place.name === 'last') return this.#last;
    return num(place.name === 'scale' ? this.#scale : place.name === 'ibase' ? this.#ibase : this.#obase);
  }

  *#index({ name, index }: Place & { kind: 'element' }): Steps<number> {
    const at = Number(withScale(yield* this.#value(index), 0).digits);
    if (at < 0 || at >= ARRAY) this.#fault(`Array ${name} subscript out of bounds.`, 0);
    return at;
  }

  *#store(place: Place, value: Num, address: number): Steps<void> {
    if (place.kind === 'variable') this.#variables.set(place.name, value);
    else if (place.kind === 'element') {
      const at = yield* this.#index(place);
      const array = this.#arrays.get(place.name) ?? new Map<number, Num>();
      this.#arrays.set(place.name, array);
      array.set(at, value);
    } else if (place.name === 'last') this.#last = value;
    else yield* this.#register(place.name, Number(withScale(value, 0).digits), address);
  }

  *#register(name: 'scale' | 'ibase' | 'obase', value: number, address: number): Steps<void> {
    if (name === 'scale') {
      if (value < 0) yield* this.#warn('negative scale, set to 0', address);
      this.#scale = Math.max(0, value);
      return;
    }
    const most = name === 'ibase' ? 36 : 2_147_483_647;
    if (value < 2) yield* this.#warn(`${name} too small, set to 2`, address);
    if (value > most) yield* this.#warn(`${name} too large, set to ${most}`, address);
    const kept = Math.min(most, Math.max(2, value));
    if (name === 'ibase') this.#ibase = kept;
    else this.#obase = kept;
  }

  *#builtin({ name, operand, address }: Expression & { kind: 'builtin' }): Steps<Num> {
    if (!operand) {
      const text = ((yield* this.input?.line() ?? none()) ?? '').trim();
      return /^-?[0-9A-Z]*\.?[0-9A-Z]*$/.test(text) && text !== '' ? signed(text, this.#ibase) : ZERO;
    }
    const value = yield* this.#value(operand);
    if (name === 'length') return num(length(value));
    if (name === 'scale') return num(value.scale);
    return squareRoot(value, this.#scale) ?? this.#fault('Square root of a negative number', address);
  }

  *#invoke({ name, args, address }: Expression & { kind: 'call' }): Steps<Num> {
    const definition = this.#functions.get(name);
    const known = this.#library && !definition ? FUNCTIONS[name] : undefined;
    if (known) {
      const values: Num[] = [];
      for (const argument of args)
        values.push(argument.kind === 'array' ? ZERO : yield* this.#value(argument));
      yield* this.#call.spend(this.#scale);
      return known(values, this.#scale);
    }
    if (!definition) this.#fault(`Function ${name} not defined.`, address);
    if (definition.parameters.length !== args.length) this.#fault('Parameter number mismatch', address);
    if (++this.#depth > DEPTH) this.#fault('Function stack overflow', address);
    const restore = yield* this.#enter(definition, args);
    const caller = this.#function;
    this.#function = name;
    const flow = yield* this.#all(definition.body);
    this.#function = caller;
    this.#depth--;
    restore();
    return typeof flow === 'object' ? flow.returned : ZERO;
  }

  /** Gives the parameters their values and hides the callers' variables of those names; returns what undoes it. */
  *#enter(definition: Definition, args: readonly Argument[]): Steps<() => void> {
    const values: (Num | Map<number, Num>)[] = [];
    for (const argument of args)
      values.push(
        argument.kind === 'array' ? new Map(this.#arrays.get(argument.name)) : yield* this.#value(argument),
      );
    const undo: (() => void)[] = [];
    const hide = ({ name, array }: Local, value: Num | Map<number, Num> | undefined) => {
      const all: Map<string, unknown> = array ? this.#arrays : this.#variables;
      const before = all.get(name);
      undo.unshift(() => (before === undefined ? all.delete(name) : all.set(name, before)));
      all.set(name, value ?? (array ? new Map() : ZERO));
    };
    for (const [i, local] of definition.parameters.entries()) hide(local, values[i]);
    for (const local of definition.autos) hide(local, undefined);
    return () => {
      for (const step of undo) step();
    };
  }

  #fault(message: string, address: number): never {
    throw new RuntimeFault(`Runtime error (func=${this.#function}, adr=${address}): ${message}`);
  }

  *#warn(message: string, address: number): Steps<void> {
    yield* this.#call.flush();
    yield* this.#call.context.err(`Runtime warning (func=${this.#function}, adr=${address}): ${message}\n`);
  }

  *#printNumber(value: Num, newline: boolean): Steps<void> {
    yield* this.#call.spend(value.scale >> 2);
    this.#last = value;
    yield* this.#write(show(value, this.#obase), true);
    if (newline) yield* this.#write('\n');
  }

  /** Numbers are cut into lines of 70 columns, each with a backslash at its end. */
  *#write(text: string, wraps = false): Steps<void> {
    const width = Number(this.#call.context.env.get('BC_LINE_LENGTH') ?? LINE);
    let out = '';
    for (const char of text) {
      if (wraps && width > 3 && this.#column === width - 2) {
        out += '\\\n';
        this.#column = 0;
      }
      out += char;
      this.#column = char === '\n' ? 0 : this.#column + 1;
    }
    yield* this.#call.print(out);
  }
}

function signed(text: string, base: number): Num {
  return text.startsWith('-') ? negate(parse(text.slice(1), base)) : parse(text, base);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? '');
}

function* none(): Steps<undefined> {
  return undefined;
}
