import { Lexer, type Token, tokenName } from './lex.ts';

/** A program that cannot be compiled: one or more messages, each with its place. */
export class CompileError extends Error {
  override name = 'CompileError';
  readonly at: number;
  /** What else is reported: statements that were not ended. */
  readonly further: CompileError[] = [];

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The tokens of a program with one to look at, and the words for what should not be there. */
export class TokenStream {
  readonly lexer: Lexer;
  token: Token;

  constructor(text: string, marks?: RegExp) {
    this.lexer = new Lexer(text, marks);
    this.token = this.lexer.next();
  }

  is(text: string): boolean {
    return (this.token.kind === 'mark' || this.token.kind === 'keyword') && this.token.text === text;
  }

  take(): Token {
    const taken = this.token;
    this.token = this.lexer.next();
    return taken;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string, ...expected: readonly string[]): void {
    if (!this.accept(text)) this.unexpected(...expected);
  }

  unexpected(...expected: readonly string[]): never {
    const wanted = expected.length === 0 ? '' : `, expecting ${expected.join(' or ')}`;
    throw new CompileError(
      `syntax error, unexpected ${tokenName(this.token)}${wanted} (Unix shell quoting issues?)`,
      this.token.at,
    );
  }

  name(): string {
    if (this.token.kind !== 'name') this.unexpected('IDENT');
    return this.take().text;
  }

  /** A name, or a keyword where one may stand for itself. */
  word(): string {
    if (this.token.kind !== 'name' && this.token.kind !== 'keyword') this.unexpected('IDENT');
    return this.take().text;
  }

  /** What a backslash in a string that began at `start` stands for. */
  escape(start: number): string {
    const lexer = this.lexer;
    const char = lexer.text[lexer.at++] ?? '';
    const plain = '"\\/bfnrt'.indexOf(char);
    if (char !== '' && plain >= 0) return '"\\/\b\f\n\r\t'[plain] as string;
    const hex = /^[0-9a-fA-F]{4}/.exec(lexer.text.slice(lexer.at))?.[0];
    if (char !== 'u' || hex === undefined)
      throw new CompileError(
        `${char === 'u' ? 'Invalid \\uXXXX escape' : 'Invalid escape'} at line 1, column ${lexer.at - start} (while parsing '${lexer.text.slice(start, lexer.at)}"')`,
        start,
      );
    lexer.at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }
}
