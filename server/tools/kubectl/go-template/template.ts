import { FUNCTIONS, FunctionError, type GoFunction, type Parameter } from './functions.ts';
import { MOST_INT } from './literals.ts';
import { parseTemplate } from './parse.ts';
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
  byteLength,
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
type Node = Expression | Command | Piece;

/** Most pieces that one execution may run, so that no template runs for ever. */
const STEP_LIMIT = 5_000_000;
/** Templates in templates: fewer than Go's, whose stack is larger. */
const MOST_DEPTH = 500;
const GO_MOST_DEPTH = 100_000;

/** Go's text/template over JSON values, as `-o go-template` needs it. Models text/template/exec.go. */
export class GoTemplate {
  readonly #pieces: readonly Piece[];
  readonly #defined: ReadonlyMap<string, readonly Piece[]>;
  readonly #text: string;
  readonly #name: string;
  readonly #allowMissing: boolean;

  /** Throws `TemplateError` when the template is wrong. */
  constructor(text: string, options: { name?: string; allowMissing?: boolean } = {}) {
    this.#text = text;
    this.#name = options.name ?? 'output';
    this.#allowMissing = options.allowMissing ?? true;
    ({ pieces: this.#pieces, defined: this.#defined } = parseTemplate(text, this.#name, (name) =>
      FUNCTIONS.has(name),
    ));
  }

  execute(data: unknown): string {
    const out: string[] = [];
    try {
      new Execution(this, this.#name, plain(data), out).run(this.#pieces, plain(data));
      return out.join('');
    } catch (error) {
      if (error instanceof TemplateError) error.written = out.join('');
      throw error;
    }
  }

  get allowsMissing(): boolean {
    return this.#allowMissing;
  }

  defined(name: string): readonly Piece[] | undefined {
    return name === this.#name ? this.#pieces : this.#defined.get(name);
  }

  /** Where a node stands: name, line, and bytes before it in the line. */
  place(at: number): string {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    return `${this.#name}:${line}:${byteLength(before.slice(before.lastIndexOf('\n') + 1))}`;
  }
}

/** The run of one template; those that it uses have runs of their own. */
class Execution {
  readonly #template: GoTemplate;
  readonly #name: string;
  readonly #out: string[];
  readonly #depth: number;
  readonly #budget: { steps: number };
  readonly #variables: { name: string; value: Value }[];
  /** What is being worked on, for messages. */
  #node: Node | undefined;

  constructor(template: GoTemplate, name: string, dot: Value, out: string[], outer?: Execution) {
    this.#template = template;
    this.#name = name;
    this.#out = out;
    this.#depth = outer ? outer.#depth + 1 : 0;
    this.#budget = outer ? outer.#budget : { steps: 0 };
    this.#variables = [{ name: '$', value: dot }];
  }

  #fail(message: string): never {
    const node = this.#node as Node;
    const name = JSON.stringify(this.#name);
    throw new TemplateError(
      `template: ${this.#template.place(node.at)}: executing ${name} at <${quoted(node)}>: ${message}`,
    );
  }

  run(pieces: readonly Piece[], dot: Value): Left {
    for (const piece of pieces) {
      this.#node = piece;
      if (++this.#budget.steps > STEP_LIMIT) this.#fail(`exceeded maximum template depth (${GO_MOST_DEPTH})`);
      const left = this.#piece(piece, dot);
      if (left) return left;
    }
    return undefined;
  }

  #piece(piece: Piece, dot: Value): Left {
    switch (piece.type) {
      case 'text':
        this.#out.push(piece.text);
        return undefined;
      case 'print': {
        const value = this.#pipe(piece.pipe, dot);
        if (piece.pipe.declared.length === 0) this.#out.push(printed(value.is));
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

  #use(name: string, pipe: Pipe | undefined, dot: Value): void {
    const body = this.#template.defined(name);
    if (!body) this.#fail(`template ${JSON.stringify(name)} not defined`);
    if (this.#depth >= MOST_DEPTH) this.#fail(`exceeded maximum template depth (${GO_MOST_DEPTH})`);
    const data = pipe ? this.#pipe(pipe, dot) : INVALID;
    new Execution(this.#template, name, data, this.#out, this).run(body, data);
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
    } else if (isMap(is)) {
      for (const key of Object.keys(is).sort()) yield [plain(key), boxed(is[key])];
    } else if (typeOf(is) === 'int' || typeOf(is) === 'int64') {
      if (variables > 1) this.#fail(`can't use ${printed(is)} to iterate over more than one variable`);
      for (let i = 0; i < Number(is); i++) {
        if (++this.#budget.steps > STEP_LIMIT) return;
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
      return this.#path(first, dot, hasArguments);
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
        return this.#path(expression, dot, false);
    }
  }

  #path(
    node: Extract<Expression, { type: 'field' | 'chain' | 'variable' }>,
    dot: Value,
    hasArguments: boolean,
  ): Value {
    this.#node = node;
    const { names } = node;
    let value = this.#root(node, dot);
    if (names.length === 0 && hasArguments) this.#fail(`can't give argument to non-function ${quoted(node)}`);
    for (const [i, name] of names.entries())
      value = this.#field(value, name, hasArguments && i === names.length - 1);
    return value;
  }

  #root(node: Extract<Expression, { type: 'field' | 'chain' | 'variable' }>, dot: Value): Value {
    if (node.type === 'field') return dot;
    if (node.type === 'variable') {
      const known = this.#variables.findLast(({ name }) => name === node.name);
      return known ? known.value : this.#fail(`undefined variable: ${node.name}`);
    }
    if (node.of.type === 'nil') this.#fail(`indirection through explicit nil in ${quoted(node)}`);
    return this.#evaluate(node.of, dot);
  }

  #field(receiver: Value, name: string, hasArguments: boolean): Value {
    if (!isValid(receiver)) {
      if (!this.#template.allowsMissing) this.#fail(`nil data; no entry for key ${JSON.stringify(name)}`);
      return INVALID;
    }
    const { is } = receiver;
    const type = receiver.boxed ? 'interface {}' : typeOf(is);
    if (isNothing(is)) this.#fail(`nil pointer evaluating ${type}.${name}`);
    if (!isMap(is)) this.#fail(`can't evaluate field ${name} in type ${type}`);
    if (hasArguments) this.#fail(`${name} is not a method but has arguments`);
    if (Object.hasOwn(is, name)) return boxed(is[name]);
    if (!this.#template.allowsMissing) this.#fail(`map has no entry for key ${JSON.stringify(name)}`);
    return INVALID;
  }

  #function(
    node: Expression & { type: 'identifier' },
    dot: Value,
    { cmd, piped }: { cmd: Command | Expression; piped: Value | undefined },
  ): Value {
    this.#node = node;
    const { name } = node;
    const definition = FUNCTIONS.get(name) as GoFunction;
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
    try {
      return definition.call(values);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.#node = cmd;
      const callee = args[0] ? quoted(args[0]) : printed(piped?.is);
      this.#fail(`error calling ${name}: ${error.message.replace('%s', callee)}`);
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
    if (type !== 'string') return this.#fit(this.#evaluate(node, dot), type);
    if (node.type === 'nil') this.#fail('cannot assign nil to string');
    if (node.type === 'bool' || node.type === 'number') this.#fail(`expected string; found ${quoted(node)}`);
    return this.#fit(this.#evaluate(node, dot), type);
  }

  /** Models text/template/exec.go validateType. */
  #fit(value: Value, type: Parameter): Value {
    if (type !== 'string') return value;
    if (!isValid(value)) this.#fail('invalid value; expected string');
    if (typeof value.is === 'string') return plain(value.is);
    const got = isNothing(value.is) ? 'interface {}' : typeOf(value.is);
    this.#fail(`wrong type for value; expected string; got ${got}`);
  }
}
