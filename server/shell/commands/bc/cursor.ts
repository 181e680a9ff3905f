import { BcError, Incomplete, type Token } from './lex.ts';

/** Where a parser is in its tokens. Asking for one behind the last throws Incomplete. */
export class Cursor {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** Whether nothing is left. */
  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  protected peek(): Token {
    const token = this.tokens[this.at];
    if (!token) throw new Incomplete();
    return token;
  }

  protected next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  protected is(...texts: readonly string[]): boolean {
    const { kind, text } = this.peek();
    return (kind === 'operator' || kind === 'word') && texts.includes(text);
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) this.wrong();
  }

  protected wrong(message = 'syntax error'): never {
    const { kind, line } = this.peek();
    throw new BcError(message, kind === 'newline' ? line + 1 : line);
  }

  protected newlines(): void {
    while (this.peek().kind === 'newline') this.at++;
  }

  protected takeNewline(): boolean {
    if (this.peek().kind !== 'newline') return false;
    this.at++;
    return true;
  }
}
