import { Associative } from './assoc.ts';
import { Indexed } from './indexed.ts';

/** Texts below are too small to matter. */
const LARGE_TEXT = 4096;

/** What a variable holds; undefined: declared, but not set. */
export type Value = string | Indexed | Associative | undefined;

export interface Variable {
  value: Value;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  lower?: boolean;
  upper?: boolean;
  capitalize?: boolean;
  nameref?: boolean;
  trace?: boolean;
  /** Declared as an array without a value yet. */
  kind?: 'indexed' | 'associative';
}

/** A variable whose value is made when it is looked at. */
export interface Dynamic {
  get(): Value;
  set?(value: string): void;
}

interface Scope {
  readonly variables: Map<string, Variable>;
  /** The variables of `X=1 command`, which `local` skips. */
  readonly temporary: boolean;
  /** `local -` saves the shell options here. */
  onLeave?: () => void;
}

export function isIndexed(value: Value): value is Indexed {
  return value instanceof Indexed;
}

export function isAssociative(value: Value): value is Associative {
  return value instanceof Associative;
}

/** Whether subscripts of the variable are strings. */
export function hasStringKeys(variable: Variable | undefined): boolean {
  return variable?.kind === 'associative' || isAssociative(variable?.value);
}

/** Element 0 stands for an array that is used without a subscript. */
export function scalarOf(value: Value): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  return isIndexed(value) ? value.get(0) : value.get('0');
}

export class Variables {
  #scopes: Scope[] = [{ variables: new Map(), temporary: false }];
  /** Large texts that the shell which made this one has too. */
  #given: ReadonlyMap<string, Value> | undefined;
  #dynamic = new Map<string, Dynamic>();

  define(name: string, dynamic: Dynamic): void {
    this.#dynamic.set(name, dynamic);
  }

  /** The variable itself, namerefs not followed. */
  find(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = (this.#scopes[i] as Scope).variables.get(name);
      if (found) return found;
    }
    const dynamic = this.#dynamic.get(name);
    return dynamic && { value: dynamic.get() };
  }

  isDynamic(name: string): boolean {
    return this.#dynamic.has(name) && !this.#scopes.some((scope) => scope.variables.has(name));
  }

  setDynamic(name: string, value: string): void {
    this.#dynamic.get(name)?.set?.(value);
  }

  dynamicNames(): string[] {
    return [...this.#dynamic.keys()];
  }

  forgetDynamic(name: string): void {
    this.#dynamic.delete(name);
  }

  /** The scalar value of a name, namerefs followed; undefined when it is not set. */
  get(name: string): string | undefined {
    return scalarOf(this.find(this.target(name))?.value);
  }

  /** Sets without looking at attributes: for the shell's own variables. */
  put(name: string, value: Value, exported?: boolean): void {
    const found = this.find(name);
    if (found && !this.isDynamic(name)) {
      found.value = value;
      if (exported !== undefined) found.exported = exported;
      return;
    }
    const variable: Variable = { value };
    if (exported) variable.exported = true;
    (this.#scopes[0] as Scope).variables.set(name, variable);
  }

  /** The variable to write to, made in the global scope when there is none. */
  ensure(name: string): Variable {
    const found = this.find(name);
    if (found && !this.isDynamic(name)) return found;
    const variable: Variable = { value: undefined };
    (this.#scopes[0] as Scope).variables.set(name, variable);
    return variable;
  }

  ensureGlobal(name: string): Variable {
    const { variables } = this.#scopes[0] as Scope;
    let variable = variables.get(name);
    if (!variable) {
      variable = { value: undefined };
      variables.set(name, variable);
    }
    return variable;
  }

  /** The variable in the innermost function scope, made there when it is not. */
  ensureLocal(name: string): { variable: Variable; isNew: boolean } {
    const scope = this.#functionScope();
    const existing = scope.variables.get(name);
    if (existing) return { variable: existing, isNew: false };
    const variable: Variable = { value: undefined };
    const temporary = this.#scopes.at(-1);
    const given = temporary?.temporary ? temporary.variables.get(name) : undefined;
    if (given) Object.assign(variable, given);
    scope.variables.set(name, variable);
    return { variable, isNew: true };
  }

  /** The local of that name in the innermost function scope. */
  findLocal(name: string): Variable | undefined {
    return this.#functionScope().variables.get(name);
  }

  localNames(): string[] {
    return [...this.#functionScope().variables.keys()].sort();
  }

  delete(name: string): void {
    this.#dynamic.delete(name);
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const { variables, temporary } = this.#scopes[i] as Scope;
      const found = variables.get(name);
      if (!found) continue;
      // A local of the running function stays, unset, and goes on hiding the outer one.
      if (i > 0 && !temporary && i === this.#functionIndex()) variables.set(name, { value: undefined });
      else variables.delete(name);
      return;
    }
  }

  push(temporary = false): void {
    this.#scopes.push({ variables: new Map(), temporary });
  }

  pop(): void {
    this.#scopes.pop()?.onLeave?.();
  }

  atLeave(run: () => void): void {
    const scope = this.#functionScope();
    scope.onLeave ??= run;
  }

  get depth(): number {
    return this.#scopes.length;
  }

  /** Sets in the innermost scope: the variables before a command. */
  putHere(name: string, variable: Variable): void {
    (this.#scopes.at(-1) as Scope).variables.set(name, variable);
  }

  /** Follows namerefs to the name (or `name[subscript]`) that is meant. */
  target(name: string): string {
    let at = name;
    for (let hops = 0; hops < 8; hops++) {
      const variable = this.find(at);
      if (!variable?.nameref || typeof variable.value !== 'string' || variable.value === '') return at;
      at = variable.value;
    }
    return at;
  }

  /** Names of all variables, sorted as bash lists them. */
  names(): string[] {
    const names = new Set<string>(this.#dynamic.keys());
    for (const scope of this.#scopes) for (const name of scope.variables.keys()) names.add(name);
    return [...names].sort(compareBytes);
  }

  /** The environment of children. */
  exports(): Map<string, string> {
    const env = new Map<string, string>();
    for (const scope of this.#scopes) {
      for (const [name, variable] of scope.variables) {
        if (variable.exported && typeof variable.value === 'string') env.set(name, variable.value);
        else if (!variable.exported || variable.value !== undefined) env.delete(name);
      }
    }
    return env;
  }

  /** What large texts and arrays take, without those that the shell which made this one has too. */
  get bytes(): number {
    let bytes = 0;
    for (const [name, value] of this.#large())
      if (typeof value === 'object') bytes += value.bytes;
      else if (this.#given?.get(name) !== value) bytes += value.length;
    return bytes;
  }

  *#large(): Generator<[string, string | Indexed | Associative]> {
    for (const { variables } of this.#scopes) {
      for (const [name, { value }] of variables)
        if (typeof value === 'object' || (value && value.length > LARGE_TEXT)) yield [name, value];
    }
  }

  clone(): Variables {
    const copy = new Variables();
    copy.#scopes = this.#scopes.map((scope) => ({
      temporary: scope.temporary,
      variables: new Map([...scope.variables].map(([name, v]) => [name, { ...v, value: copyOf(v.value) }])),
    }));
    copy.#given = new Map([...this.#large()].filter(([, value]) => typeof value === 'string'));
    return copy;
  }

  #functionIndex(): number {
    for (let i = this.#scopes.length - 1; i > 0; i--) if (!this.#scopes[i]?.temporary) return i;
    return 0;
  }

  #functionScope(): Scope {
    return this.#scopes[this.#functionIndex()] as Scope;
  }
}

export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function copyOf(value: Value): Value {
  return isIndexed(value) || isAssociative(value) ? value.clone() : value;
}
