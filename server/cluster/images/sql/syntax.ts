/** Whose words and rules are spoken. */
export type Dialect = 'mysql' | 'postgres';

export type Value = string | number | boolean | null;

/** An expression, with the place in the statement where names that may be wrong stand. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly list: readonly Expression[];
      readonly not: boolean;
    }
  | { readonly kind: 'isNull'; readonly operand: Expression; readonly not: boolean };

export interface ColumnDefinition {
  readonly name: string;
  /** As it was declared, in the server's own spelling. */
  readonly type: string;
  readonly notNull: boolean;
  /** Counts up by itself. */
  readonly serial: boolean;
  readonly unique: boolean;
  readonly fallback?: Expression;
}

export interface TableName {
  readonly schema?: string;
  readonly name: string;
  readonly at: number;
}

/** One of the columns that SELECT asks for. */
export interface Selected {
  readonly expression: Expression | '*';
  readonly alias?: string;
  /** The words themselves: what a column without a name is called. */
  readonly text: string;
}

export interface Select {
  readonly kind: 'select';
  readonly columns: readonly Selected[];
  readonly from?: TableName;
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly { readonly expression: Expression; readonly descending: boolean }[];
  readonly limit?: number;
  readonly offset: number;
}

export type Statement =
  | Select
  | { readonly kind: 'createDatabase' | 'dropDatabase'; readonly name: string; readonly lenient: boolean }
  | { readonly kind: 'use'; readonly name: string }
  | {
      readonly kind: 'createTable';
      readonly table: TableName;
      readonly lenient: boolean;
      readonly columns: readonly ColumnDefinition[];
      readonly primaryKey: readonly string[];
    }
  | { readonly kind: 'dropTable'; readonly tables: readonly TableName[]; readonly lenient: boolean }
  | { readonly kind: 'truncate'; readonly table: TableName }
  | {
      readonly kind: 'insert';
      readonly table: TableName;
      readonly columns?: readonly string[];
      readonly rows: readonly (readonly Expression[])[];
    }
  | {
      readonly kind: 'update';
      readonly table: TableName;
      readonly changes: readonly {
        readonly column: string;
        readonly value: Expression;
        readonly at: number;
      }[];
      readonly where?: Expression;
    }
  | { readonly kind: 'delete'; readonly table: TableName; readonly where?: Expression }
  | { readonly kind: 'show'; readonly what: 'databases' | 'tables' }
  | { readonly kind: 'describe'; readonly table: TableName }
  | {
      readonly kind: 'createUser' | 'alterUser';
      readonly name: string;
      readonly password?: string;
      readonly superuser?: boolean;
      readonly lenient: boolean;
    }
  | { readonly kind: 'dropUser'; readonly name: string; readonly lenient: boolean }
  | { readonly kind: 'grant'; readonly database: string; readonly user: string }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'flush' };
