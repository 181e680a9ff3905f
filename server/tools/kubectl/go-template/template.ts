import { FUNCTIONS, type Function_ } from './functions.ts';
import { parseTemplate } from './parse.ts';
import { type Expression, type Piece, type Pipe, TemplateError } from './syntax.ts';
import { entriesOf, NO_VALUE, printed, truth } from './values.ts';

const BREAK = Symbol('break');
const CONTINUE = Symbol('continue');

/** Most pieces that one execution may run, so that no template runs for ever. */
const STEP_LIMIT = 5_000_000;

/** Go's text/template over JSON values, as `-o go-template` needs it. */
export class GoTemplate {
  readonly #pieces: readonly Piece[];
  readonly #defined: ReadonlyMap<string, readonly Piece[]>;
  readonly #name: string;
  readonly #allowMissing: boolean;
  #steps = 0;
  #variables: Map<string, unknown>[] = [];

  /** Throws `TemplateError` when the template is wrong. */
  constructor(text: string, options: { name?: string; allowMissing?: boolean } = {}) {
    this.#name = options.name ?? 'output';
    this.#allowMissing = options.allowMissing ?? true;
    ({ pieces: this.#pieces, defined: this.#defined } = parseTemplate(text, this.#name));
  }

  execute(data: unknown): string {
    this.#variables = [new Map([['$', data]])];
    this.#steps = 0;
    const out: string[] = [];
    try {
      this.#run(this.#pieces, data, out);
      return out.join('');
    } catch (error) {
      if (error instanceof TemplateError) error.written = out.join('');
      throw error;
    }
  }

  #fail(message: string): never {
    const separator = message.startsWith('2: ') ? '' : ' ';
    throw new TemplateError(`template: ${this.#name}:1:${separator}${message}`);
  }

  #run(pieces: readonly Piece[], dot: unknown, out: string[]): void {
    for (const piece of pieces) {
      if (++this.#steps > STEP_LIMIT) this.#fail('exceeded maximum template depth');
      switch (piece.type) {
        case 'text':
          out.push(piece.text);
          break;
        case 'print': {
          const value = this.#value(piece.pipe, dot);
          if (piece.pipe.declare.length === 0) out.push(printed(value));
          break;
        }
        case 'break':
          throw BREAK;
        case 'continue':
          throw CONTINUE;
        case 'template': {
          const body = this.#defined.get(piece.name);
          if (!body) this.#fail(`template "${piece.name}" not defined`);
          const data = piece.pipe ? this.#value(piece.pipe, dot) : null;
          const outer = this.#variables;
          this.#variables = [new Map([['$', data]])];
          this.#run(body, data, out);
          this.#variables = outer;
          break;
        }
        case 'range':
          this.#scoped(() => this.#range(piece, dot, out));
          break;
        default:
          this.#scoped(() => {
            const value = this.#value(piece.pipe, dot);
            const inner = piece.type === 'with' ? value : dot;
            if (truth(value)) this.#run(piece.body, inner, out);
            else this.#run(piece.otherwise, dot, out);
          });
      }
    }
  }

  #scoped(body: () => void): void {
    const depth = this.#variables.length;
    this.#variables.push(new Map());
    try {
      body();
    } finally {
      this.#variables.length = depth;
    }
  }

  #range(piece: Piece & { type: 'if' | 'with' | 'range' }, dot: unknown, out: string[]): void {
    const plain = { ...piece.pipe, declare: [] };
    const value = this.#value(plain, dot);
    const entries = entriesOf(value);
    if (!entries) this.#fail(`range can't iterate over ${printed(value)}`);
    if (entries.length === 0) {
      this.#run(piece.otherwise, dot, out);
      return;
    }
    const names = piece.pipe.declare;
    for (const [key, item] of entries) {
      try {
        this.#scoped(() => {
          const scope = this.#variables.at(-1) as Map<string, unknown>;
          if (names.length === 1) scope.set(names[0] as string, item);
          if (names.length === 2) scope.set(names[0] as string, key).set(names[1] as string, item);
          this.#run(piece.body, item, out);
        });
      } catch (signal) {
        if (signal === BREAK) break;
        if (signal !== CONTINUE) throw signal;
      }
    }
  }

  #value(pipe: Pipe, dot: unknown): unknown {
    let last: unknown = NO_VALUE;
    pipe.commands.forEach((command, index) => {
      last = this.#command(command, dot, index > 0 ? [last] : []);
    });
    for (const name of pipe.declare) {
      const scopes = this.#variables;
      const scope = pipe.assign ? scopes.findLast((s) => s.has(name)) : scopes.at(-1);
      if (!scope) this.#fail(`undefined variable "${name}"`);
      scope.set(name, last);
    }
    return last;
  }

  #command(command: readonly Expression[], dot: unknown, piped: unknown[]): unknown {
    const [head, ...rest] = command as [Expression, ...Expression[]];
    if (head.type !== 'call') {
      if (rest.length > 0 || piped.length > 0)
        this.#fail(`can't give argument to non-function ${describe(head)}`);
      return this.#evaluate(head, dot);
    }
    if (head.name === 'and' || head.name === 'or') {
      const wanted = head.name === 'or';
      let value: unknown;
      for (const argument of rest) {
        value = this.#evaluate(argument, dot);
        if (truth(value) === wanted) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const args = [...rest.map((argument) => this.#evaluate(argument, dot)), ...piped];
    try {
      return (FUNCTIONS.get(head.name) as Function_)(...args);
    } catch (error) {
      if (error instanceof TemplateError && !error.message.startsWith('template:'))
        this.#fail(
          `executing "${this.#name}" at <${head.name}>: error calling ${head.name}: ${error.message}`,
        );
      throw error;
    }
  }

  #evaluate(expression: Expression, dot: unknown): unknown {
    switch (expression.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return expression.value;
      case 'field':
        return this.#fields(dot, expression.names);
      case 'variable': {
        const scope = this.#variables.findLast((s) => s.has(expression.name));
        if (!scope) this.#fail(`undefined variable "${expression.name}"`);
        return this.#fields(scope.get(expression.name), expression.names);
      }
      case 'chain':
        return this.#fields(this.#evaluate(expression.of, dot), expression.names);
      case 'pipe':
        return this.#value(expression.pipe, dot);
      case 'call':
        return this.#command([expression], dot, []);
    }
  }

  #fields(value: unknown, names: readonly string[]): unknown {
    let current = value;
    names.forEach((name, index) => {
      if (current === NO_VALUE) return;
      if (current === null || current === undefined) {
        if (index === 0) current = NO_VALUE;
        else {
          const path = names.slice(0, index + 1).join('.');
          this.#fail(`executing "${this.#name}" at <.${path}>: nil pointer evaluating interface {}.${name}`);
        }
        return;
      }
      if (typeof current !== 'object' || Array.isArray(current))
        this.#fail(
          `executing "${this.#name}" at <.${names.slice(0, index + 1).join('.')}>: can't evaluate field ${name} in type interface {}`,
        );
      const map = current as Record<string, unknown>;
      if (!Object.hasOwn(map, name) && !this.#allowMissing)
        this.#fail(
          `2: executing "${this.#name}" at <.${names.slice(0, index + 1).join('.')}>: map has no entry for key "${name}"`,
        );
      current = Object.hasOwn(map, name) ? map[name] : NO_VALUE;
    });
    return current;
  }
}

function describe(expression: Expression): string {
  return expression.type === 'field' ? `.${expression.names.join('.')}` : expression.type;
}
