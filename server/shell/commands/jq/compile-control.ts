import type { Compiler } from './compile.ts';
import { type Code, NO_PATH, type Step } from './machine.ts';
import { bind, climb, depthOf, type Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { CompileError } from './token-stream.ts';
import { isTrue, type Json } from './values.ts';

export function compileIf(
  compiler: Compiler,
  condition: Node,
  then: Node,
  otherwise: Node | undefined,
  scope: Scope | undefined,
): Code {
  const [test, yes] = [compiler.compile(condition, scope), compiler.compile(then, scope)];
  const no = compiler.compile(otherwise ?? { type: 'identity' }, scope);
  return (input, path, frame, next) =>
    compiler.each(test, input, frame, (value) => (isTrue(value) ? yes : no)(input, path, frame, next), path);
}

/** Errors of the body are caught, not those of what follows. */
export function compileTry(compiler: Compiler, body: Code, handler: Code | undefined): Code {
  return (input, path, frame, next) => {
    const height = compiler.machine.choices.length;
    const onError = (error: Json): Step => {
      compiler.machine.cut(height);
      return handler?.(error, path && NO_PATH, frame, next);
    };
    return body(input, path, { env: frame.env, onError }, next);
  };
}

export function compileLogic(compiler: Compiler, type: 'and' | 'or', left: Code, right: Code): Code {
  const decided = type === 'or';
  return (input, path, frame, next) =>
    compiler.each(left, input, frame, (a) => {
      if (isTrue(a) === decided) return compiler.computed(input, path, next, decided);
      return compiler.each(right, input, frame, (b) => compiler.computed(input, path, next, isTrue(b)));
    });
}

/** `a // b`: the true outputs of `a`, and when there is none those of `b`; errors of `a` end it. */
export function compileAlternative(compiler: Compiler, left: Code, right: Code): Code {
  return (input, path, frame, next) => {
    const { machine } = compiler;
    const height = machine.choices.length;
    let found = false;
    const otherwise = () => (found ? undefined : right(input, path, frame, next));
    machine.later(otherwise);
    const onError = (): Step => {
      machine.cut(height);
      return otherwise();
    };
    return left(input, path, { env: frame.env, onError }, (value, place) => {
      if (!isTrue(value)) return undefined;
      found = true;
      return machine.give(next, value, place);
    });
  };
}

export function compileLabel(compiler: Compiler, name: string, body: Node, scope: Scope | undefined): Code {
  const code = compiler.compile(body, bind(scope, 'label', name));
  return (input, path, frame, next) => {
    const env = { value: compiler.machine.choices.length, up: frame.env };
    return code(input, path, { env, onError: frame.onError }, next);
  };
}

export function compileBreak(compiler: Compiler, name: string, scope: Scope | undefined, at: number): Code {
  for (let one = scope; one; one = one.up) {
    if (one.kind !== 'label' || one.name !== name) continue;
    const up = depthOf(scope) - one.depth;
    return (_input, _path, frame) => {
      compiler.machine.cut(climb(frame.env, up).value as number);
      return undefined;
    };
  }
  throw new CompileError(`$*label-${name} is not defined`, at);
}
