import type { Json } from './values.ts';

/** Where something stands in the program's text. */
export interface Place {
  readonly at: number;
}

export type Pattern =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'items'; readonly items: readonly Pattern[] }
  | { readonly type: 'fields'; readonly fields: readonly PatternField[] };

export interface PatternField {
  /** `{$name: pattern}` binds the name too. */
  readonly name?: string | undefined;
  readonly key: Node;
  readonly value?: Pattern | undefined;
}

export interface Definition {
  readonly name: string;
  /** `$name` for parameters that are evaluated first. */
  readonly parameters: readonly string[];
  readonly body: Node;
}

export interface Entry {
  readonly key: Node;
  readonly value: Node;
}

/** A program, parsed. */
export type Node =
  | { readonly type: 'identity' }
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'string'; readonly format: string; readonly parts: readonly (string | Node)[] }
  | { readonly type: 'index'; readonly target: Node; readonly key: Node }
  | {
      readonly type: 'slice';
      readonly target: Node;
      readonly from: Node | undefined;
      readonly to: Node | undefined;
    }
  | { readonly type: 'iterate'; readonly target: Node }
  | { readonly type: 'array'; readonly body: Node | undefined }
  | { readonly type: 'object'; readonly entries: readonly Entry[] }
  | { readonly type: 'negate'; readonly body: Node }
  | { readonly type: 'pipe'; readonly left: Node; readonly right: Node }
  | { readonly type: 'comma'; readonly left: Node; readonly right: Node }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly type: 'and' | 'or' | 'alternative'; readonly left: Node; readonly right: Node }
  | { readonly type: 'assign'; readonly operator: string; readonly left: Node; readonly right: Node }
  | {
      readonly type: 'if';
      readonly condition: Node;
      readonly then: Node;
      readonly otherwise: Node | undefined;
    }
  | { readonly type: 'try'; readonly body: Node; readonly handler: Node | undefined }
  | {
      readonly type: 'reduce';
      readonly source: Node;
      readonly pattern: Pattern;
      readonly start: Node;
      readonly update: Node;
    }
  | {
      readonly type: 'foreach';
      readonly source: Node;
      readonly pattern: Pattern;
      readonly start: Node;
      readonly update: Node;
      readonly extract: Node | undefined;
    }
  | { readonly type: 'define'; readonly definition: Definition; readonly rest: Node }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Node[]; readonly at: number }
  | { readonly type: 'as'; readonly source: Node; readonly patterns: readonly Pattern[]; readonly body: Node }
  | { readonly type: 'variable'; readonly name: string; readonly at: number }
  | { readonly type: 'label'; readonly name: string; readonly body: Node }
  | { readonly type: 'break'; readonly name: string; readonly at: number };
