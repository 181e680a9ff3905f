import type { Steps } from '../../../sim/index.ts';
import type { Builtin } from './builtin.ts';
import { Effect, type Step } from './machine.ts';
import { JqError, type Json } from './values.ts';

/** What a program sees of the world. */
export interface World {
  readonly env: ReadonlyMap<string, string>;
  /** Seconds since 1970. */
  now(): number;
  /** The next input; undefined when there is none. Throws JqError. */
  input(): Steps<{ readonly value: Json } | undefined>;
  /** Lines of the current file that were read, and its name. */
  readonly line: number;
  readonly file: string | null;
  message(text: string): Steps<void>;
  /** `["DEBUG:", value]` and the like, as they are shown. */
  show(value: Json): string;
}

const environment = (world: World): Json => new Map(world.env);

/** Functions that look at the world, or write to standard error. */
export function worldBuiltins(world: World): Record<string, Builtin> {
  return {
    $ENV: { compute: () => environment(world) },
    'env/0': { compute: () => environment(world) },
    'now/0': { compute: () => world.now() },
    'input_filename/0': { compute: () => world.file },
    'input_line_number/0': { compute: () => world.line },
    'input/0': {
      code: (compiler) => (input, path, frame, next) =>
        new Effect(function* (): Steps<Step> {
          try {
            const found = yield* world.input();
            return found
              ? compiler.computed(input, path, next, found.value)
              : frame.onError('No more inputs');
          } catch (error) {
            if (!(error instanceof JqError)) throw error;
            return frame.onError(error.value);
          }
        }),
    },
    'debug/0': message(world, (value) => `${world.show(['DEBUG:', value])}\n`),
    'stderr/0': message(world, (value) => (typeof value === 'string' ? value : world.show(value))),
  };
}

/** Gives its input on after writing something of it to standard error. */
function message(world: World, text: (value: Json) => string): Builtin {
  return {
    code: (compiler) => (input, path, _frame, next) =>
      new Effect(function* (): Steps<Step> {
        yield* world.message(text(input));
        return compiler.machine.give(next, input, path);
      }),
  };
}
