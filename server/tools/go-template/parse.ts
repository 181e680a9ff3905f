import { Lexer, type Token, type TokenType } from './lex.ts';
import { numberOf, unquote } from './literals.ts';
import { type Command, type Expression, type Piece, type Pipe, quoted, TemplateError } from './syntax.ts';

export interface Parsed {
  readonly pieces: readonly Piece[];
  /** Templates by their names. */
  readonly defined: ReadonlyMap<string, readonly Piece[]>;
}

type Block = 'if' | 'with' | 'range';
/** How a list of pieces ended. */
type Stop = 'end' | 'else';

const OPERANDS: ReadonlySet<TokenType> = new Set([
  'bool',
  'rune',
  'dot',
  'field',
  'identifier',
  'number',
  'raw',
  'string',
  'variable',
  'open',
]);
const CONSTANTS: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);
/** How deep parentheses and blocks may be nested. */
const MOST_DEPTH = 500;

/** Parses a template. Throws `TemplateError` when it is wrong. Models text/template/parse/parse.go. */
export function parseTemplate(text: string, name: string, isFunction: (name: string) => boolean): Parsed {
  return new Parser(text, name, isFunction).parse();
}

class Parser {
  readonly #name: string;
  readonly #lexer: Lexer;
  readonly #isFunction: (name: string) => boolean;
  readonly #defined = new Map<string, readonly Piece[]>();
  /** Read and given back, the next one last. */
  readonly #ahead: Token[] = [];
  #line = 1;
  #actionLine = 0;
  #variables = ['$'];
  #rangeDepth = 0;
  #depth = 0;

  constructor(text: string, name: string, isFunction: (name: string) => boolean) {
    this.#name = name;
    this.#lexer = new Lexer(text);
    this.#isFunction = isFunction;
  }

  parse(): Parsed {
    const pieces: Piece[] = [];
    while (this.#peek().type !== 'eof') {
      const piece = this.#definition() ? undefined : this.#piece();
      if (typeof piece === 'string') this.#fail(`unexpected {{${piece}}}`);
      if (piece) pieces.push(piece);
    }
    return { pieces, defined: this.#defined };
  }

  #fail(message: string): never {
    throw new TemplateError(`template: ${this.#name}:${this.#line}: ${message}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenText(token)} in ${context}`);
    const elsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line;
    const started = elsewhere ? ` in action started at ${this.#name}:${this.#actionLine}` : '';
    const known = token.text.endsWith(' action') ? started.replace(' in action', '') : started;
    this.#fail(`${token.text}${known}`);
  }

  #next(): Token {
    const token = this.#ahead.pop() ?? this.#lexer.next();
    this.#line = token.line;
    return token;
  }

  #back(token: Token): void {
    this.#ahead.push(token);
  }

  #peek(): Token {
    const token = this.#next();
    this.#back(token);
    return token;
  }

  #nextSolid(): Token {
    for (;;) {
      const token = this.#next();
      if (token.type !== 'space') return token;
    }
  }

  #peekSolid(): Token {
    const token = this.#nextSolid();
    this.#back(token);
    return token;
  }

  #expectRight(context: string): Token {
    const token = this.#nextSolid();
    if (token.type !== 'right') this.#unexpected(token, context);
    return token;
  }

  /** `{{define "name"}}`, which may stand outside of other blocks only. */
  #definition(): boolean {
    const left = this.#next();
    if (left.type === 'left') {
      const token = this.#nextSolid();
      if (isKeyword(token, 'define')) {
        const name = this.#templateName(this.#nextSolid(), 'define clause');
        this.#expectRight('define clause');
        this.#define(name, 'define clause');
        return true;
      }
      this.#back(token);
    }
    this.#back(left);
    return false;
  }

  #define(name: string, context: string): void {
    const [variables, ranges] = [this.#variables, this.#rangeDepth];
    [this.#variables, this.#rangeDepth] = [['$'], 0];
    const { pieces, stop } = this.#list();
    if (stop !== 'end') this.#fail(`unexpected {{${stop}}} in ${context}`);
    if (isEmpty(this.#defined.get(name) ?? [])) this.#defined.set(name, pieces);
    else if (!isEmpty(pieces))
      this.#fail(`template: multiple definition of template ${JSON.stringify(name)}`);
    [this.#variables, this.#rangeDepth] = [variables, ranges];
  }

  #list(): { pieces: Piece[]; stop: Stop } {
    const pieces: Piece[] = [];
    while (this.#peekSolid().type !== 'eof') {
      const piece = this.#piece();
      if (typeof piece === 'string') return { pieces, stop: piece };
      pieces.push(piece);
    }
    this.#fail('unexpected EOF');
  }

  #piece(): Piece | Stop {
    const token = this.#nextSolid();
    if (token.type === 'text') return { type: 'text', at: token.at, text: token.text };
    if (token.type !== 'left') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    if (++this.#depth > MOST_DEPTH) this.#fail('max expression depth exceeded');
    const piece = this.#action();
    this.#depth--;
    this.#actionLine = 0;
    return piece;
  }

  #action(): Piece | Stop {
    const token = this.#nextSolid();
    if (token.type === 'keyword')
      switch (token.text) {
        case 'if':
        case 'with':
        case 'range':
          return this.#control(token.text);
        case 'end':
          this.#expectRight('end');
          return 'end';
        case 'else':
          return this.#else();
        case 'break':
        case 'continue':
          return this.#leave(token.text, token.at);
        case 'template':
        case 'block':
          return this.#template(token.text);
      }
    this.#back(token);
    return { type: 'print', at: token.at, pipe: this.#pipe('command', 'right') };
  }

  /** `else if` and `else with` leave their second word to be read. */
  #else(): Stop {
    const token = this.#peekSolid();
    if (!isKeyword(token, 'if') && !isKeyword(token, 'with')) this.#expectRight('else');
    return 'else';
  }

  #leave(type: 'break' | 'continue', at: number): Piece {
    const token = this.#nextSolid();
    if (token.type !== 'right') this.#unexpected(token, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, at };
  }

  #control(type: Block): Piece {
    const known = this.#variables.length;
    const pipe = this.#pipe(type, 'right');
    if (type === 'range') this.#rangeDepth++;
    const { pieces: body, stop } = this.#list();
    if (type === 'range') this.#rangeDepth--;
    const otherwise = stop === 'else' ? this.#otherwise(type) : [];
    this.#variables.length = known;
    return { type, at: pipe.at, pipe, body, otherwise };
  }

  #otherwise(type: Block): readonly Piece[] {
    if (type !== 'range' && isKeyword(this.#peek(), type)) {
      this.#next();
      return [this.#control(type)];
    }
    const { pieces, stop } = this.#list();
    if (stop !== 'end') this.#fail(`expected end; found {{${stop}}}`);
    return pieces;
  }

  #template(word: 'template' | 'block'): Piece {
    const context = `${word} clause`;
    const token = this.#nextSolid();
    const name = this.#templateName(token, context);
    if (word === 'template' && this.#peekSolid().type === 'right') {
      this.#nextSolid();
      return { type: 'template', at: token.at, name, pipe: undefined };
    }
    const pipe = this.#pipe(context, 'right');
    if (word === 'block') this.#define(name, context);
    return { type: 'template', at: token.at, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'raw') this.#unexpected(token, context);
    return unquote(token.text) ?? this.#fail('invalid syntax');
  }

  #pipe(context: string, end: 'right' | 'close'): Pipe {
    const { at } = this.#peekSolid();
    const { declared, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#nextSolid();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type) && !isKeyword(token, 'nil')) this.#unexpected(token, context);
      this.#back(token);
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    const constant = commands.findIndex(({ args }, i) => i > 0 && CONSTANTS.has(args[0]?.type ?? ''));
    if (constant > 0) this.#fail(`non executable command in pipeline stage ${constant + 1}`);
    return { type: 'pipe', at, declared, assigns, commands };
  }

  #declarations(context: string): { declared: string[]; assigns: boolean } {
    const declared: string[] = [];
    for (;;) {
      const variable = this.#peekSolid();
      if (variable.type !== 'variable') return { declared, assigns: false };
      this.#nextSolid();
      const after = this.#peek();
      const sign = this.#peekSolid();
      const comma = sign.type === 'char' && sign.text === ',';
      if (sign.type !== 'assign' && sign.type !== 'declare' && !comma) {
        if (after.type === 'space') this.#back(after);
        this.#back(variable);
        return { declared, assigns: false };
      }
      this.#nextSolid();
      declared.push(variable.text);
      this.#variables.push(variable.text);
      if (!comma) return { declared, assigns: sign.type === 'assign' };
      if (context !== 'range' || declared.length > 1) this.#fail(`too many declarations in ${context}`);
      if (!['variable', 'right', 'close'].includes(this.#peekSolid().type))
        this.#fail('range can only initialize variables');
    }
  }

  #command(): Command {
    const { at } = this.#peekSolid();
    const args: Expression[] = [];
    for (;;) {
      this.#peekSolid();
      const operand = this.#operand();
      if (operand) args.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'right' || token.type === 'close') this.#back(token);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.#fail('empty command');
    return { type: 'command', at, args };
  }

  #operand(): Expression | undefined {
    const term = this.#term();
    const first = this.#peek();
    if (!term || first.type !== 'field') return term;
    const names: string[] = [];
    while (this.#peek().type === 'field') names.push(this.#next().text.slice(1));
    if (CONSTANTS.has(term.type)) this.#fail(`unexpected . after term ${JSON.stringify(quoted(term))}`);
    if (term.type === 'field' || term.type === 'variable')
      return { ...term, at: first.at, names: [...term.names, ...names] };
    return { type: 'chain', at: first.at, of: term, names };
  }

  #term(): Expression | undefined {
    const token = this.#nextSolid();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#isFunction(text)) this.#fail(`function ${JSON.stringify(text)} not defined`);
        return { type: 'identifier', at, name: text };
      case 'dot':
        return { type: 'dot', at };
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${JSON.stringify(text)}`);
        return { type: 'variable', at, name: text, names: [] };
      case 'field':
        return { type: 'field', at, names: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', at, value: text === 'true' };
      case 'rune':
      case 'number': {
        const number = numberOf(text);
        return 'fault' in number ? this.#fail(number.fault) : { type: 'number', at, text, ...number };
      }
      case 'raw':
      case 'string':
        return { type: 'string', at, text, value: unquote(text) ?? this.#fail('invalid syntax') };
      case 'open':
        return this.#parenthesized();
    }
    if (isKeyword(token, 'nil')) return { type: 'nil', at };
    this.#back(token);
    return undefined;
  }

  #parenthesized(): Pipe {
    if (++this.#depth > MOST_DEPTH) this.#fail('max expression depth exceeded');
    const pipe = this.#pipe('parenthesized pipeline', 'close');
    this.#depth--;
    return pipe;
  }
}

function isEmpty(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) => piece.type === 'text' && piece.text.trim() === '');
}

function isKeyword(token: Token, word: string): boolean {
  return token.type === 'keyword' && token.text === word;
}

/** A token as messages show it. */
function tokenText({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'keyword' || type === 'dot') return `<${text}>`;
  return text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
}
