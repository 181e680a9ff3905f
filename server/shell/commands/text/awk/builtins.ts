import { charge, Random } from '../../../../sim/index.ts';
import { formatDate, zoneOf } from '../../../dates.ts';
import type { Match, Regex } from '../../../regex/regex.ts';
import { Failure } from '../../core/tool.ts';
import type { AwkMachine } from './machine.ts';
import { MAX_PIECES } from './state.ts';
import type { Expr, Target, Value } from './syntax.ts';
import { compare, fromInput, toNumber } from './values.ts';

type Builtin = (awk: AwkMachine, args: readonly Expr[]) => Value;

const randoms = new WeakMap<AwkMachine, Random>();

const num = (awk: AwkMachine, args: readonly Expr[], i: number) =>
  args[i] ? toNumber(awk.value(args[i] as Expr)) : 0;
const str = (awk: AwkMachine, args: readonly Expr[], i: number) =>
  args[i] ? awk.toText(awk.value(args[i] as Expr)) : '';

/** Characters that are looked at in the time of one step. */
const SEEN_PER_STEP = 4096;

/** Whether every character is one unit of the text. */
function isFlat(text: string): boolean {
  charge(text.length / SEEN_PER_STEP);
  return !/[\ud800-\udbff]/.test(text);
}

/** Characters before `end`. */
function lengthOf(text: string, end = text.length): number {
  return isFlat(text) ? end : [...text.slice(0, end)].length;
}

function slice(text: string, start: number, end: number): string {
  return isFlat(text) ? text.slice(start, end) : [...text].slice(start, end).join('');
}

const bits = (op: (a: bigint, b: bigint) => bigint): Builtin => {
  return (awk, args) =>
    Number(op(BigInt(Math.trunc(num(awk, args, 0))), BigInt(Math.trunc(num(awk, args, 1)))));
};

const BUILTIN: Record<string, Builtin> = {
  length: (awk, args) => {
    const [arg] = args;
    if (!arg) return lengthOf(awk.record);
    if (arg.type === 'var' && awk.isArray(arg.name)) return awk.array(arg.name).size;
    return lengthOf(str(awk, args, 0));
  },
  substr: (awk, args) => {
    const text = str(awk, args, 0);
    const start = Math.round(num(awk, args, 1));
    const end = args[2] ? start + Math.round(num(awk, args, 2)) : Number.POSITIVE_INFINITY;
    if (Number.isNaN(end)) return '';
    return slice(text, Math.max(0, start - 1), Math.max(0, end - 1));
  },
  index: (awk, args) => {
    const text = str(awk, args, 0);
    const at = text.indexOf(str(awk, args, 1));
    return at < 0 ? 0 : lengthOf(text, at) + 1;
  },
  split: (awk, args) => {
    const text = str(awk, args, 0);
    const separator = args[2]
      ? args[2].type === 'regex'
        ? args[2].regex
        : str(awk, args, 2)
      : awk.text('FS');
    const parts = awk.splitText(text, separator);
    const array = awk.array(arrayName(args[1]));
    array.clear();
    for (const [i, part] of parts.entries()) array.set(String(i + 1), fromInput(part));
    return parts.length;
  },
  sub: (awk, args) => substitute(awk, args, false),
  gsub: (awk, args) => substitute(awk, args, true),
  gensub,
  match: (awk, args) => {
    const text = str(awk, args, 0);
    const match = awk.regex(args[1] as Expr).exec(text);
    awk.setVariable('RSTART', match ? lengthOf(text, match.index) + 1 : 0);
    awk.setVariable('RLENGTH', match ? lengthOf(match.groups[0] as string) : -1);
    if (args[2]) {
      const array = awk.array(arrayName(args[2]));
      array.clear();
      for (const [i, group] of (match?.groups ?? []).entries()) {
        if (group !== undefined) array.set(String(i), fromInput(group));
      }
    }
    return awk.variable('RSTART');
  },
  sprintf: (awk, args) => awk.format(args.map((arg) => awk.value(arg))),
  sin: (awk, args) => Math.sin(num(awk, args, 0)),
  cos: (awk, args) => Math.cos(num(awk, args, 0)),
  atan2: (awk, args) => Math.atan2(num(awk, args, 0), num(awk, args, 1)),
  exp: (awk, args) => Math.exp(num(awk, args, 0)),
  log: (awk, args) => Math.log(num(awk, args, 0)),
  sqrt: (awk, args) => Math.sqrt(num(awk, args, 0)),
  int: (awk, args) => Math.trunc(num(awk, args, 0)),
  rand: (awk) => randomOf(awk).next(),
  srand: (awk, args) => {
    const before = awk.seed;
    awk.seed = args[0] ? num(awk, args, 0) : Math.floor(awk.call.context.now / 1000);
    randoms.set(awk, new Random(`awk ${awk.seed}`));
    return before;
  },
  tolower: (awk, args) => str(awk, args, 0).toLowerCase(),
  toupper: (awk, args) => str(awk, args, 0).toUpperCase(),
  systime: (awk) => Math.floor(awk.call.context.now / 1000),
  strftime: (awk, args) => {
    const format = args[0] ? str(awk, args, 0) : '%a %b %e %H:%M:%S %Z %Y';
    const seconds = args[1] ? num(awk, args, 1) : Math.floor(awk.call.context.now / 1000);
    return formatDate(format, seconds * 1000, zoneOf(awk.call.context));
  },
  mktime: (awk, args) => {
    const [year, month, day, hour, minute, second] = str(awk, args, 0).trim().split(/\s+/).map(Number);
    if (second === undefined || Number.isNaN(year)) return -1;
    return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second) / 1000;
  },
  asort: (awk, args) => sortArray(awk, args, false),
  asorti: (awk, args) => sortArray(awk, args, true),
  and: bits((a, b) => a & b),
  or: bits((a, b) => a | b),
  xor: bits((a, b) => a ^ b),
  lshift: bits((a, b) => a << b),
  rshift: bits((a, b) => a >> b),
  compl: (awk, args) => Number(~BigInt(Math.trunc(num(awk, args, 0))) & 0x1fffffffffffffn),
  strtonum: (awk, args) => {
    const text = str(awk, args, 0).trim();
    if (/^0[xX][0-9a-fA-F]+/.test(text)) return Number.parseInt(text, 16);
    return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : toNumber(text);
  },
};

export function callBuiltin(awk: AwkMachine, name: string, args: readonly Expr[]): Value {
  return (BUILTIN[name] as Builtin)(awk, args);
}

function randomOf(awk: AwkMachine): Random {
  let random = randoms.get(awk);
  if (!random) {
    random = new Random(`awk ${awk.seed}`);
    randoms.set(awk, random);
  }
  return random;
}

function arrayName(expr: Expr | undefined): string {
  if (expr?.type !== 'var') throw new Failure('type error in arg(2) in call to split', 2);
  return expr.name;
}

function targetOf(expr: Expr | undefined): Target {
  if (!expr) return { type: 'field', index: { type: 'value', value: 0 } };
  if (expr.type === 'var' || expr.type === 'field' || expr.type === 'item') return expr;
  throw new Failure('syntax error at or near )', 2);
}

function substitute(awk: AwkMachine, args: readonly Expr[], global: boolean): Value {
  const regex = awk.regex(args[0] as Expr);
  const replacement = str(awk, args, 1);
  const target = targetOf(args[2]);
  const text = awk.toText(awk.value(target));
  const isPlain = !/[&\\]/.test(replacement);
  const [result, count] = replaceMatches(regex, text, global ? 'all' : 1, (match) =>
    isPlain ? replacement : ampersands(replacement, match),
  );
  if (count > 0) awk.assign(target, result);
  return count;
}

/** `&` is the match, `\&` an ampersand. */
function ampersands(replacement: string, match: Match): string {
  return replacement.replace(/\\\\|\\&|&/g, (mark) =>
    mark === '&' ? (match.groups[0] as string) : mark.slice(1),
  );
}

function gensub(awk: AwkMachine, args: readonly Expr[]): Value {
  const regex = awk.regex(args[0] as Expr);
  const replacement = str(awk, args, 1);
  const how = str(awk, args, 2);
  const text = args[3] ? str(awk, args, 3) : awk.record;
  const expand = (match: Match) =>
    replacement.replace(/\\(\d|&|\\)|&/g, (mark, what?: string) => {
      if (mark === '&') return match.groups[0] as string;
      return what !== undefined && /\d/.test(what) ? (match.groups[Number(what)] ?? '') : (what ?? '');
    });
  return replaceMatches(regex, text, /^[gG]/.test(how) ? 'all' : Math.max(1, toNumber(how)), expand)[0];
}

/** Replaces the n-th match or all of them. */
function replaceMatches(
  regex: Regex,
  text: string,
  which: number | 'all',
  expand: (match: Match) => string,
): [string, number] {
  let out = '';
  let at = 0;
  let count = 0;
  let replaced = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length; ) {
    const match = regex.exec(text, from);
    if (!match) break;
    const empty = match.end === match.index;
    if (!(empty && match.index === lastEnd)) {
      if (++count > MAX_PIECES) throw new Failure('out of memory', 2);
      lastEnd = match.end;
      if (which === 'all' || count === which) {
        out += text.slice(at, match.index) + expand(match);
        at = match.end;
        replaced++;
        if (which !== 'all') break;
      }
    }
    from = empty ? match.end + 1 : match.end;
  }
  return [out + text.slice(at), replaced];
}

function sortArray(awk: AwkMachine, args: readonly Expr[], byKey: boolean): Value {
  const source = awk.array(arrayName(args[0]));
  const values: Value[] = byKey ? [...source.keys()] : [...source.values()];
  values.sort((a, b) => compare(a, b, '%.6g'));
  const target = args[1] ? awk.array(arrayName(args[1])) : source;
  target.clear();
  for (const [i, value] of values.entries()) target.set(String(i + 1), value);
  return values.length;
}
