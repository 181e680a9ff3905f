import { Cursor } from './cursor.ts';
import { BcError, Incomplete, type Token } from './lex.ts';
import type { Argument, Definition, Expression, Local, Place, Statement } from './syntax.ts';

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);
const RELATIONS = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Reads bc's language, a line of statements at a time. Counts the bytes of bc's own code beside, which errors tell. */
export class Parser extends Cursor {
  #code = 0;
  #loops = 0;
  #inFunction = false;

  /** The statements up to the end of the line. Throws Incomplete when the text ends before that. */
  line(): Statement[] {
    this.#code = 0;
    const out = this.#list(() => this.peek().kind === 'newline');
    this.next();
    return out;
  }

  /** Statements with `;` between them; `ends` tells where the last one was. Newlines separate them too, where they do not end the list. */
  #list(ends: () => boolean): Statement[] {
    const out: Statement[] = [];
    for (;;) {
      while (!ends() && (this.take(';') || this.takeNewline()));
      if (ends()) return out;
      out.push(this.#statement());
      if (!ends() && !this.is(';') && this.peek().kind !== 'newline') this.wrong();
    }
  }

  #block(): Statement[] {
    const body = this.#list(() => this.is('}'));
    this.expect('}');
    return body;
  }

  #statement(): Statement {
    const token = this.peek();
    if (token.kind === 'string') {
      this.at++;
      return { kind: 'text', text: token.text };
    }
    if (this.take('{')) return { kind: 'block', body: this.#block() };
    if (token.kind === 'word') {
      const statement = this.#keyword(token);
      if (statement) return statement;
    }
    const value = this.#expression();
    this.#code++;
    return { kind: 'expression', value, prints: value.kind !== 'assign' };
  }

  #keyword({ text }: Token): Statement | undefined {
    switch (text) {
      case 'halt':
      case 'quit':
      case 'limits':
      case 'warranty':
        this.at++;
        return { kind: text };
      case 'break':
      case 'continue':
        if (this.#loops === 0)
          throw new BcError(
            `${text === 'break' ? 'Break' : 'Continue'} outside a for${text === 'break' ? '/while' : ''}`,
            this.peek().line,
          );
        this.at++;
        return { kind: text };
      case 'print':
        return this.#print();
      case 'if':
        return this.#if();
      case 'while':
        return this.#while();
      case 'for':
        return this.#for();
      case 'return':
        return this.#return();
      case 'define':
        return this.#define();
      default:
        return undefined;
    }
  }

  #print(): Statement {
    this.at++;
    const items: (Expression | { kind: 'text'; text: string })[] = [];
    do {
      const token = this.peek();
      if (token.kind === 'string') {
        this.at++;
        items.push({ kind: 'text', text: token.text });
      } else items.push(this.#expression());
    } while (this.take(','));
    return { kind: 'print', items };
  }

  #if(): Statement {
    this.at++;
    this.expect('(');
    const condition = this.#expression();
    this.expect(')');
    this.newlines();
    const yes = this.#statement();
    const mark = this.at;
    if (this.take('else')) {
      this.newlines();
      return { kind: 'if', condition, yes, no: this.#statement() };
    }
    this.at = mark;
    return { kind: 'if', condition, yes, no: undefined };
  }

  #while(): Statement {
    this.at++;
    this.expect('(');
    const condition = this.#expression();
    this.expect(')');
    return { kind: 'while', condition, body: this.#loopBody() };
  }

  #for(): Statement {
    this.at++;
    this.expect('(');
    const optional = (end: string) => (this.is(end) ? undefined : this.#expression());
    const first = optional(';');
    this.expect(';');
    const condition = optional(';');
    this.expect(';');
    const next = optional(')');
    this.expect(')');
    return { kind: 'for', first, condition, next, body: this.#loopBody() };
  }

  #loopBody(): Statement {
    this.newlines();
    this.#loops++;
    try {
      return this.#statement();
    } finally {
      this.#loops--;
    }
  }

  #return(): Statement {
    this.at++;
    const bare = this.peek().kind === 'newline' || this.is(';', '}');
    const value = bare ? undefined : this.#expression();
    if (!this.#inFunction) this.wrong('Return outside of a function.');
    return { kind: 'return', value };
  }

  #define(): Statement {
    this.at++;
    this.take('void');
    const { kind, text: name } = this.next();
    if (kind !== 'name') this.wrong();
    this.expect('(');
    const parameters = this.is(')') ? [] : this.#locals();
    this.expect(')');
    this.newlines();
    this.expect('{');
    this.newlines();
    let autos: Local[] = [];
    if (this.take('auto')) {
      autos = this.#locals();
      if (!this.take(';') && this.peek().kind !== 'newline') this.wrong();
    }
    this.#inFunction = true;
    try {
      const definition: Definition = { name, parameters, autos, body: this.#block() };
      return { kind: 'define', definition };
    } finally {
      this.#inFunction = false;
    }
  }

  #locals(): Local[] {
    const out: Local[] = [];
    do {
      this.take('*');
      const { kind, text } = this.next();
      if (kind !== 'name') this.wrong();
      const array = this.take('[');
      if (array) this.expect(']');
      out.push({ name: text, array });
    } while (this.take(','));
    return out;
  }

  /** `||`, `&&`, `!`, relations, assignments, sums, products, powers, signs: from weak to strong, as in bc.y. */
  #expression(): Expression {
    let left = this.#and();
    while (this.take('||')) {
      this.#code += 4;
      left = { kind: 'logic', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.take('&&')) {
      this.#code += 4;
      left = { kind: 'logic', operator: '&&', left, right: this.#not() };
    }
    return left;
  }

  #not(): Expression {
    if (!this.take('!')) return this.#relation();
    const operand = this.#not();
    this.#code++;
    return { kind: 'not', operand };
  }

  #relation(): Expression {
    let left = this.#assignment();
    while (this.is(...RELATIONS)) {
      const operator = this.next().text;
      const right = this.#assignment();
      left = { kind: 'binary', operator, left, right, address: ++this.#code };
    }
    return left;
  }

  #assignment(): Expression {
    const left = this.#sum();
    if (!this.is(...ASSIGNMENTS)) return left;
    if (left.kind !== 'load') this.wrong();
    const operator = this.next().text;
    // The variable is stored, not loaded, unless it is changed by an operator.
    if (operator === '=') this.#code -= 2;
    const value = this.#assignment();
    this.#code += operator === '=' ? 2 : 3;
    return { kind: 'assign', place: left.place, operator, value, address: this.#code };
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.is('+', '-')) left = this.#binary(left, this.next().text, this.#product());
    return left;
  }

  #product(): Expression {
    let left = this.#power();
    while (this.is('*', '/', '%')) left = this.#binary(left, this.next().text, this.#power());
    return left;
  }

  #power(): Expression {
    const left = this.#unary();
    if (!this.take('^')) return left;
    return this.#binary(left, '^', this.#power());
  }

  #binary(left: Expression, operator: string, right: Expression): Expression {
    return { kind: 'binary', operator, left, right, address: ++this.#code };
  }

  #unary(): Expression {
    if (this.take('-')) {
      const operand = this.#unary();
      this.#code++;
      return { kind: 'negate', operand };
    }
    if (this.is('++', '--')) {
      const by = this.next().text === '++' ? 1n : -1n;
      const operand = this.#primary();
      if (operand.kind !== 'load') this.wrong();
      return { kind: 'step', place: operand.place, by, before: true };
    }
    const operand = this.#primary();
    if (operand.kind === 'load' && this.is('++', '--'))
      return { kind: 'step', place: operand.place, by: this.next().text === '++' ? 1n : -1n, before: false };
    return operand;
  }

  #primary(): Expression {
    const token = this.peek();
    if (token.kind === 'number') {
      this.at++;
      this.#code += /^[01]$/.test(token.text) ? 1 : token.text.length + 2;
      return { kind: 'number', text: token.text };
    }
    if (this.take('(')) {
      const inner = this.#expression();
      this.expect(')');
      // In brackets an assignment is a value like any other.
      return inner.kind === 'assign'
        ? { kind: 'negate', operand: { kind: 'negate', operand: inner } }
        : inner;
    }
    if (token.kind === 'name') return this.#named();
    if (token.kind === 'word') return this.#builtin(token.text);
    if (this.take('.')) return this.#load({ kind: 'register', name: 'last' });
    return this.wrong();
  }

  #load(place: Place): Expression {
    this.#code += 2;
    return { kind: 'load', place };
  }

  #named(): Expression {
    const { text: name } = this.next();
    if (this.take('[')) {
      const index = this.#expression();
      this.expect(']');
      return this.#load({ kind: 'element', name, index });
    }
    if (!this.take('(')) return this.#load({ kind: 'variable', name });
    const args: Argument[] = [];
    if (!this.is(')')) {
      do args.push(this.#argument());
      while (this.take(','));
    }
    this.expect(')');
    this.#code += 2;
    return { kind: 'call', name, args, address: this.#code };
  }

  #argument(): Argument {
    const [name, open, close] = this.tokens.slice(this.at, this.at + 3);
    if (name?.kind === 'name' && open?.text === '[' && close?.text === ']') {
      this.at += 3;
      return { kind: 'array', name: name.text };
    }
    return this.#expression();
  }

  #builtin(name: string): Expression {
    if (
      name === 'ibase' ||
      name === 'obase' ||
      name === 'last' ||
      (name === 'scale' && !this.#callFollows())
    ) {
      this.at++;
      return this.#load({ kind: 'register', name });
    }
    if (name !== 'length' && name !== 'scale' && name !== 'sqrt' && name !== 'read') this.wrong();
    this.at++;
    this.expect('(');
    const operand = name === 'read' ? undefined : this.#expression();
    this.expect(')');
    this.#code += 2;
    return { kind: 'builtin', name, operand, address: this.#code };
  }

  #callFollows(): boolean {
    const after = this.tokens[this.at + 1];
    if (!after) throw new Incomplete();
    return after.text === '(' && after.kind === 'operator';
  }
}
