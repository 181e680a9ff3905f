import type { Steps } from '../../../sim/index.ts';
import type { Builtin, Work } from './builtin.ts';
import type { Compiler } from './compile.ts';
import { type Code, Effect, type Frame, type Next, type Path, type Step } from './machine.ts';
import type { Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { JqError, type Json } from './values.ts';

/** What is called, and with which arguments. */
interface Call {
  readonly input: Json;
  readonly path: Path | undefined;
  readonly frame: Frame;
  readonly next: Next;
  readonly values: readonly Json[];
}

/** Computes with every combination of the arguments' outputs; the last argument's vary slowest. */
export function apply(
  compiler: Compiler,
  args: readonly Node[],
  scope: Scope | undefined,
  compute: Builtin['compute'] & {},
): Code {
  const { machine } = compiler;
  return combined(compiler, args, scope, ({ input, path, frame, next, values }) =>
    machine.attempt(frame.onError, () => {
      const value = compute(input, ...values);
      machine.made(value);
      return compiler.computed(input, path, next, value);
    }),
  );
}

/** The same for what may take long. */
export function applyWork(
  compiler: Compiler,
  args: readonly Node[],
  scope: Scope | undefined,
  work: Work,
): Code {
  const { machine } = compiler;
  return combined(
    compiler,
    args,
    scope,
    ({ input, path, frame, next, values }) =>
      new Effect(function* (): Steps<Step> {
        try {
          const value = yield* work(machine, input, ...values);
          machine.made(value);
          return compiler.computed(input, path, next, value);
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          return frame.onError(error.value);
        }
      }),
  );
}

function combined(
  compiler: Compiler,
  args: readonly Node[],
  scope: Scope | undefined,
  finish: (call: Call) => Step,
): Code {
  const codes = args.map((arg) => compiler.compile(arg, scope));
  return (input, path, frame, next) => {
    const argument = (index: number, values: Json[]): Step => {
      if (index < 0) return finish({ input, path, frame, next, values });
      const take = (value: Json) => argument(index - 1, [value, ...values]);
      return compiler.each(codes[index] as Code, input, frame, take, path);
    };
    return argument(codes.length - 1, []);
  };
}
