import {
  FunctionError,
  type GoFunction,
  type GoType,
  held,
  type Parameter,
} from '../../go-template/functions.ts';
import { boxed, GoFloat, GoStruct, isMap, plain, type Value } from '../../go-template/values.ts';
import { byBytes } from '../../kubectl/go-json.ts';

export type Functions = Readonly<Record<string, GoFunction>>;

const TYPES: Readonly<Record<string, Parameter>> = {
  any: 'any',
  string: 'string',
  int: 'int',
  bool: 'bool',
  map: 'map[string]interface {}',
  list: '[]interface {}',
} satisfies Record<string, 'any' | GoType>;

/** A function by the types of its parameters: `int string`, `string any...`. Ints come as numbers. */
export function fn(signature: string, call: (...args: any[]) => unknown): GoFunction {
  const words = signature === '' ? [] : signature.split(' ');
  const last = words.at(-1) ?? '';
  const rest = last.endsWith('...') ? TYPES[last.slice(0, -3)] : undefined;
  const parameters = (rest ? words.slice(0, -1) : words).map((word) => TYPES[word] as Parameter);
  const argument = (value: Value, i: number) => {
    const is = held(value) ?? null;
    return (parameters[i] ?? rest) === 'int' ? Number(is) : is;
  };
  return {
    parameters,
    ...(rest ? { rest } : {}),
    call: (args) => {
      const result = call(...args.map(argument));
      return result === null || result === undefined ? boxed(null) : plain(result);
    },
  };
}

export function refuse(message: string): never {
  throw new FunctionError(message);
}

/** A value as JSON has it, without Go's types; maps by their keys, as Go writes them. */
export function toPlain(is: unknown): unknown {
  if (typeof is === 'bigint') return Number(is);
  if (is instanceof GoFloat) return is.value;
  if (is instanceof GoStruct) return is.items ? toPlain(is.items) : toPlain(is.fields);
  if (Array.isArray(is)) return is.map(toPlain);
  if (!isMap(is)) return is;
  const keys = Object.keys(is).sort(byBytes);
  return Object.fromEntries(keys.map((key) => [key, toPlain(is[key])]));
}

/** A value of JSON or YAML as Go reads it: every number is a float64. */
export function fromPlain(is: unknown): unknown {
  if (typeof is === 'number') return new GoFloat(is);
  if (Array.isArray(is)) return is.map(fromPlain);
  if (typeof is !== 'object' || is === null) return is;
  return Object.fromEntries(Object.entries(is).map(([key, item]) => [key, fromPlain(item)]));
}
