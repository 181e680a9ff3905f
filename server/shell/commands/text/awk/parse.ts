import { AwkSyntaxError, type Token, tokenize } from './lex.ts';
import { ExpressionParser } from './parse-expression.ts';
import type { AwkProgram, Expr, Redirect, Rule, Stmt } from './syntax.ts';

/** Parses an awk program by the grammar of POSIX, with gawk's common extensions. */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(tokenize(source)).program();
}

/** Functions, rules and statements. */
class AwkParser extends ExpressionParser {
  program(): AwkProgram {
    const rules: Rule[] = [];
    this.skipEnds();
    while (this.peek.type !== 'end') {
      if (this.isKeyword('function')) this.function();
      else rules.push(this.rule());
      this.skipEnds();
    }
    return { rules, functions: this.functions };
  }

  function(): void {
    this.at++;
    const name = this.peek.text;
    if (this.peek.type !== 'name' && this.peek.type !== 'funcname') this.fail();
    this.at++;
    this.expect('(');
    const params: string[] = [];
    while (!this.isOp(')')) {
      if (this.peek.type !== 'name') this.fail();
      params.push(this.peek.text);
      this.at++;
      if (!this.take(',')) break;
      this.skipNewlines();
    }
    this.expect(')');
    this.skipNewlines();
    this.functions.set(name, { name, params, body: this.block() });
  }

  rule(): Rule {
    for (const word of ['BEGIN', 'END'] as const) {
      if (!this.isKeyword(word)) continue;
      this.at++;
      this.skipNewlines();
      if (!this.isOp('{')) this.fail();
      return { pattern: word, body: this.block() };
    }
    const pattern: Expr[] = [];
    if (!this.isOp('{')) {
      pattern.push(this.expr());
      if (this.take(',')) {
        this.skipNewlines();
        pattern.push(this.expr());
      }
    }
    return { pattern, body: this.isOp('{') ? this.block() : undefined };
  }

  block(): Stmt {
    this.expect('{');
    const body: Stmt[] = [];
    this.skipEnds();
    while (!this.isOp('}')) {
      if (this.peek.type === 'end')
        throw new AwkSyntaxError('missing } near end of file', this.peek.line + 1);
      body.push(this.statement());
      this.skipEnds();
    }
    this.at++;
    return { type: 'block', body };
  }

  body(): Stmt {
    this.skipNewlines();
    if (this.take(';')) return { type: 'block', body: [] };
    return this.statement();
  }

  statement(): Stmt {
    if (this.isOp('{')) return this.block();
    if (this.peek.type === 'keyword') {
      const compound = this.compound();
      if (compound) return compound;
    }
    const simple = this.simple();
    this.endSimple();
    return simple;
  }

  endSimple(): void {
    if (this.peek.type === 'newline' || this.isOp(';')) this.at++;
    else if (!this.isOp('}') && this.peek.type !== 'end') this.fail();
  }

  compound(): Stmt | undefined {
    const word = this.peek.text;
    if (word === 'if') return this.if();
    if (word === 'for') return this.for();
    if (word === 'while') {
      this.at++;
      const test = this.parenthesized();
      return { type: 'while', test, body: this.body() };
    }
    if (word !== 'do') return undefined;
    this.at++;
    const body = this.body();
    this.skipEnds();
    if (!this.isKeyword('while')) this.fail();
    this.at++;
    const test = this.parenthesized();
    this.endSimple();
    return { type: 'do', test, body };
  }

  parenthesized(): Expr {
    this.expect('(');
    const test = this.free(() => this.expr());
    this.expect(')');
    return test;
  }

  if(): Stmt {
    this.at++;
    const test = this.parenthesized();
    const yes = this.body();
    const before = this.at;
    this.skipEnds();
    if (!this.isKeyword('else')) {
      this.at = before;
      return { type: 'if', test, yes };
    }
    this.at++;
    return { type: 'if', test, yes, no: this.body() };
  }

  for(): Stmt {
    this.at++;
    this.expect('(');
    const [name, within, array] = this.tokens.slice(this.at, this.at + 3) as [Token, Token, Token];
    if (
      name.type === 'name' &&
      within.text === 'in' &&
      array.type === 'name' &&
      this.tokens[this.at + 3]?.text === ')'
    ) {
      this.at += 4;
      return { type: 'forin', name: name.text, array: array.text, body: this.body() };
    }
    const init = this.isOp(';') ? undefined : this.simple();
    this.expect(';');
    this.skipNewlines();
    const test = this.isOp(';') ? undefined : this.expr();
    this.expect(';');
    this.skipNewlines();
    const step = this.isOp(')') ? undefined : this.simple();
    this.expect(')');
    const body = this.body();
    return {
      type: 'for',
      ...(init ? { init } : {}),
      ...(test ? { test } : {}),
      ...(step ? { step } : {}),
      body,
    };
  }

  simple(): Stmt {
    if (this.peek.type !== 'keyword') return { type: 'expr', expr: this.expr() };
    const word = this.peek.text;
    switch (word) {
      case 'print':
      case 'printf':
        this.at++;
        return this.print(word);
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue':
        this.at++;
        return { type: word };
      case 'exit':
      case 'return':
        this.at++;
        return this.atSimpleEnd() ? { type: word } : { type: word, value: this.expr() };
      case 'delete':
        this.at++;
        return this.delete();
      default:
        return { type: 'expr', expr: this.expr() };
    }
  }

  atSimpleEnd(): boolean {
    return (
      this.peek.type === 'newline' || this.peek.type === 'end' || this.isOp(';', '}', ')', '>', '>>', '|')
    );
  }

  print(type: 'print' | 'printf'): Stmt {
    this.noGreater++;
    let args: readonly Expr[] = this.atSimpleEnd() ? [] : this.list();
    this.noGreater--;
    const [only] = args;
    if (args.length === 1 && only?.type === 'group') args = only.items;
    if (type === 'printf' && args.length === 0) this.fail();
    const to = this.redirect();
    return to ? { type, args, to } : { type, args };
  }

  redirect(): Redirect | undefined {
    for (const op of ['>', '>>', '|'] as const) {
      if (!this.take(op)) continue;
      return { op, to: this.concatenation(true) };
    }
    return undefined;
  }

  delete(): Stmt {
    const name = this.peek.text;
    if (this.peek.type !== 'name') this.fail();
    this.at++;
    if (!this.take('[')) return { type: 'delete', name };
    const keys = this.free(() => this.list());
    this.expect(']');
    return { type: 'delete', name, keys };
  }
}
