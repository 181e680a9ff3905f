import { getAt } from './access.ts';
import type { Compiler } from './compile.ts';
import type { Code, Environment, Frame, Step } from './machine.ts';
import { boundNames } from './parse-pattern.ts';
import { bind, type Scope } from './scope.ts';
import type { Node, Pattern } from './syntax.ts';
import type { Json } from './values.ts';

/** Binds the names of a pattern in a value; `use` runs for every way it can be done. */
export type Binder = (
  value: Json,
  input: Json,
  frame: Frame,
  use: (env: Environment | undefined) => Step,
) => Step;

/** Values of the names so far. */
type Bound = ReadonlyMap<string, Json>;
type Matcher = (value: Json, bound: Bound, frame: Frame, use: (bound: Bound) => Step) => Step;

/** The scope inside of patterns: all names that any of them binds. */
export function scopeOf(patterns: readonly Pattern[], scope: Scope | undefined): Scope | undefined {
  return boundNames(patterns).reduce<Scope | undefined>(
    (inner, name) => bind(inner, 'variable', name),
    scope,
  );
}

/** Compiles one of several patterns; names of the others are null in it. */
export function compilePattern(
  compiler: Compiler,
  pattern: Pattern,
  names: readonly string[],
  scope: Scope | undefined,
): Binder {
  const match = matcher(compiler, pattern, scope);
  return (value, _input, frame, use) =>
    match(value, new Map(), frame, (bound) => {
      let env = frame.env;
      for (const name of names) env = { value: bound.get(name) ?? null, up: env };
      return use(env);
    });
}

function matcher(compiler: Compiler, pattern: Pattern, scope: Scope | undefined): Matcher {
  if (pattern.type === 'name')
    return (value, bound, _frame, use) => use(new Map(bound).set(pattern.name, value));
  if (pattern.type === 'items')
    return inTurn(
      pattern.items.map((item, i) => {
        const inner = matcher(compiler, item, scope);
        return (value, bound, frame, use) =>
          compiler.machine.attempt(frame.onError, () => inner(getAt(value, i), bound, frame, use));
      }),
    );
  return inTurn(pattern.fields.map((field) => fieldMatcher(compiler, field, scope)));
}

function fieldMatcher(
  compiler: Compiler,
  field: (Pattern & { type: 'fields' })['fields'][number],
  scope: Scope | undefined,
): Matcher {
  const key = compiler.compile(field.key, scope);
  const inner = field.value && matcher(compiler, field.value, scope);
  return (value, bound, frame, use) =>
    compiler.each(key, value, frame, (name) =>
      compiler.machine.attempt(frame.onError, () => {
        if (typeof name !== 'string') return frame.onError('Cannot index object with non-string key');
        const found = getAt(value, name);
        const now = field.name === undefined ? bound : new Map(bound).set(field.name, found);
        return inner ? inner(found, now, frame, use) : use(now);
      }),
    );
}

function inTurn(matchers: readonly Matcher[]): Matcher {
  return (value, bound, frame, use) => {
    const one = (index: number, now: Bound): Step => {
      const match = matchers[index];
      return match ? match(value, now, frame, (then) => one(index + 1, then)) : use(now);
    };
    return one(0, bound);
  };
}

/** `source as pattern ?// pattern | body`: the next pattern is tried when one, or the body with it, fails. */
export function compileBinding(
  compiler: Compiler,
  source: Node,
  patterns: readonly Pattern[],
  body: Node,
  scope: Scope | undefined,
): Code {
  const from = compiler.compile(source, scope);
  const names = boundNames(patterns);
  const binders = patterns.map((pattern) => compilePattern(compiler, pattern, names, scope));
  const code = compiler.compile(body, scopeOf(patterns, scope));
  return (input, path, frame, next) =>
    compiler.each(from, input, frame, (value) => {
      const attempt = (index: number): Step => {
        const height = compiler.machine.choices.length;
        const last = index === binders.length - 1;
        const onError = last
          ? frame.onError
          : () => {
              compiler.machine.cut(height);
              return attempt(index + 1);
            };
        const binder = binders[index] as Binder;
        return binder(value, input, { env: frame.env, onError }, (env) =>
          code(input, path, { env, onError }, next),
        );
      };
      return attempt(0);
    });
}
