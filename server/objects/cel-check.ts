import { parseCel } from './cel.ts';

/** What is known of a value before there is one. */
export type CelType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: CelType }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, CelType>> }
  | { readonly kind: 'dyn' };

export const DYN: CelType = { kind: 'dyn' };
export const scalar = (name: string): CelType => ({ kind: 'scalar', name });

const BOOL = scalar('bool');
const INT = scalar('int');
const STRING = scalar('string');

interface Node {
  readonly op: string;
  readonly pos: number;
  readonly range: { readonly start: number; readonly end: number };
  readonly args: any;
}

type Scope = Readonly<Record<string, CelType>>;

/** Functions that give the same whatever they are given; those that are not here give anything. */
const RESULTS: Readonly<Record<string, CelType>> = {
  has: BOOL,
  size: INT,
  int: INT,
  double: scalar('double'),
  string: STRING,
  bool: BOOL,
  startsWith: BOOL,
  endsWith: BOOL,
  contains: BOOL,
  matches: BOOL,
  isSorted: BOOL,
  isQuantity: BOOL,
  hasValue: BOOL,
  indexOf: INT,
  lastIndexOf: INT,
  lowerAscii: STRING,
  upperAscii: STRING,
  trim: STRING,
  replace: STRING,
  substring: STRING,
  join: STRING,
  charAt: STRING,
};
const OVER_ITEMS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Names that are no variables: types, and what functions belong to. */
const KNOWN_NAMES = new Set(
  'int uint double string bool bytes list map type null_type dyn timestamp duration optional cel math sets strings ip cidr format authorizer google net'.split(
    ' ',
  ),
);
const NUMBERS = ['int', 'uint', 'double'];

export interface Checked {
  /** What the compiler says; undefined when the expression is sound. */
  readonly problem: string | undefined;
  /** What it gives; `dyn` where that is not known. */
  readonly type: string;
}

/**
 * What cel-go's compiler says of an expression over these variables. What is not known for sure is not judged. Models
 * cel-go/checker, as far as names, fields and operators of known types go.
 */
export function checkCel(expression: string, variables: Scope): Checked {
  const parsed = parseCel(expression);
  if ('problem' in parsed) return { problem: shown(expression, [parsed.problem]), type: 'dyn' };
  const checker = new Checker(expression);
  const type = nameOf(checker.typeOf(parsed.ast as Node, variables));
  return { problem: checker.problems.length > 0 ? shown(expression, checker.problems) : undefined, type };
}

export interface Problem {
  readonly at: number;
  readonly text: string;
}

/** Problems with their places, as cel-go shows them: `ERROR: <input>:1:5: …` over the line with a mark. */
function shown(source: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ at, text }) => {
    const start = source.lastIndexOf('\n', at - 1) + 1;
    const end = source.indexOf('\n', at);
    const row = source.slice(0, at).split('\n').length;
    const line = source.slice(start, end < 0 ? source.length : end);
    return `ERROR: <input>:${row}:${at - start + 1}: ${text}\n | ${line}\n | ${'.'.repeat(at - start)}^`;
  });
  return lines.join('\n');
}

function nameOf(type: CelType): string {
  if (type.kind === 'scalar') return type.name;
  if (type.kind === 'list') return `list(${nameOf(type.of)})`;
  if (type.kind === 'map') return `map(string, ${nameOf(type.of)})`;
  return type.kind === 'dyn' ? 'dyn' : 'object';
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  typeOf(node: Node, scope: Scope): CelType {
    switch (node.op) {
      case 'value':
        return literal(node.args);
      case 'id':
        return this.#variable(node, scope);
      case '.':
        return this.#field(this.typeOf(node.args[0], scope), node);
      case '.?':
      case '[?]':
        this.typeOf(node.args[0], scope);
        return DYN;
      case '[]':
        return this.#element(node, scope);
      case 'call':
        return this.#call(node.args[0], node.args[1], scope);
      case 'rcall':
        return this.#method(node, scope);
      case 'list':
        for (const one of node.args) this.typeOf(one, scope);
        return { kind: 'list', of: DYN };
      case 'map':
        for (const pair of node.args) for (const one of pair) this.typeOf(one, scope);
        return DYN;
      case '?:':
        return this.#choice(node, scope);
      case '!_':
      case '-_':
        return this.#unary(node, scope);
      default:
        return this.#binary(node, scope);
    }
  }

  #report(at: number, text: string): CelType {
    this.problems.push({ at, text });
    return DYN;
  }

  #variable({ args: name, pos }: Node, scope: Scope): CelType {
    if (Object.hasOwn(scope, name)) return scope[name] as CelType;
    if (KNOWN_NAMES.has(name)) return DYN;
    return this.#report(pos, `undeclared reference to '${name}' (in container '')`);
  }

  #field(of: CelType, node: Node): CelType {
    const name: string = node.args[1];
    if (of.kind === 'map') return of.of;
    if (of.kind === 'dyn') return DYN;
    if (of.kind !== 'object')
      return this.#report(this.#dotBefore(node.pos), `type '${nameOf(of)}' does not support field selection`);
    if (Object.hasOwn(of.fields, name)) return of.fields[name] as CelType;
    return this.#report(this.#dotBefore(node.pos), `undefined field '${name}'`);
  }

  #dotBefore(pos: number): number {
    return Math.max(0, this.#source.lastIndexOf('.', pos));
  }

  #element({ args: [owner, key] }: Node, scope: Scope): CelType {
    const type = this.typeOf(owner, scope);
    this.typeOf(key, scope);
    return type.kind === 'list' || type.kind === 'map' ? type.of : DYN;
  }

  #call(name: string, args: readonly Node[], scope: Scope): CelType {
    for (const one of args) this.typeOf(one, scope);
    return RESULTS[name] ?? DYN;
  }

  #method({ args: [name, owner, args] }: Node, scope: Scope): CelType {
    if (owner.op === 'id' && owner.args === 'cel' && name === 'bind') {
      const bound = this.typeOf(args[1], scope);
      return this.typeOf(args[2], { ...scope, [args[0].args]: bound });
    }
    const type = this.typeOf(owner, scope);
    if ((name === 'optMap' || name === 'optFlatMap') && args[0]?.op === 'id') {
      this.typeOf(args[1], { ...scope, [args[0].args]: DYN });
      return DYN;
    }
    if (!OVER_ITEMS.has(name) || args[0]?.op !== 'id') return this.#call(name, args, scope);
    const item = type.kind === 'list' ? type.of : type.kind === 'map' ? STRING : DYN;
    const [variable, ...bodies] = args as Node[];
    // A second variable is the value beside the key, or the item beside its index.
    const inner = { ...scope, [variable?.args]: item, ...secondOf(bodies) };
    const types = bodies.filter((body) => !isSecond(bodies, body)).map((body) => this.typeOf(body, inner));
    if (name === 'map') return { kind: 'list', of: types.at(-1) ?? DYN };
    return name === 'filter' ? type : BOOL;
  }

  #choice({ args: [condition, yes, no] }: Node, scope: Scope): CelType {
    this.typeOf(condition, scope);
    const [left, right] = [this.typeOf(yes, scope), this.typeOf(no, scope)];
    return nameOf(left) === nameOf(right) ? left : DYN;
  }

  #unary(node: Node, scope: Scope): CelType {
    const type = this.typeOf(node.args, scope);
    if (type.kind === 'dyn') return node.op === '!_' ? BOOL : DYN;
    const fits =
      node.op === '!_' ? nameOf(type) === 'bool' : ['int', 'double', 'duration'].includes(nameOf(type));
    if (fits) return type;
    const operator = node.op === '!_' ? '!_' : '-_';
    return this.#report(
      node.pos,
      `found no matching overload for '${operator}' applied to '(${nameOf(type)})'`,
    );
  }

  #binary(node: Node, scope: Scope): CelType {
    const [left, right] = (node.args as [Node, Node]).map((one) => this.typeOf(one, scope)) as [
      CelType,
      CelType,
    ];
    const { op } = node;
    if (!isAllowed(op, left, right)) {
      const between = node.args[0].range.end;
      const at = Math.max(between, this.#source.indexOf(op, between));
      const named = op === 'in' ? '@in' : `_${op}_`;
      return this.#report(
        at,
        `found no matching overload for '${named}' applied to '(${nameOf(left)}, ${nameOf(right)})'`,
      );
    }
    if (['+', '-', '*', '/', '%'].includes(op)) return left.kind === 'dyn' ? right : left;
    return BOOL;
  }
}

function secondOf(bodies: readonly Node[]): Scope {
  const [first] = bodies;
  return first && isSecond(bodies, first) ? { [first.args]: DYN } : {};
}

function isSecond(bodies: readonly Node[], body: Node): boolean {
  return bodies.length > 1 && body === bodies[0] && body.op === 'id';
}

function literal(value: unknown): CelType {
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return scalar('double');
  if (typeof value === 'string') return STRING;
  return typeof value === 'boolean' ? BOOL : DYN;
}

/** Only pairs of known scalars are judged. */
function isAllowed(op: string, left: CelType, right: CelType): boolean {
  const isBool = (type: CelType) => type.kind === 'dyn' || nameOf(type) === 'bool';
  if (op === '&&' || op === '||') return isBool(left) && isBool(right);
  if (left.kind !== 'scalar' || right.kind !== 'scalar') return true;
  const [one, other] = [left.name, right.name];
  switch (op) {
    case '==':
    case '!=':
      return one === other;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return one === other || (NUMBERS.includes(one) && NUMBERS.includes(other));
    case '+':
    case '-':
      if (['timestamp', 'duration'].includes(one) || ['timestamp', 'duration'].includes(other)) return true;
      return one === other && one !== 'bool' && (op === '+' || NUMBERS.includes(one));
    case '*':
    case '/':
      return one === other && NUMBERS.includes(one);
    case '%':
      return one === other && one !== 'double' && NUMBERS.includes(one);
    default:
      return true;
  }
}
