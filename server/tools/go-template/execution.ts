import { FunctionError, type GoFunction, type Parameter } from './functions.ts';
import { type Body, placeOf, type Templates } from './language.ts';
import { MOST_INT } from './literals.ts';
import {
  type Command,
  type Expression,
  type Piece,
  type Pipe,
  quoted,
  type Range,
  TemplateError,
} from './syntax.ts';
import {
  boxed,
  GoStruct,
  INVALID,
  isMap,
  isNothing,
  isValid,
  plain,
  printed,
  truth,
  typeOf,
  unboxed,
  type Value,
} from './values.ts';

/** How a body was left. */
type Left = 'break' | 'continue' | undefined;
type PathNode = Extract<Expression, { type: 'field' | 'chain' | 'variable' }>;
type Node = Expression | Command | Piece;

/** What a function or method is given: arguments, and what the command before has made. */
interface Passed {
  readonly given: readonly Expression[];
  readonly piped: Value | undefined;
}

const NO_ARGUMENTS: Passed = { given: [], piped: undefined };

/** Most pieces that one execution may run, so that no template holds the thread for long. */
const STEP_LIMIT = 1_000_000;
/** Most characters that one execution may write. */
const MOST_OUTPUT = 64 * 1024 * 1024;
/** Templates in templates: fewer than Go's, whose stack is larger. */
const MOST_DEPTH = 500;
const GO_MOST_DEPTH = 100_000;

/** What an execution begins with. */
interface Start {
  readonly name: string;
  readonly body: Body;
  readonly dot: Value;
  readonly out: string[];
}

/** The run of one template; those that it uses have runs of their own. Models text/template/exec.go. */
export class Execution {
  readonly #set: Templates;
  readonly #name: string;
  readonly #body: Body;
  readonly #out: string[];
  readonly #depth: number;
  readonly #variables: { name: string; value: Value }[];
  /** What is being worked on, for messages. */
  #node: Node | undefined;

  constructor(set: Templates, { name, body, dot, out }: Start, outer?: Execution) {
    this.#set = set;
    this.#name = name;
    this.#body = body;
    this.#out = out;
    this.#depth = outer ? outer.#depth + 1 : 0;
    this.#variables = [{ name: '$', value: dot }];
  }

  #fail(message: string): never {
    const node = this.#node as Node;
    const name = JSON.stringify(this.#name);
    const place = placeOf(this.#body.source, node.at);
    throw new TemplateError(`template: ${place}: executing ${name} at <${quoted(node)}>: ${message}`);
  }

  run(pieces: readonly Piece[], dot: Value): Left {
    for (const piece of pieces) {
      this.#node = piece;
      this.#count();
      const left = this.#piece(piece, dot);
      if (left) return left;
    }
    return undefined;
  }

  #count(): void {
    if (++this.#set.budget.steps > STEP_LIMIT) this.#fail('the template takes too many steps');
  }

  #piece(piece: Piece, dot: Value): Left {
    switch (piece.type) {
      case 'text':
        this.#write(piece.text);
        return undefined;
      case 'print': {
        const value = this.#pipe(piece.pipe, dot);
        if (piece.pipe.declared.length === 0) this.#write(printed(value.is));
        return undefined;
      }
      case 'break':
      case 'continue':
        return piece.type;
      case 'template':
        this.#use(piece.name, piece.pipe, dot);
        return undefined;
      default:
        return this.#scoped(() =>
          piece.type === 'range' ? this.#range(piece, dot) : this.#choose(piece, dot),
        );
    }
  }

  #write(text: string): void {
    this.#set.budget.written += text.length;
    if (this.#set.budget.written > MOST_OUTPUT) this.#fail('the output is too large');
    this.#out.push(text);
  }

  #use(name: string, pipe: Pipe | undefined, dot: Value): void {
    const body = this.#set.get(name);
    if (!body) this.#fail(`template ${JSON.stringify(name)} not defined`);
    if (this.#depth >= MOST_DEPTH) this.#fail(`exceeded maximum template depth (${GO_MOST_DEPTH})`);
    const data = pipe ? this.#pipe(pipe, dot) : INVALID;
    const start = { name, body, dot: data, out: this.#out };
    new Execution(this.#set, start, this).run(body.pieces, data);
  }

  #scoped(body: () => Left): Left {
    const known = this.#variables.length;
    const left = body();
    this.#variables.length = known;
    return left;
  }

  #choose(piece: Range, dot: Value): Left {
    const value = this.#pipe(piece.pipe, dot);
    if (!truth(value.is)) return this.run(piece.otherwise, dot);
    return this.run(piece.body, piece.type === 'with' ? value : dot);
  }

  #range(piece: Range, dot: Value): Left {
    const value = this.#pipe(piece.pipe, dot);
    const { declared, assigns } = piece.pipe;
    let ran = false;
    for (const [key, item] of this.#entries(value.is, declared.length)) {
      ran = true;
      const left = this.#scoped(() => {
        const bound = declared.length > 1 ? [key, item] : [item];
        for (const [i, name] of declared.entries()) {
          if (assigns) this.#assign(name, bound[i] as Value);
          else this.#setTop(declared.length - i, bound[i] as Value);
        }
        return this.run(piece.body, item);
      });
      if (left === 'break') break;
    }
    return ran ? undefined : this.run(piece.otherwise, dot);
  }

  /** What `range` goes through, maps in the order of their keys. */
  *#entries(is: unknown, variables: number): Generator<[Value, Value]> {
    if (isNothing(is)) return;
    if (Array.isArray(is)) {
      for (const [i, item] of is.entries()) yield [plain(BigInt(i)), boxed(item)];
    } else if (isMap(is) || (is instanceof GoStruct && is.items)) {
      const items = is instanceof GoStruct ? (is.items as Record<string, unknown>) : is;
      for (const key of Object.keys(items).sort()) yield [plain(key), boxed(items[key])];
    } else if (typeOf(is) === 'int' || typeOf(is) === 'int64') {
      if (variables > 1) this.#fail(`can't use ${printed(is)} to iterate over more than one variable`);
      for (let i = 0; i < Number(is); i++) {
        this.#count();
        yield [INVALID, plain(typeof is === 'bigint' ? BigInt(i) : i)];
      }
    } else this.#fail(`range can't iterate over ${printed(is)}`);
  }

  #setTop(fromEnd: number, value: Value): void {
    const variable = this.#variables.at(-fromEnd);
    if (variable) variable.value = value;
  }

  #assign(name: string, value: Value): void {
    const variable = this.#variables.findLast((known) => known.name === name);
    if (!variable) this.#fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  #pipe(pipe: Pipe, dot: Value): Value {
    this.#node = pipe;
    let value: Value | undefined;
    for (const command of pipe.commands) value = unboxed(this.#command(command, dot, value));
    const result = value ?? INVALID;
    for (const name of pipe.declared) {
      if (pipe.assigns) this.#assign(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  /** `piped`: what the command before has made. */
  #command(command: Command, dot: Value, piped: Value | undefined): Value {
    const first = command.args[0] as Expression;
    if (first.type === 'identifier') return this.#function(first, dot, { cmd: command, piped });
    const hasArguments = command.args.length > 1 || piped !== undefined;
    if (first.type === 'field' || first.type === 'chain' || first.type === 'variable')
      return this.#path(first, dot, { given: command.args.slice(1), piped });
    if (first.type !== 'pipe') this.#node = first;
    if (hasArguments) this.#fail(`can't give argument to non-function ${quoted(first)}`);
    if (first.type === 'nil') this.#fail('nil is not a command');
    return this.#evaluate(first, dot);
  }

  #evaluate(expression: Expression, dot: Value): Value {
    if (expression.type !== 'pipe') this.#node = expression;
    switch (expression.type) {
      case 'dot':
        return dot;
      case 'nil':
        return boxed(null);
      case 'number':
        if (typeof expression.value === 'bigint' && expression.value >= MOST_INT)
          this.#fail(`${expression.text} overflows int`);
        return plain(expression.value);
      case 'bool':
      case 'string':
        return plain(expression.value);
      case 'identifier':
        return this.#function(expression, dot, { cmd: expression, piped: undefined });
      case 'pipe':
        return this.#pipe(expression, dot);
      default:
        return this.#path(expression, dot, NO_ARGUMENTS);
    }
  }

  #path(node: PathNode, dot: Value, passed: Passed): Value {
    this.#node = node;
    const { names } = node;
    let value = this.#root(node, dot);
    const hasArguments = passed.given.length > 0 || passed.piped !== undefined;
    if (names.length === 0 && hasArguments) this.#fail(`can't give argument to non-function ${quoted(node)}`);
    this.#node = node;
    for (const [i, name] of names.entries()) {
      const own = i === names.length - 1 ? passed : NO_ARGUMENTS;
      value = this.#method(value, name, { dot, passed: own, node }) ?? this.#field(value, name, own);
    }
    return value;
  }

  /** What a method of the receiver gives; undefined where it has none of the name. */
  #method(
    receiver: Value,
    name: string,
    { dot, passed, node }: { dot: Value; passed: Passed; node: PathNode },
  ): Value | undefined {
    const { is } = receiver;
    if (!(is instanceof GoStruct) || !Object.hasOwn(is.methods, name)) return undefined;
    const method = is.methods[name] as (...args: unknown[]) => unknown;
    const count = passed.given.length + (passed.piped ? 1 : 0);
    if (count !== method.length)
      this.#fail(`wrong number of args for ${name}: want ${method.length} got ${count}`);
    const args = passed.given.map((arg) => unboxed(this.#argument(arg, dot, 'any')).is);
    if (passed.piped) args.push(passed.piped.is);
    this.#node = node;
    return plain(this.#called(name, () => method.apply(is, args)));
  }

  #root(node: PathNode, dot: Value): Value {
    if (node.type === 'field') return dot;
    if (node.type === 'variable') {
      const known = this.#variables.findLast(({ name }) => name === node.name);
      return known ? known.value : this.#fail(`undefined variable: ${node.name}`);
    }
    if (node.of.type === 'nil') this.#fail(`indirection through explicit nil in ${quoted(node)}`);
    return this.#evaluate(node.of, dot);
  }

  /** Models text/template/exec.go evalField. */
  #field(receiver: Value, name: string, passed: Passed): Value {
    const { missing } = this.#set.language;
    if (!isValid(receiver)) {
      if (missing === 'error') this.#fail(`nil data; no entry for key ${JSON.stringify(name)}`);
      return INVALID;
    }
    const { is } = receiver;
    const type = receiver.boxed ? 'interface {}' : typeOf(is);
    if (isNothing(is)) this.#fail(`nil pointer evaluating ${type}.${name}`);
    const fields = is instanceof GoStruct ? is.fields : is;
    if (!isMap(fields)) this.#fail(`can't evaluate field ${name} in type ${type}`);
    if (passed.given.length > 0 || passed.piped) this.#fail(`${name} is not a method but has arguments`);
    if (Object.hasOwn(fields, name))
      return is instanceof GoStruct ? plain(fields[name]) : boxed(fields[name]);
    if (is instanceof GoStruct) this.#fail(`can't evaluate field ${name} in type ${type}`);
    if (missing === 'error') this.#fail(`map has no entry for key ${JSON.stringify(name)}`);
    return missing === 'zero' ? boxed(null) : INVALID;
  }

  #function(
    node: Expression & { type: 'identifier' },
    dot: Value,
    { cmd, piped }: { cmd: Command | Expression; piped: Value | undefined },
  ): Value {
    this.#node = node;
    const { name } = node;
    const definition = this.#set.language.functions.get(name) as GoFunction;
    const args = cmd.type === 'command' ? cmd.args.slice(1) : [];
    this.#checkCount(name, definition, { given: args.length, all: args.length + (piped ? 1 : 0) });
    const typeAt = (i: number) => definition.parameters[i] ?? (definition.rest as Parameter);
    const values: Value[] = [];
    for (const [i, arg] of args.entries()) {
      const value = this.#argument(arg, dot, typeAt(i));
      if ((name === 'and' || name === 'or') && truth(unboxed(value).is) === (name === 'or')) return value;
      values.push(value);
    }
    if (piped) values.push(this.#fit(piped, typeAt(args.length)));
    this.#node = cmd;
    const callee = args[0] ? quoted(args[0]) : printed(piped?.is);
    return this.#called(name, () => definition.call(values, callee));
  }

  /** What a function gives; what it throws is told of with its name. */
  #called<T>(name: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (error instanceof FunctionError || error instanceof TemplateError)
        this.#fail(`error calling ${name}: ${error.message}`);
      throw error;
    }
  }

  #checkCount(name: string, { parameters, rest }: GoFunction, count: { given: number; all: number }): void {
    if (rest && count.all < parameters.length)
      this.#fail(`wrong number of args for ${name}: want at least ${parameters.length} got ${count.given}`);
    if (!rest && count.all !== parameters.length)
      this.#fail(`wrong number of args for ${name}: want ${parameters.length} got ${count.all}`);
  }

  #argument(node: Expression, dot: Value, type: Parameter): Value {
    this.#node = node;
    if (type === 'any' || type === 'value') return this.#evaluate(node, dot);
    const wanted = CONSTANTS[type];
    if (node.type === 'nil' && wanted) this.#fail(`cannot assign nil to ${type}`);
    if (node.type === 'bool' || node.type === 'number' || node.type === 'string') {
      if (!wanted) this.#fail(`can't handle ${quoted(node)} for arg of type ${type}`);
      if (wanted.is !== node.type || (type === 'int' && typeof node.value !== 'bigint'))
        this.#fail(`expected ${wanted.called}; found ${quoted(node)}`);
    }
    return this.#fit(this.#evaluate(node, dot), type);
  }

  /** Models text/template/exec.go validateType. */
  #fit(value: Value, type: Parameter): Value {
    if (type === 'any' || type === 'value') return value;
    if (!isValid(value)) {
      if (CONSTANTS[type]) this.#fail(`invalid value; expected ${type}`);
      return plain(null);
    }
    if (typeOf(value.is) === type) return plain(value.is);
    const got = isNothing(value.is) ? 'interface {}' : typeOf(value.is);
    this.#fail(`wrong type for value; expected ${type}; got ${got}`);
  }
}

/** Types that constants are written of: their nodes, and what messages call them. */
const CONSTANTS: Partial<Record<Parameter, { is: Expression['type']; called: string }>> = {
  string: { is: 'string', called: 'string' },
  int: { is: 'number', called: 'integer' },
  bool: { is: 'bool', called: 'bool' },
};
