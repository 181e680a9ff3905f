/** Where a value can be put: a variable, an element of an array, or one of bc's own (`scale`, `ibase`, `obase`, `last`). */
export type Place =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'element'; readonly name: string; readonly index: Expression }
  | { readonly kind: 'register'; readonly name: 'scale' | 'ibase' | 'obase' | 'last' };

export type Argument = Expression | { readonly kind: 'array'; readonly name: string };

/** `address`: where in bc's code the operation stands, as errors tell it. */
export type Expression =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'load'; readonly place: Place }
  | {
      readonly kind: 'assign';
      readonly place: Place;
      readonly operator: string;
      readonly value: Expression;
      readonly address: number;
    }
  | { readonly kind: 'step'; readonly place: Place; readonly by: 1n | -1n; readonly before: boolean }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly address: number;
    }
  | {
      readonly kind: 'logic';
      readonly operator: '&&' | '||';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negate' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'builtin';
      readonly name: 'length' | 'scale' | 'sqrt' | 'read';
      readonly operand: Expression | undefined;
      readonly address: number;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Argument[];
      readonly address: number;
    };

export type Statement =
  /** Printed unless it is an assignment. */
  | { readonly kind: 'expression'; readonly value: Expression; readonly prints: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'print';
      readonly items: readonly (Expression | { readonly kind: 'text'; readonly text: string })[];
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: Statement;
      readonly no: Statement | undefined;
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement }
  | {
      readonly kind: 'for';
      readonly first: Expression | undefined;
      readonly condition: Expression | undefined;
      readonly next: Expression | undefined;
      readonly body: Statement;
    }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'return'; readonly value: Expression | undefined }
  | { readonly kind: 'define'; readonly definition: Definition }
  | { readonly kind: 'break' | 'continue' | 'halt' | 'quit' | 'limits' | 'warranty' };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly Local[];
  readonly autos: readonly Local[];
  readonly body: readonly Statement[];
}

export interface Local {
  readonly name: string;
  readonly array: boolean;
}
