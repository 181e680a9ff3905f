import { deletePaths, getAt, setPath } from './access.ts';
import type { Compiler } from './compile.ts';
import type { Code, Frame, Step } from './machine.ts';
import { isTrue, type Json } from './values.ts';

/** `=`, `|=` and the arithmetic ones. The right side sees the whole input, but for `|=`. */
export function compileAssign(compiler: Compiler, operator: string, left: Code, right: Code): Code {
  if (operator === '|=')
    return modify(compiler, left, (value, frame, use) => firstOf(compiler, right, value, frame, use));
  const compute = operator === '=' ? undefined : compiler.dialect.operators[operator.slice(0, -1)];
  const update = (old: Json, value: Json): Json => {
    if (operator === '=') return value;
    return compute ? compute(old, value) : isTrue(old) ? old : value;
  };
  return (input, path, frame, next) =>
    compiler.each(right, input, frame, (value) =>
      modify(compiler, left, (old, _inner, use) =>
        compiler.machine.attempt(frame.onError, () => use(update(old, value))),
      )(input, path, frame, next),
    );
}

/** The first output, or undefined. */
function firstOf(
  compiler: Compiler,
  code: Code,
  input: Json,
  frame: Frame,
  use: (value: Json | undefined) => Step,
): Step {
  const { machine } = compiler;
  const height = machine.choices.length;
  machine.later(() => use(undefined));
  return compiler.each(code, input, frame, (value) => {
    machine.cut(height);
    return use(value);
  });
}

/** Replaces what stands at the paths of `target`; what is updated to nothing is deleted afterwards. */
function modify(
  compiler: Compiler,
  target: Code,
  update: (old: Json, frame: Frame, use: (value: Json | undefined) => Step) => Step,
): Code {
  const { machine } = compiler;
  return (input, path, frame, next) => {
    const paths: Json[][] = [];
    const gone: Json[] = [];
    let result = input;
    let index = 0;
    const step = (): Step => {
      const at = paths[index++];
      if (!at)
        return machine.attempt(frame.onError, () =>
          compiler.computed(input, path, next, gone.length === 0 ? result : deletePaths(result, gone)),
        );
      return machine.attempt(frame.onError, () => {
        let old = result;
        for (const key of at) old = old === null ? null : getAt(old, key);
        return update(old, frame, (value) => {
          return machine.attempt(frame.onError, () => {
            if (value === undefined) gone.push(at);
            else result = setPath(result, at, value);
            machine.made(result);
            return step;
          });
        });
      });
    };
    machine.later(step);
    return compiler.paths(target, input, frame, (keys) => {
      machine.keep(keys);
      paths.push(keys);
      return undefined;
    });
  };
}
