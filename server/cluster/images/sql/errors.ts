/** What went wrong, without anybody's words: each dialect has its own. */
export type Problem =
  | { readonly kind: 'syntax'; readonly near: string; readonly at: number }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'noDatabaseSelected' }
  | { readonly kind: 'noDatabase' | 'databaseExists' | 'dropNoDatabase'; readonly name: string }
  | {
      readonly kind: 'noTable' | 'unknownTable';
      readonly database: string;
      readonly name: string;
      readonly at: number;
    }
  | { readonly kind: 'tableExists'; readonly name: string }
  | { readonly kind: 'noColumn'; readonly name: string; readonly table?: string; readonly at: number }
  | { readonly kind: 'noFunction'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'duplicate';
      readonly table: string;
      readonly columns: readonly string[];
      readonly values: readonly string[];
      readonly primary: boolean;
    }
  | {
      readonly kind: 'notNull' | 'noDefault';
      readonly table: string;
      readonly column: string;
      readonly row: string;
    }
  | { readonly kind: 'columnCount'; readonly many: boolean }
  | { readonly kind: 'badValue'; readonly type: string; readonly value: string; readonly column: string }
  | { readonly kind: 'tooLong'; readonly type: string; readonly column: string }
  | { readonly kind: 'divisionByZero' }
  | { readonly kind: 'notGrouped'; readonly column: string; readonly table: string; readonly at: number }
  | { readonly kind: 'userExists' | 'noUser'; readonly name: string }
  | { readonly kind: 'denied'; readonly user: string; readonly database: string }
  | { readonly kind: 'diskFull'; readonly table: string };

export class SqlError extends Error {
  override name = 'SqlError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}
