import { demandPath, getAt } from './access.ts';
import type { Builtins } from './builtin.ts';
import type { Compiler } from './compile.ts';
import { type Code, Halt, type Path, type Step } from './machine.ts';
import { described } from './operators.ts';
import { isNumber, JqError, type Json, numberOf } from './values.ts';

const EMPTY: Code = () => undefined;

/** `range($from; $to; $by)`, one number after the other. */
function range(compiler: Compiler, from: Code, to: Code, by: Code): Code {
  const { machine } = compiler;
  return (input, path, frame, next) =>
    compiler.each(from, input, frame, (first) =>
      compiler.each(to, input, frame, (end) =>
        compiler.each(by, input, frame, (step): Step => {
          if (!isNumber(first) || !isNumber(end) || !isNumber(step))
            return frame.onError('Range bounds must be numeric');
          const [stop, increment] = [numberOf(end), numberOf(step)];
          let at = numberOf(first);
          const one = (): Step => {
            if (increment > 0 ? at >= stop : increment < 0 ? at <= stop : true) return undefined;
            const value = at;
            at += increment;
            machine.later(one);
            return compiler.computed(input, path, next, value);
          };
          return one;
        }),
      ),
    );
}

const constant =
  (value: Json): Code =>
  (_input, path, _frame, next) =>
    next(value, path);

/** The first outputs, as many as `count` says. */
function limit(compiler: Compiler, count: Code, body: Code): Code {
  const { machine } = compiler;
  return (input, path, frame, next) =>
    compiler.each(count, input, frame, (most): Step => {
      if (!isNumber(most)) return frame.onError(`${described(most)} cannot be parsed as a number`);
      let left = numberOf(most);
      if (left === 0) return undefined;
      if (left < 0) return body(input, path, frame, next);
      const height = machine.choices.length;
      return body(input, path, frame, (value, place) => {
        if (--left <= 0) machine.cut(height);
        return machine.give(next, value, place);
      });
    });
}

/** The path of each value that a path expression points at. */
function path(compiler: Compiler, body: Code): Code {
  return (input, place, frame, next) =>
    compiler.paths(body, input, frame, (keys) => compiler.computed(input, place, next, keys));
}

/** In a path expression it leads on, through null too. */
function getpath(compiler: Compiler, keys: Code): Code {
  const { machine } = compiler;
  return (input, place, frame, next) =>
    compiler.each(keys, input, frame, (wanted) =>
      machine.attempt(frame.onError, () => {
        let at: Json = input;
        let where: Path | undefined = place;
        for (const key of demandPath(wanted)) {
          if (where?.lost) return frame.onError('Invalid path expression near attempt to access element');
          at = at === null ? null : getAt(at, key);
          where = where && { up: where, key };
        }
        return machine.give(next, at, where);
      }),
    );
}

function fail(input: Json, value: Json | undefined): Json {
  throw new JqError(value === undefined ? input : value);
}

function halt(input: Json, code: Json): Json {
  if (!isNumber(code)) throw new JqError('halt_error/1: number required');
  throw new Halt(Math.trunc(numberOf(code)), input);
}

/** Functions that decide what is evaluated, and how often. */
export const CONTROL_BUILTINS: Builtins = {
  'empty/0': { code: () => EMPTY },
  'error/0': { compute: (input) => fail(input, undefined) },
  'error/1': { compute: (input, value) => fail(input, value) },
  'halt/0': {
    compute: () => {
      throw new Halt(0);
    },
  },
  'halt_error/0': { compute: (input) => halt(input, 5) },
  'halt_error/1': { compute: halt },
  'range/1': {
    code: (compiler, [to]) => range(compiler, constant(0), to as Code, constant(1)),
  },
  'range/2': {
    code: (compiler, [from, to]) => range(compiler, from as Code, to as Code, constant(1)),
  },
  'range/3': {
    code: (compiler, [from, to, by]) => range(compiler, from as Code, to as Code, by as Code),
  },
  'limit/2': { code: (compiler, [count, body]) => limit(compiler, count as Code, body as Code) },
  'first/1': { code: (compiler, [body]) => limit(compiler, constant(1), body as Code) },
  'path/1': { code: (compiler, [body]) => path(compiler, body as Code) },
  'getpath/1': { code: (compiler, [keys]) => getpath(compiler, keys as Code) },
};
