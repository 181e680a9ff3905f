import { parseCel } from './cel.ts';

/** What is known of the size of a value before there is one: characters, items or entries at the most. */
export interface CelShape {
  readonly type: 'string' | 'list' | 'map' | 'object' | 'other';
  readonly most: number;
  readonly of?: CelShape;
  readonly fields?: Readonly<Record<string, CelShape>>;
}

const OTHER: CelShape = { type: 'other', most: 0 };

/** Models cel-go/common/cost.go */
const SELECT = 1;
const CALL = 1;
const NEW_LIST = 10;
const NEW_MAP = 30;
const PER_CHARACTER = 0.1;
const PER_PATTERN_CHARACTER = 0.25;

interface Node {
  readonly op: string;
  readonly args: any;
}

type Scope = Readonly<Record<string, CelShape>>;

interface Estimate {
  readonly cost: number;
  readonly shape: CelShape;
}

const estimate = (cost: number, shape: CelShape = OTHER): Estimate => ({ cost, shape });

/** The most that an expression may cost; 0 for one that cannot be read. Models cel-go/checker/cost.go */
export function celCost(expression: string, scope: Scope): number {
  const parsed = parseCel(expression);
  return 'problem' in parsed ? 0 : costOf(parsed.ast as Node, scope).cost;
}

function costOf({ op, args }: Node, scope: Scope): Estimate {
  switch (op) {
    case 'value':
      return estimate(0, typeof args === 'string' ? { type: 'string', most: args.length } : OTHER);
    case 'id':
      return estimate(SELECT, scope[args]);
    case '.':
    case '.?':
      return selected(costOf(args[0], scope), args[1]);
    case '[]':
    case '[?]': {
      const [owner, key] = [costOf(args[0], scope), costOf(args[1], scope)];
      return estimate(owner.cost + key.cost + CALL, owner.shape.of);
    }
    case 'list':
      return estimate(
        NEW_LIST + total(args, scope),
        listOf(args.length, args[0] && costOf(args[0], scope).shape),
      );
    case 'map':
      return estimate(NEW_MAP + args.reduce((sum: number, pair: Node[]) => sum + total(pair, scope), 0));
    case '?:': {
      const [condition, yes, no] = args.map((one: Node) => costOf(one, scope)) as [
        Estimate,
        Estimate,
        Estimate,
      ];
      return estimate(condition.cost + Math.max(yes.cost, no.cost), wider(yes.shape, no.shape));
    }
    case '&&':
    case '||':
      return estimate(total(args, scope));
    case 'call':
      return called(args[0], args[1], scope);
    case 'rcall':
      return method(args[0], args[1], args[2], scope);
    case '!_':
    case '-_':
      return estimate(costOf(args, scope).cost + CALL);
    default:
      return binary(op, costOf(args[0], scope), costOf(args[1], scope));
  }
}

function total(nodes: readonly Node[], scope: Scope): number {
  return nodes.reduce((sum, node) => sum + costOf(node, scope).cost, 0);
}

function selected({ cost, shape }: Estimate, field: string): Estimate {
  return estimate(cost + SELECT, shape.fields?.[field] ?? shape.of);
}

function listOf(most: number, of: CelShape = OTHER): CelShape {
  return { type: 'list', most, of };
}

function wider(a: CelShape, b: CelShape): CelShape {
  return a.most >= b.most ? a : b;
}

function binary(op: string, left: Estimate, right: Estimate): Estimate {
  const both = left.cost + right.cost;
  const [one, other] = [left.shape, right.shape];
  const texts = one.type === 'string' || other.type === 'string';
  if (op === 'in') return estimate(both + (other.type === 'list' ? Math.max(other.most, CALL) : CALL));
  if (op === '+' && texts)
    return estimate(both + characters(one.most + other.most), {
      type: 'string',
      most: one.most + other.most,
    });
  if (op === '+' && one.type === 'list')
    return estimate(both + CALL, { ...one, most: one.most + other.most });
  if (texts && ['==', '!=', '<', '<=', '>', '>='].includes(op))
    return estimate(both + characters(Math.min(one.most, other.most)));
  if ((op === '==' || op === '!=') && one.type !== 'other')
    return estimate(both + characters(Math.min(one.most, other.most)));
  return estimate(both + CALL);
}

function characters(count: number): number {
  return Math.ceil(count * PER_CHARACTER);
}

function called(name: string, args: readonly Node[], scope: Scope): Estimate {
  const given = args.map((one) => costOf(one, scope));
  // Whether a field is there costs no more than getting to what it belongs to.
  if (name === 'has') return estimate((given[0]?.cost ?? SELECT) - SELECT);
  const all = given.reduce((sum, { cost }) => sum + cost, 0);
  return estimate(all + CALL, name === 'string' || name === 'dyn' ? given[0]?.shape : OTHER);
}

const MAKES_TEXT = new Set(['lowerAscii', 'upperAscii', 'trim', 'replace', 'substring', 'charAt', 'reverse']);
const OVER_LIST = new Set(['sum', 'min', 'max', 'isSorted', 'indexOf', 'lastIndexOf']);

function method(name: string, owner: Node, args: readonly Node[], scope: Scope): Estimate {
  if (owner.op === 'id' && owner.args === 'cel' && name === 'bind') {
    const [variable, value, body] = args as [Node, Node, Node];
    const bound = costOf(value, scope);
    const inner = costOf(body, { ...scope, [variable.args]: bound.shape });
    return estimate(bound.cost + inner.cost, inner.shape);
  }
  const target = costOf(owner, scope);
  if (LOOPS[name] && args[0]?.op === 'id') return loop(name, target, args, scope);
  const given = args.map((one) => costOf(one, scope));
  const all = given.reduce((sum, { cost }) => sum + cost, target.cost);
  const { most } = target.shape;
  const argument = given[0]?.shape.most ?? 0;
  if (name === 'startsWith' || name === 'endsWith') return estimate(all + characters(argument));
  if (name === 'contains') return estimate(all + Math.ceil(most * PER_CHARACTER * argument * PER_CHARACTER));
  if (name === 'matches' || name === 'find' || name === 'findAll') {
    const pattern = Math.ceil(argument * PER_PATTERN_CHARACTER);
    return estimate(all + Math.ceil((most + 1) * PER_CHARACTER) * pattern, target.shape);
  }
  if (MAKES_TEXT.has(name)) return estimate(all + characters(most), { type: 'string', most });
  if (name === 'split') return estimate(all + characters(most), listOf(most, { type: 'string', most }));
  if (name === 'join') return estimate(all + characters(most * (target.shape.of?.most ?? 0)));
  if (OVER_LIST.has(name) && target.shape.type === 'list') return estimate(all + most, target.shape.of);
  return estimate(all + CALL);
}

/** What each turn of a macro costs beside its body, and what it costs once; models cel-go/parser macros as comprehensions. */
const LOOPS: Readonly<Record<string, { readonly turn: number; readonly once: number }>> = {
  // The condition that goes on, the result so far; the result.
  all: { turn: 3, once: 1 },
  exists: { turn: 4, once: 1 },
  exists_one: { turn: 2, once: 2 },
  map: { turn: 2 + NEW_LIST, once: 1 + NEW_LIST },
  filter: { turn: 3 + NEW_LIST, once: 1 + NEW_LIST },
};

function loop(name: string, target: Estimate, args: readonly Node[], scope: Scope): Estimate {
  const { turn, once } = LOOPS[name] as { turn: number; once: number };
  const [variable, ...bodies] = args as [Node, ...Node[]];
  const { shape } = target;
  // Of a map, its keys: nothing says how long they are but the whole.
  const item = shape.type === 'map' ? { type: 'string' as const, most: shape.most } : (shape.of ?? OTHER);
  const inner = { ...scope, [variable.args]: item };
  const parts = bodies.map((body) => costOf(body, inner));
  const body = parts.reduce((sum, { cost }) => sum + cost, 0);
  const made = name === 'map' ? listOf(shape.most, parts.at(-1)?.shape) : name === 'filter' ? shape : OTHER;
  return estimate(target.cost + once + shape.most * (turn + body), made);
}
