import { decode } from '../../host/index.ts';
import { sprint, sprintf } from './printf.ts';
import {
  basicKind,
  boxed,
  byteLength,
  GoStruct,
  INVALID,
  isMap,
  isNothing,
  isValid,
  numeric,
  plain,
  printed,
  shown,
  truth,
  typeOf,
  unboxed,
  type Value,
} from './values.ts';

/** What a parameter takes: anything, anything with the knowledge whether it is there, or a value of a Go type. */
export type Parameter = 'any' | 'value' | GoType;

export type GoType = 'string' | 'int' | 'bool' | 'map[string]interface {}' | '[]interface {}';

export interface GoFunction {
  readonly parameters: readonly Parameter[];
  /** Of the arguments after those. */
  readonly rest?: Parameter;
  /** `callee`: the first argument as it is written. */
  readonly call: (args: readonly Value[], callee: string) => Value;
}

/** What a function has to complain of. */
export class FunctionError extends Error {}

/** Models text/template/funcs.go indirectInterface. */
export const held = (value: Value | undefined) => unboxed(value ?? INVALID).is;

/** Text of arguments, as `html` and its like take them. Models text/template/funcs.go evalArgs. */
function textOf(args: readonly Value[]): string {
  const values = args.map(held);
  return sprint(values.map((value) => (isNothing(value) ? printed(value) : value)));
}

function lengthOf([value = INVALID]: readonly Value[]): Value {
  const is = held(value);
  if (typeof is === 'string') return plain(BigInt(byteLength(is)));
  if (Array.isArray(is)) return plain(BigInt(is.length));
  if (isMap(is)) return plain(BigInt(Object.keys(is).length));
  if (is instanceof GoStruct && is.items) return plain(BigInt(Object.keys(is.items).length));
  if (value.boxed && isNothing(is)) throw new FunctionError('len of nil pointer');
  if (!isValid(value)) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  throw new FunctionError(`len of type ${typeOf(is)}`);
}

function position(index: unknown, most: number): number {
  if (isNothing(index)) throw new FunctionError('cannot index slice/array with nil');
  if (basicKind(index) !== 'int')
    throw new FunctionError(`cannot index slice/array with type ${typeOf(index)}`);
  const at = Number(index);
  if (at < 0 || at > most) throw new FunctionError(`index out of range: ${at}`);
  return at;
}

function itemAt(is: unknown, key: unknown): Value {
  if (typeof is === 'string') {
    const bytes = new TextEncoder().encode(is);
    const at = position(key, bytes.length);
    if (at === bytes.length) throw new FunctionError('reflect: string index out of range');
    return plain(BigInt(bytes[at] as number));
  }
  if (Array.isArray(is)) {
    const at = position(key, is.length);
    if (at === is.length) throw new FunctionError('reflect: slice index out of range');
    return boxed(is[at]);
  }
  if (!isMap(is)) throw new FunctionError(`can't index item of type ${typeOf(is)}`);
  if (isNothing(key)) throw new FunctionError('value is nil; should be of type string');
  if (typeof key !== 'string') throw new FunctionError(`value has type ${typeOf(key)}; should be string`);
  return boxed(Object.hasOwn(is, key) ? is[key] : null);
}

function index([item = INVALID, ...keys]: readonly Value[]): Value {
  let value = unboxed(item);
  if (!isValid(value)) throw new FunctionError('index of untyped nil');
  for (const key of keys) {
    const is = held(value);
    if (isNothing(is)) throw new FunctionError('index of nil pointer');
    value = itemAt(is, held(key));
  }
  return value;
}

function slice([item = INVALID, ...indexes]: readonly Value[]): Value {
  const is = held(item);
  if (isNothing(is)) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  if (typeof is === 'string' && indexes.length === 3)
    throw new FunctionError('cannot 3-index slice a string');
  if (typeof is !== 'string' && !Array.isArray(is))
    throw new FunctionError(`can't slice item of type ${typeOf(is)}`);
  const bytes = typeof is === 'string' ? new TextEncoder().encode(is) : undefined;
  const { length } = bytes ?? (is as unknown[]);
  const [from = 0, to = length] = indexes.map((key) => position(held(key), length));
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  return plain(bytes ? new TextDecoder().decode(bytes.subarray(from, to)) : is.slice(from, to));
}

const BAD_COMPARISON = 'incompatible types for comparison';

function isEqual(a: unknown, b: unknown): boolean {
  const [one, other] = [basicKind(a), basicKind(b)];
  if (one !== other) {
    if (isNothing(a) || isNothing(b)) return false;
    throw new FunctionError(BAD_COMPARISON);
  }
  if (one === 'int' || one === 'float') return numeric(a) === numeric(b);
  if (one !== undefined) return a === b;
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) !== Array.isArray(b))
    throw new FunctionError(`non-comparable types ${shown(a)}: ${typeOf(a)}, ${typeOf(b)}: ${shown(b)}`);
  throw new FunctionError(`non-comparable type ${sprintf('%s', [b])}: ${typeOf(b)}`);
}

function equal([first, ...others]: readonly Value[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => isEqual(held(first), held(other)));
}

function isLess([first, second]: readonly Value[]): boolean {
  const [a, b] = [held(first), held(second)];
  const [one, other] = [basicKind(a), basicKind(b)];
  if (!one || !other) throw new FunctionError('invalid type for comparison');
  if (one !== other) throw new FunctionError(BAD_COMPARISON);
  if (one === 'bool') throw new FunctionError('invalid type for comparison');
  return one === 'string' ? (a as string) < (b as string) : numeric(a) < numeric(b);
}

const lessOrEqual = (args: readonly Value[]) => isLess(args) || equal(args);

const HTML: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\uFFFD',
};

/** Models text/template JSEscape. */
function jsEscape(char: string): string {
  if ('\\\'"'.includes(char)) return `\\${char}`;
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Models net/url QueryEscape. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Whether `index` would find something. Models kubectl/pkg/util/templates template functions. */
function exists([item = INVALID, ...keys]: readonly Value[]): boolean {
  let is = held(item);
  for (const key of keys.map(held)) {
    if ((Array.isArray(is) || typeof is === 'string') && basicKind(key) === 'int') is = is[Number(key)];
    else if (isMap(is) && typeof key === 'string') is = Object.hasOwn(is, key) ? is[key] : undefined;
    else return false;
    if (is === undefined) return false;
  }
  return !isNothing(is);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function base64decode([value]: readonly Value[]): string {
  const text = String(value?.is).replace(/[\r\n]/g, '');
  if (BASE64.test(text)) return decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  const bad = text.search(/[^A-Za-z0-9+/]/);
  const at = bad < 0 ? text.length - (text.length % 4) : bad;
  throw new FunctionError(`base64 decode failed: illegal base64 data at input byte ${at}`);
}

const COMPARED: Pick<GoFunction, 'parameters'> = { parameters: ['value', 'value'] };
const TEXTS: Pick<GoFunction, 'parameters' | 'rest'> = { parameters: [], rest: 'any' };
const answer = (call: (args: readonly Value[]) => unknown) => (args: readonly Value[]) => plain(call(args));

/** Functions by their names. */
export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** Those of text/template. */
export const BUILTINS: FunctionTable = new Map<string, GoFunction>([
  // `and` and `or` evaluate no more of their arguments than they need: their callers do it.
  ['and', { parameters: ['value'], rest: 'value', call: (args) => args.at(-1) ?? INVALID }],
  ['or', { parameters: ['value'], rest: 'value', call: (args) => args.at(-1) ?? INVALID }],
  ['not', { parameters: ['value'], call: answer(([value]) => !truth(held(value))) }],
  ['len', { parameters: ['value'], call: lengthOf }],
  ['index', { parameters: ['value'], rest: 'value', call: index }],
  ['slice', { parameters: ['value'], rest: 'value', call: slice }],
  ['eq', { parameters: ['value'], rest: 'value', call: answer(equal) }],
  ['ne', { ...COMPARED, call: answer((args) => !equal(args)) }],
  ['lt', { ...COMPARED, call: answer(isLess) }],
  ['le', { ...COMPARED, call: answer(lessOrEqual) }],
  ['gt', { ...COMPARED, call: answer((args) => !lessOrEqual(args)) }],
  ['ge', { ...COMPARED, call: answer((args) => !isLess(args)) }],
  ['print', { ...TEXTS, call: answer((args) => sprint(args.map(held))) }],
  ['println', { ...TEXTS, call: answer((args) => `${args.map(held).map(shown).join(' ')}\n`) }],
  [
    'printf',
    {
      parameters: ['string'],
      rest: 'any',
      call: answer(([format, ...args]) => sprintf(String(held(format)), args.map(held))),
    },
  ],
  [
    'html',
    { ...TEXTS, call: answer((args) => textOf(args).replace(/[&<>"'\0]/g, (c) => HTML[c] as string)) },
  ],
  ['js', { ...TEXTS, call: answer((args) => textOf(args).replace(/[\\'"<>&=\x00-\x1f]/g, jsEscape)) }],
  ['urlquery', { ...TEXTS, call: answer((args) => queryEscape(textOf(args))) }],
  [
    'call',
    {
      parameters: ['value'],
      rest: 'value',
      call: ([value], callee) => {
        throw new FunctionError(
          isNothing(held(value)) ? 'call of nil' : `non-function ${callee} of type ${typeOf(held(value))}`,
        );
      },
    },
  ],
]);

/** Those, and kubectl's own. */
export const KUBECTL_FUNCTIONS: FunctionTable = new Map<string, GoFunction>([
  ...BUILTINS,
  ['exists', { parameters: ['any'], rest: 'any', call: answer(exists) }],
  ['base64decode', { parameters: ['string'], call: answer(base64decode) }],
]);
