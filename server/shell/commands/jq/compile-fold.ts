import type { Compiler } from './compile.ts';
import { type Binder, compilePattern, scopeOf } from './compile-binding.ts';
import type { Code, Path, Step } from './machine.ts';
import { boundNames } from './parse-pattern.ts';
import type { Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import type { Json } from './values.ts';

type Fold = Node & { type: 'reduce' | 'foreach' };

/** `reduce` gives the state at the end, `foreach` what it extracts from every state. */
export function compileFold(compiler: Compiler, node: Fold, scope: Scope | undefined): Code {
  const inner = scopeOf([node.pattern], scope);
  const names = boundNames([node.pattern]);
  const parts = {
    source: compiler.compile(node.source, scope),
    start: compiler.compile(node.start, scope),
    binder: compilePattern(compiler, node.pattern, names, scope),
    update: compiler.compile(node.update, inner),
    extract: node.type === 'foreach' && node.extract ? compiler.compile(node.extract, inner) : undefined,
  };
  return node.type === 'reduce' ? reduce(compiler, parts) : foreach(compiler, parts);
}

interface Parts {
  readonly source: Code;
  readonly start: Code;
  readonly binder: Binder;
  readonly update: Code;
  readonly extract: Code | undefined;
}

/** The state: a value, and its path while paths are asked for. */
interface State {
  value: Json;
  path: Path | undefined;
}

/** An update without output leaves null; of several outputs the last counts. */
function reduce(compiler: Compiler, { source, start, binder, update }: Parts): Code {
  const { machine } = compiler;
  return (input, path, frame, next) =>
    start(input, path, frame, (first, firstPath) => {
      const state: State = { value: first, path: firstPath };
      machine.later(() => machine.give(next, state.value, state.path));
      return compiler.each(source, input, frame, (item) =>
        binder(item, input, frame, (env) => {
          const { value: old, path: place } = state;
          state.value = null;
          return update(old, place, { env, onError: frame.onError }, (value, at): Step => {
            state.value = value;
            state.path = at;
            return undefined;
          });
        }),
      );
    });
}

function foreach(compiler: Compiler, { source, start, binder, update, extract }: Parts): Code {
  const { machine } = compiler;
  return (input, path, frame, next) =>
    start(input, path, frame, (first, firstPath) => {
      const state: State = { value: first, path: firstPath };
      return compiler.each(source, input, frame, (item) =>
        binder(item, input, frame, (env) => {
          const inside = { env, onError: frame.onError };
          return update(state.value, state.path, inside, (value, at) => {
            state.value = value;
            state.path = at;
            return extract ? extract(value, at, inside, next) : machine.give(next, value, at);
          });
        }),
      );
    });
}
