import type { Code, Environment, Frame } from './machine.ts';

/** What a name stands for where a part of the program is, the innermost first. */
export type Scope =
  | {
      readonly kind: 'variable' | 'closure' | 'label';
      readonly name: string;
      readonly depth: number;
      readonly up: Scope | undefined;
    }
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly depth: number;
      readonly body: Compiled;
      readonly up: Scope | undefined;
    };

/** A function's body, compiled when it is first met; it may call itself. */
export interface Compiled {
  code: Code | undefined;
}

/** An argument of a function: a part of the caller's program with what is bound there. */
export interface Closure {
  readonly code: Code;
  readonly frame: Frame;
}

export const depthOf = (scope: Scope | undefined): number => scope?.depth ?? 0;

export function bind(scope: Scope | undefined, kind: 'variable' | 'closure' | 'label', name: string): Scope {
  return { kind, name, depth: depthOf(scope) + 1, up: scope };
}

/** What was bound `steps` bindings ago. */
export function climb(env: Environment | undefined, steps: number): Environment {
  let at = env;
  for (let i = 0; i < steps; i++) at = at?.up;
  if (!at) throw new Error('a name without a binding');
  return at;
}
