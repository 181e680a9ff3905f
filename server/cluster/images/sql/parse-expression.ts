import { SqlError } from './errors.ts';
import type { Dialect, Expression, TableName } from './syntax.ts';
import { type Token, tokens } from './tokens.ts';

const BINARY: readonly (readonly string[])[] = [
  ['OR'],
  ['AND'],
  ['=', '<>', '!=', '<', '>', '<=', '>=', 'LIKE', 'ILIKE'],
  ['||'],
  ['+', '-'],
  ['*', '/', '%'],
];
const COMPARISON = 2;
/** Words that may not be names. */
const RESERVED = new Set(
  'SELECT FROM WHERE GROUP ORDER BY LIMIT OFFSET AND OR NOT IN IS NULL LIKE CREATE DROP INSERT INTO VALUES UPDATE SET DELETE TABLE JOIN ON AS UNION HAVING PRIMARY UNIQUE DEFAULT'.split(
    ' ',
  ),
);
/** How deep expressions may be. */
const DEPTH = 60;

/** Walks over the tokens of a statement. */
export class Reader {
  readonly text: string;
  readonly dialect: Dialect;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
    this.#tokens = tokens(text, dialect);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Takes these words or marks if they come next. */
  take(...words: string[]): boolean {
    if (!words.every((word, i) => this.#is(this.peek(i), word))) return false;
    this.#at += words.length;
    return true;
  }

  is(...words: string[]): boolean {
    return words.some((word) => this.#is(this.peek(), word));
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.take(word)) this.fail();
  }

  #is(token: Token, word: string): boolean {
    return (token.kind === 'word' || token.kind === 'mark') && token.text === word;
  }

  fail(token = this.peek()): never {
    throw new SqlError({ kind: 'syntax', near: this.text.slice(token.at), at: token.at });
  }

  unsupported(what: string): never {
    throw new SqlError({ kind: 'unsupported', what });
  }

  /** A name: in quotes as it is, otherwise as the dialect folds it. */
  name(): string {
    const token = this.next();
    if (token.kind === 'name') return token.text;
    if (token.kind !== 'word' || RESERVED.has(token.text)) return this.fail(token);
    return this.dialect === 'postgres' ? token.raw.toLowerCase() : token.raw;
  }

  tableName(): TableName {
    const { at } = this.peek();
    const name = this.name();
    return this.take('.') ? { schema: name, name: this.name(), at } : { name, at };
  }

  /** `(a, b)`. */
  names(): string[] {
    this.expect('(');
    const names = [this.name()];
    while (this.take(',')) names.push(this.name());
    this.expect(')');
    return names;
  }

  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.take(',')) all.push(one());
    return all;
  }

  expression(level = 0): Expression {
    if (++this.#depth > DEPTH * BINARY.length) this.unsupported('expressions as deep as this');
    const result = this.#binary(level);
    this.#depth--;
    return result;
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    if (level === COMPARISON && this.take('NOT'))
      return { kind: 'unary', operator: 'not', operand: this.expression(level) };
    let left = this.expression(level + 1);
    for (;;) {
      if (level === COMPARISON) {
        const more = this.#suffix(left);
        if (more) {
          left = more;
          continue;
        }
      }
      const operator = operators.find((one) => this.is(one));
      if (!operator) return left;
      this.next();
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
  }

  /** `IS NULL`, `IN (…)`, `NOT LIKE`, `BETWEEN`. */
  #suffix(operand: Expression): Expression | undefined {
    if (this.take('IS')) {
      const not = this.take('NOT');
      if (this.take('NULL')) return { kind: 'isNull', operand, not };
      const value = this.take('TRUE') ? true : this.take('FALSE') ? false : this.fail();
      return { kind: 'binary', operator: not ? '<>' : '=', left: operand, right: { kind: 'value', value } };
    }
    const not = this.is('NOT') && ['IN', 'LIKE', 'ILIKE', 'BETWEEN'].includes(this.peek(1).text);
    if (not) this.next();
    if (this.take('IN')) {
      this.expect('(');
      if (this.is('SELECT')) this.unsupported('subqueries');
      const list = this.list(() => this.expression());
      this.expect(')');
      return { kind: 'in', operand, list, not };
    }
    if (this.take('BETWEEN')) {
      const low = this.expression(COMPARISON + 1);
      this.expect('AND');
      const high = this.expression(COMPARISON + 1);
      const between: Expression = {
        kind: 'binary',
        operator: 'AND',
        left: { kind: 'binary', operator: '>=', left: operand, right: low },
        right: { kind: 'binary', operator: '<=', left: operand, right: high },
      };
      return not ? { kind: 'unary', operator: 'not', operand: between } : between;
    }
    if (!not) return undefined;
    const operator = this.next().text;
    const like: Expression = {
      kind: 'binary',
      operator,
      left: operand,
      right: this.expression(COMPARISON + 1),
    };
    return { kind: 'unary', operator: 'not', operand: like };
  }

  #unary(): Expression {
    if (this.take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    if (this.take('+')) return this.#unary();
    const value = this.#primary();
    while (this.take('::')) this.typeName();
    return value;
  }

  #primary(): Expression {
    const token = this.peek();
    if (token.kind === 'number') return this.#constant(Number(token.text));
    if (token.kind === 'string') return this.#constant(token.text);
    if (this.take('NULL')) return { kind: 'value', value: null };
    if (this.take('TRUE')) return { kind: 'value', value: true };
    if (this.take('FALSE')) return { kind: 'value', value: false };
    if (this.take('(')) {
      if (this.is('SELECT')) this.unsupported('subqueries');
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (this.take('@')) {
      this.expect('@');
      return { kind: 'call', name: `@@${this.name().toLowerCase()}`, args: [], at: token.at };
    }
    const name = this.name();
    if (this.take('(')) return this.#call(name.toLowerCase(), token.at);
    if (
      ['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_USER', 'CURRENT_DATABASE'].includes(name.toUpperCase())
    )
      return { kind: 'call', name: name.toLowerCase(), args: [], at: token.at };
    return { kind: 'column', name: this.take('.') ? this.name() : name, at: token.at };
  }

  #constant(value: string | number): Expression {
    this.next();
    return { kind: 'value', value };
  }

  #call(name: string, at: number): Expression {
    if (this.take(')')) return { kind: 'call', name, args: [], at };
    if (this.take('*')) {
      this.expect(')');
      return { kind: 'call', name: `${name}*`, args: [], at };
    }
    if (this.take('DISTINCT')) this.unsupported('DISTINCT');
    const args = this.list(() => this.expression());
    this.expect(')');
    return { kind: 'call', name, args, at };
  }

  /** `varchar(20)`, `double precision`, `timestamp with time zone`. */
  typeName(): string {
    let type = this.next().raw.toLowerCase();
    if (this.take('(')) {
      const sizes = this.list(() => this.next().raw);
      this.expect(')');
      type += `(${sizes.join(',')})`;
    }
    for (const word of ['PRECISION', 'VARYING', 'UNSIGNED'])
      if (this.take(word)) type += ` ${word.toLowerCase()}`;
    if (/^character varying$/.test(type) && this.take('(')) {
      type += `(${this.next().raw})`;
      this.expect(')');
    }
    for (const zone of ['WITH', 'WITHOUT'])
      if (this.take(zone, 'TIME', 'ZONE')) type += ` ${zone.toLowerCase()} time zone`;
    return type;
  }
}
