import type { Regex } from '../../../regex/regex.ts';

/** Expressions of an awk program. `waits` marks those whose evaluation may have to wait (getline, system, calls). */
export type Expr = (
  | { readonly type: 'value'; readonly value: Value }
  | { readonly type: 'regex'; readonly regex: Regex }
  | { readonly type: 'var'; readonly name: string }
  | { readonly type: 'field'; readonly index: Expr }
  | { readonly type: 'item'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly type: 'assign'; readonly op: string; readonly target: Target; readonly value: Expr }
  | { readonly type: 'step'; readonly op: 1 | -1; readonly prefix: boolean; readonly target: Target }
  | { readonly type: 'unary'; readonly op: string; readonly of: Expr }
  | { readonly type: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly type: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly type: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly type: 'match'; readonly negate: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly type: 'in'; readonly keys: readonly Expr[]; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly own: boolean }
  | {
      readonly type: 'getline';
      readonly from: 'main' | '<' | '|';
      readonly source?: Expr;
      readonly target?: Target;
    }
  | { readonly type: 'group'; readonly items: readonly Expr[] }
) & { readonly waits?: boolean };

export type Target = Extract<Expr, { type: 'var' | 'field' | 'item' }>;

export type Stmt =
  | { readonly type: 'expr'; readonly expr: Expr }
  | { readonly type: 'print'; readonly args: readonly Expr[]; readonly to?: Redirect }
  | { readonly type: 'printf'; readonly args: readonly Expr[]; readonly to?: Redirect }
  | { readonly type: 'if'; readonly test: Expr; readonly yes: Stmt; readonly no?: Stmt }
  | { readonly type: 'while'; readonly test: Expr; readonly body: Stmt }
  | { readonly type: 'do'; readonly test: Expr; readonly body: Stmt }
  | {
      readonly type: 'for';
      readonly init?: Stmt;
      readonly test?: Expr;
      readonly step?: Stmt;
      readonly body: Stmt;
    }
  | { readonly type: 'forin'; readonly name: string; readonly array: string; readonly body: Stmt }
  | { readonly type: 'block'; readonly body: readonly Stmt[] }
  | { readonly type: 'delete'; readonly name: string; readonly keys?: readonly Expr[] }
  | { readonly type: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly type: 'exit' | 'return'; readonly value?: Expr };

export interface Redirect {
  readonly op: '>' | '>>' | '|';
  readonly to: Expr;
}

export interface Rule {
  /** Undefined: every record. Two: a range. */
  readonly pattern: 'BEGIN' | 'END' | readonly Expr[];
  readonly body: Stmt | undefined;
}

export interface AwkFunction {
  readonly name: string;
  readonly params: readonly string[];
  readonly body: Stmt;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** Text that came from input and looks like a number is both. */
export class NumericText {
  readonly text: string;
  readonly number: number;

  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}

/** Undefined: never assigned, both 0 and "". */
export type Value = number | string | NumericText | undefined;

export const BUILTINS = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'gensub',
  'match',
  'sprintf',
  'sin',
  'cos',
  'atan2',
  'exp',
  'log',
  'sqrt',
  'int',
  'rand',
  'srand',
  'tolower',
  'toupper',
  'system',
  'close',
  'fflush',
  'systime',
  'strftime',
  'mktime',
  'asort',
  'asorti',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
  'compl',
  'strtonum',
]);
