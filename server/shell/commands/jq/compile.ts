import { apply, applyWork } from './apply.ts';
import type { Builtin } from './builtin.ts';
import { compileAssign } from './compile-assign.ts';
import { compileBinding } from './compile-binding.ts';
import {
  compileAlternative,
  compileBreak,
  compileIf,
  compileLabel,
  compileLogic,
  compileTry,
} from './compile-control.ts';
import { compileFold } from './compile-fold.ts';
import { type Dialect, JQ } from './dialect.ts';
import { formatText } from './formats.ts';
import { toJson } from './json-text.ts';
import {
  type Code,
  ENTRY_CELLS,
  type Frame,
  type Machine,
  type Next,
  NO_PATH,
  type Path,
  pathKeys,
  ROOT_PATH,
  type Step,
} from './machine.ts';
import { described, negate } from './operators.ts';
import { bind, type Closure, type Compiled, climb, depthOf, type Scope } from './scope.ts';
import type { Definition, Entry, Node } from './syntax.ts';
import { CompileError } from './token-stream.ts';
import { isArray, isObject, JqError, type Json } from './values.ts';

export class Compiler {
  readonly machine: Machine;
  readonly dialect: Dialect;
  readonly #builtins: ReadonlyMap<string, Builtin>;
  readonly #prelude: (name: string) => Definition | undefined;
  readonly #library = new Map<string, Compiled>();

  constructor(
    machine: Machine,
    builtins: ReadonlyMap<string, Builtin>,
    prelude: (name: string) => Definition | undefined,
    dialect: Dialect = JQ,
  ) {
    this.dialect = dialect;
    this.machine = machine;
    this.#builtins = builtins;
    this.#prelude = prelude;
  }

  compile(node: Node, scope: Scope | undefined): Code {
    switch (node.type) {
      case 'identity':
        return (input, path, _frame, next) => this.machine.give(next, input, path);
      case 'literal':
        return this.#literal(node.value);
      case 'pipe':
        return this.#pipe(this.compile(node.left, scope), this.compile(node.right, scope));
      case 'comma':
        return this.#comma(this.compile(node.left, scope), this.compile(node.right, scope));
      case 'index':
      case 'slice':
      case 'iterate':
        return this.#access(node, scope);
      case 'array':
        return this.#array(this.compile(node.body as Node, scope));
      case 'object':
        return this.#object(node.entries, scope);
      case 'string':
        return this.#string(node.format, node.parts, scope);
      case 'format':
        return this.#format(node.name);
      case 'call':
        return this.#call(node.name, node.args, scope, node.at);
      case 'define':
        return this.#define(node.definition, node.rest, scope);
      case 'variable':
        return this.#variable(node.name, scope, node.at);
      case 'if':
        return compileIf(this, node.condition, node.then, node.otherwise, scope);
      case 'try':
        return compileTry(
          this,
          this.compile(node.body, scope),
          node.handler && this.compile(node.handler, scope),
        );
      case 'label':
        return compileLabel(this, node.name, node.body, scope);
      case 'break':
        return compileBreak(this, node.name, scope, node.at);
      case 'as':
        return compileBinding(this, node.source, node.patterns, node.body, scope);
      case 'reduce':
      case 'foreach':
        return compileFold(this, node, scope);
      default:
        return this.#operation(node, scope);
    }
  }

  #operation(
    node: Node & { type: 'binary' | 'and' | 'or' | 'alternative' | 'assign' | 'negate' },
    scope: Scope | undefined,
  ): Code {
    if (node.type === 'negate')
      return apply(this, [node.body], scope, (_input, value) => negate(value as Json));
    const [left, right] = [this.compile(node.left, scope), this.compile(node.right, scope)];
    switch (node.type) {
      case 'binary': {
        const operator = this.dialect.operators[node.operator] as (a: Json, b: Json) => Json;
        return apply(this, [node.left, node.right], scope, (_input, a, b) => operator(a as Json, b as Json));
      }
      case 'alternative':
        return compileAlternative(this, left, right);
      case 'assign':
        return compileAssign(this, node.operator, left, right);
      default:
        return compileLogic(this, node.type, left, right);
    }
  }

  /** Every output of the part. Its path is of no interest, but the place it starts from may be asked for. */
  each(code: Code, input: Json, frame: Frame, use: (value: Json) => Step, path?: Path): Step {
    return code(input, this.dialect.lenient ? path : undefined, frame, (value) => use(value));
  }

  /** Gives a value that was computed: in a path expression it has no path, unless it is what was there before. */
  computed(input: Json, path: Path | undefined, next: Next, value: Json): Step {
    if (path === undefined) return this.machine.give(next, value, undefined);
    const same = value === input && (value === null || typeof value !== 'object');
    return this.machine.give(next, value, same ? path : NO_PATH);
  }

  #literal(value: Json): Code {
    return (input, path, _frame, next) => this.computed(input, path, next, value);
  }

  #pipe(left: Code, right: Code): Code {
    return (input, path, frame, next) =>
      left(input, path, frame, (value, place) => right(value, place, frame, next));
  }

  #comma(left: Code, right: Code): Code {
    return (input, path, frame, next) => {
      this.machine.later(() => right(input, path, frame, next));
      return left(input, path, frame, next);
    };
  }

  #access(node: Node & { type: 'index' | 'slice' | 'iterate' }, scope: Scope | undefined): Code {
    const target = this.compile(node.target, scope);
    if (node.type === 'iterate')
      return (input, path, frame, next) =>
        target(input, path, frame, (value, place) => this.#iterate(value, place, frame, next));
    const keys =
      node.type === 'index' ? this.compile(node.key, scope) : this.#sliceKey(node.from, node.to, scope);
    const { machine } = this;
    return (input, path, frame, next) =>
      target(input, path, frame, (value, place) =>
        this.each(keys, input, frame, (key) =>
          machine.attempt(frame.onError, () => {
            if (this.dialect.lenient && isScalar(value)) return undefined;
            if (place?.lost && !this.dialect.lenient) throw nearAccess(value, key);
            return machine.give(next, this.dialect.get(value, key), place && { up: place, key });
          }),
        ),
      );
  }

  #sliceKey(from: Node | undefined, to: Node | undefined, scope: Scope | undefined): Code {
    const none: Node = { type: 'literal', value: null };
    return apply(
      this,
      [from ?? none, to ?? none],
      scope,
      (_input, start, end) =>
        new Map<string, Json>([
          ['start', start as Json],
          ['end', end as Json],
        ]),
    );
  }

  #iterate(value: Json, path: Path | undefined, frame: Frame, next: Next): Step {
    if (this.dialect.lenient && (value === null || isScalar(value))) return undefined;
    if (path?.lost && !this.dialect.lenient)
      return frame.onError(`Invalid path expression near attempt to iterate through ${shown(value)}`);
    if (!isArray(value) && !isObject(value)) return frame.onError(`Cannot iterate over ${described(value)}`);
    const entries: Iterator<readonly [Json, Json]> =
      value instanceof Map ? value.entries() : (value as readonly Json[]).entries();
    const { machine } = this;
    const one = (): Step => {
      const entry = entries.next();
      if (entry.done) return undefined;
      machine.later(one);
      const [key, item] = entry.value;
      return machine.give(next, item, path && { up: path, key });
    };
    return one;
  }

  #array(body: Code): Code {
    return (input, path, frame, next) => {
      const items: Json[] = [];
      const { machine } = this;
      machine.later(() => this.computed(input, path, next, items));
      return body(input, undefined, frame, (value) => {
        machine.keep(value);
        items.push(value);
        return undefined;
      });
    };
  }

  #object(entries: readonly Entry[], scope: Scope | undefined): Code {
    const codes = entries.map(
      (entry) => [this.compile(entry.key, scope), this.compile(entry.value, scope)] as const,
    );
    return (input, path, frame, next) => {
      const entry = (index: number, made: ReadonlyMap<string, Json>): Step => {
        const code = codes[index];
        if (!code) return this.computed(input, path, next, made);
        return this.each(code[0], input, frame, (key) => {
          if (typeof key !== 'string') return frame.onError(`Object keys must be strings`);
          return this.each(code[1], input, frame, (value) => {
            this.machine.keep(value, ENTRY_CELLS);
            return entry(index + 1, new Map(made).set(key, value));
          });
        });
      };
      return entry(0, new Map());
    };
  }

  #string(format: string, parts: readonly (string | Node)[], scope: Scope | undefined): Code {
    const programs = parts.filter((part) => typeof part !== 'string');
    return apply(this, programs, scope, (_input, ...values) => {
      let index = 0;
      return parts
        .map((part) => (typeof part === 'string' ? part : formatText(format, values[index++] as Json)))
        .join('');
    });
  }

  #format(name: string): Code {
    return apply(this, [], undefined, (input) => formatText(name, input));
  }

  #call(name: string, args: readonly Node[], scope: Scope | undefined, at: number): Code {
    const key = `${name}/${args.length}`;
    for (let one = scope; one; one = one.up) {
      if (one.kind === 'closure' && one.name === key) return this.#closure(depthOf(scope) - one.depth);
      if (one.kind === 'function' && one.name === key)
        return this.#invoke(one.body, args, scope, depthOf(scope) - one.depth);
    }
    const builtin = this.#builtins.get(key);
    if (builtin?.compute) return apply(this, args, scope, builtin.compute);
    if (builtin?.work) return applyWork(this, args, scope, builtin.work);
    if (builtin?.code)
      return builtin.code(
        this,
        args.map((arg) => this.compile(arg, scope)),
      );
    const body = this.#libraryFunction(key);
    if (!body) throw new CompileError(`${key} is not defined`, at);
    return this.#invoke(body, args, scope, depthOf(scope));
  }

  /** A function that is written in the language itself; it is compiled when a program first calls it. */
  #libraryFunction(key: string): Compiled | undefined {
    const known = this.#library.get(key);
    if (known) return known;
    const definition = this.#prelude(key);
    if (!definition) return undefined;
    const compiled: Compiled = { code: undefined };
    this.#library.set(key, compiled);
    compiled.code = this.#body(definition, undefined);
    return compiled;
  }

  #closure(up: number): Code {
    return (input, path, frame, next) => {
      const { code, frame: there } = climb(frame.env, up).value as Closure;
      return code(input, path, { env: there.env, onError: frame.onError }, next);
    };
  }

  /** Calls a function: its body sees what was bound where it was defined, and the arguments. */
  #invoke(body: Compiled, args: readonly Node[], scope: Scope | undefined, up: number): Code {
    const codes = args.map((arg) => this.compile(arg, scope));
    return (input, path, frame, next) => {
      let env = frame.env;
      for (let i = 0; i < up; i++) env = env?.up;
      for (const code of codes) env = { value: { code, frame }, up: env };
      return () => (body.code as Code)(input, path, { env, onError: frame.onError }, next);
    };
  }

  #define(definition: Definition, rest: Node, scope: Scope | undefined): Code {
    const body: Compiled = { code: undefined };
    const name = `${definition.name}/${definition.parameters.length}`;
    const inner: Scope = { kind: 'function', name, depth: depthOf(scope), body, up: scope };
    body.code = this.#body(definition, inner);
    return this.compile(rest, inner);
  }

  /** `def f($a)` is `def f(a): a as $a | …`. */
  #body(definition: Definition, scope: Scope | undefined): Code {
    let inner = scope;
    if (!inner) {
      // A function of the library may call itself.
      const body: Compiled = this.#library.get(
        `${definition.name}/${definition.parameters.length}`,
      ) as Compiled;
      inner = {
        kind: 'function',
        name: `${definition.name}/${definition.parameters.length}`,
        depth: 0,
        body,
        up: undefined,
      };
    }
    let node = definition.body;
    for (const parameter of definition.parameters)
      inner = bind(inner, 'closure', `${parameter.replace('$', '')}/0`);
    for (const parameter of [...definition.parameters].reverse()) {
      if (!parameter.startsWith('$')) continue;
      const name = parameter.slice(1);
      const source: Node = { type: 'call', name, args: [], at: 0 };
      node = { type: 'as', source, patterns: [{ type: 'name', name }], body: node };
    }
    return this.compile(node, inner);
  }

  #variable(name: string, scope: Scope | undefined, at: number): Code {
    for (let one = scope; one; one = one.up) {
      if (one.kind !== 'variable' || one.name !== name) continue;
      const up = depthOf(scope) - one.depth;
      return (input, path, frame, next) =>
        this.computed(input, path, next, climb(frame.env, up).value as Json);
    }
    const builtin = this.#builtins.get(`$${name}`);
    if (builtin?.compute) return apply(this, [], scope, builtin.compute);
    throw new CompileError(`$${name} is not defined`, at);
  }

  /** Every path of a path expression. */
  paths(code: Code, input: Json, frame: Frame, use: (keys: Json[]) => Step): Step {
    return code(input, ROOT_PATH, frame, (value, path) => {
      if (path?.lost) return frame.onError(`Invalid path expression with result ${shown(value)}`);
      return use(pathKeys(path as Path));
    });
  }
}

const isScalar = (value: Json): boolean => value !== null && !isArray(value) && !isObject(value);

const SHOWN = 30;

function shown(value: Json): string {
  const text = toJson(value);
  return text.length < SHOWN ? text : `${text.slice(0, SHOWN - 4)}...`;
}

function nearAccess(value: Json, key: Json): JqError {
  return new JqError(
    `Invalid path expression near attempt to access element ${shown(key)} of ${shown(value)}`,
  );
}
